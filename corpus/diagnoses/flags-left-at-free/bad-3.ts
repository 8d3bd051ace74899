// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect flags-left-at-free 9
//
// The driver hangs its own pointer on page->mapping and forgets it.
import { __free_page, alloc_page, GFP_KERNEL, set_page_mapping } from 'linux'

const page = alloc_page(GFP_KERNEL)!
set_page_mapping(page, 0x1234000)
__free_page(page)
