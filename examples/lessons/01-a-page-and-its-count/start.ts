import { alloc_page, get_page, GFP_KERNEL, page_ref_count, pr_info, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
pr_info(`count ${page_ref_count(page)}`)
get_page(page)
pr_info(`count ${page_ref_count(page)}`)
