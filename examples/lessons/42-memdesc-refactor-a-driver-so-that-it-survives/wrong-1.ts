import { __GFP_COMP, __free_pages, alloc_pages, GFP_KERNEL, page_address, pr_info } from 'linux'

// Right in both eras, but nothing is shared any more.
const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const data = page_address(block)!
data.write_u8(0, 7)
pr_info(`byte ${data.read_u8(0)}`)
__free_pages(block, 2)
