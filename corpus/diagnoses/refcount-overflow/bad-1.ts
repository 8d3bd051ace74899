// @era v6.12 v6.14 v6.17 v6.18 next
// @machine debug=off
// @expect refcount-overflow 10
//
// The count is one below INT_MAX (set here; a program needs time) and get_page() does not look.
import { alloc_page, __free_page, get_page, GFP_KERNEL, set_page_count } from 'linux'

const page = alloc_page(GFP_KERNEL)!
set_page_count(page, 0x7fff_ffff)
get_page(page)
set_page_count(page, 1)
__free_page(page)
