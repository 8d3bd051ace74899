// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Unmapped on both paths.
import { __free_page, alloc_page, EIO, GFP_KERNEL, kmap_local_page, kunmap_local } from 'linux'

const page = alloc_page(GFP_KERNEL)!
function check(): number {
  const bytes = kmap_local_page(page)
  const magic = bytes.read_u32(0)
  kunmap_local(bytes)
  return magic === 0x600d ? 0 : -EIO
}
check()
__free_page(page)
