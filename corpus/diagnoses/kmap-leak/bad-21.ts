// @era v6.12
// @expect kmap-leak 6
//
// The error return leaves the mapping behind.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local, type page } from 'linux'
function copy(p: page, n: number) { const a = kmap_local_page(p); if (n > 4096) return -22; a.write_u8(0, n); kunmap_local(a); return 0 }
const p = alloc_page(GFP_KERNEL)!
copy(p, 1)
copy(p, 5000)
__free_page(p)
