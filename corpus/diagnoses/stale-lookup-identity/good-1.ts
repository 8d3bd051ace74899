// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// try, then check what it is, then use or give back.
import { alloc_page, __free_page, get_page_unless_zero, GFP_KERNEL, page_private, page_to_pfn, pfn_to_page } from 'linux'
import { pr_info, put_page, set_page_private } from 'linux'

const ring = alloc_page(GFP_KERNEL)!
set_page_private(ring, 7)
const found = pfn_to_page(page_to_pfn(ring))
set_page_private(ring, 0)
__free_page(ring)
const table = alloc_page(GFP_KERNEL)!
if (get_page_unless_zero(found)) {
  if (page_private(found) !== 7) pr_info('another page by now')
  put_page(found)
}
__free_page(table)
