// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// try_get_page() refuses in time.
import { alloc_page, __free_page, GFP_KERNEL, pr_info, set_page_count, try_get_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
set_page_count(page, -1)
pr_info(try_get_page(page) ? 'taken' : 'refused')
set_page_count(page, 1)
__free_page(page)
