import { alloc_pages, GFP_KERNEL, page_to_pfn, pr_info } from 'linux'

const ring = alloc_pages(GFP_KERNEL, 2)!
const first = page_to_pfn(ring)
pr_info(`pages 0x${first.toString(16)} to 0x${(first + 3).toString(16)}`)
