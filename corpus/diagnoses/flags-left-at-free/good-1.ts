// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// What was set is cleared.
import { __free_page, alloc_page, ClearPageReserved, GFP_KERNEL, SetPageReserved } from 'linux'

const page = alloc_page(GFP_KERNEL)!
SetPageReserved(page)
ClearPageReserved(page)
__free_page(page)
