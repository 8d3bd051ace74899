// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// What WARN_ON() returns is the condition; a false one runs nothing.
import { alloc_page, __free_page, GFP_KERNEL, page_mapcount, pr_err, WARN_ON_ONCE } from 'linux'

const page = alloc_page(GFP_KERNEL)!
if (WARN_ON_ONCE(page_mapcount(page) > 0)) pr_err('mapped')
__free_page(page)
