// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect warn-on 8
//
// Said once, however often it is true.
import { alloc_page, __free_page, GFP_KERNEL, page_mapcount, WARN_ON_ONCE } from 'linux'

const page = alloc_page(GFP_KERNEL)!
for (let i = 0; i < 3; i++) WARN_ON_ONCE(page_mapcount(page) === 0)
__free_page(page)
