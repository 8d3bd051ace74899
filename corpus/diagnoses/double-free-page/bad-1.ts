// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-free-page 9
//
// Freed on the way out of the error path, and again by the common exit.
import { __free_page, alloc_page, GFP_KERNEL } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const fail = () => __free_page(page)
const exit = () => __free_page(page)
fail()
exit()
