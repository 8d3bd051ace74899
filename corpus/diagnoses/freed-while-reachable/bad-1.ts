// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect freed-while-reachable 9
//
// The page goes back while it is mapped. Nobody uses the mapping any more; it is a mistake all the same.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const bytes = kmap_local_page(page)
__free_page(page)
kunmap_local(bytes)
