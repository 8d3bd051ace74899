// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect kmap-escape 11
//
// The address outlives its mapping.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const bytes = kmap_local_page(page)
bytes.write_u32(0, 1)
kunmap_local(bytes)
bytes.write_u32(4, 2)
__free_page(page)
