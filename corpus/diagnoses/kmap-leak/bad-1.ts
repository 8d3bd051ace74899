// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect kmap-leak 9
//
// The early return forgets the mapping.
import { __free_page, alloc_page, EIO, GFP_KERNEL, kmap_local_page, kunmap_local } from 'linux'

const page = alloc_page(GFP_KERNEL)!
function check(): number {
  const bytes = kmap_local_page(page)
  if (bytes.read_u32(0) !== 0x600d) return -EIO
  kunmap_local(bytes)
  return 0
}
check()
__free_page(page)
