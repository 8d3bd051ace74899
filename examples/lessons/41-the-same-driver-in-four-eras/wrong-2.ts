import { GFP_KERNEL, kmalloc, page_ref_count, pr_info, virt_to_page } from 'linux'

// Large requests do not come from a slab: the page allocator serves them directly.
const big = kmalloc(16384, GFP_KERNEL)!
const page = virt_to_page(big)

big.write_u8(0, 7)
pr_info(`byte ${big.read_u8(0)}, refs ${page_ref_count(page)}`)
