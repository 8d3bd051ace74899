import { __GFP_COMP, alloc_pages, get_page, GFP_KERNEL, page_address, pr_info, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const data = page_address(block)!
data.write_u8(0, 7)

// The worker takes a reference of its own.
get_page(block)
// The driver is done.
put_page(block)
// … later the worker:
pr_info(`byte ${data.read_u8(0)}`)
put_page(block)
