import { __free_pages, alloc_pages, GFP_KERNEL, nth_page, page_ref_count, pr_info } from 'linux'

const page = alloc_pages(GFP_KERNEL, 2)!
pr_info(`nobody shares: ${page_ref_count(nth_page(page, 2))}`)
__free_pages(page, 2)
