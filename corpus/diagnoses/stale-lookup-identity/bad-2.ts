// @era v6.12 v6.14 v6.17 v6.18 next
// @expect stale-lookup-identity 13
//
// A reference is taken without asking whether the page is still the one that was looked for.
import { alloc_page, __free_page, get_page_unless_zero, GFP_KERNEL, kmap_local_page, kunmap_local, put_page } from 'linux'
import { page_to_phys, phys_to_page } from 'linux'

const ring = alloc_page(GFP_KERNEL)!
const found = phys_to_page(page_to_phys(ring))
__free_page(ring)
const table = alloc_page(GFP_KERNEL)!
if (get_page_unless_zero(found)) {
  const bytes = kmap_local_page(found)
  bytes.write_u8(0, 1)
  kunmap_local(bytes)
  put_page(found)
}
__free_page(table)
