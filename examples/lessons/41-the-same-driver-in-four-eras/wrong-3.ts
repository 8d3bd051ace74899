import { get_page, GFP_KERNEL, kfree, kmalloc, page_ref_count, pr_info, put_page, virt_to_page } from 'linux'

// Large requests do not come from a slab: the page allocator serves them directly.
const big = kmalloc(16384, GFP_KERNEL)!
const page = virt_to_page(big)

big.write_u8(0, 7)
get_page(page)
pr_info(`byte ${big.read_u8(0)}, refs ${page_ref_count(page)}`)
put_page(page)
kfree(big)
