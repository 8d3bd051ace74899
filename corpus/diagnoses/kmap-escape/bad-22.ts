// @era v6.12
// @expect kmap-escape 8
//
// A helper hands out the address of a mapping that it has ended.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local, type page } from 'linux'
function map(pg: page) { const a = kmap_local_page(pg); kunmap_local(a); return a }
const pg = alloc_page(GFP_KERNEL)!
map(pg).write_u8(0, 1)
__free_page(pg)
