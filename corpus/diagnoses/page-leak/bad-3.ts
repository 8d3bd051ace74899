// @era v6.12 v6.14 v6.17 v6.18 next
// @expect page-leak 8 possible
//
// Two references taken one after the other, one put: which of the two was meant to be dropped cannot be known.
import { __free_page, alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
get_page(page)
put_page(page)
__free_page(page)
