// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect flags-left-at-free 9
//
// The driver marks its page reserved and forgets it.
import { __free_page, alloc_page, GFP_KERNEL, SetPageReserved } from 'linux'

const page = alloc_page(GFP_KERNEL)!
SetPageReserved(page)
__free_page(page)
