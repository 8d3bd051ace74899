// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=i386-highmem
// @expect none
//
// kmap_local_page() works for every page.
import { __free_page, alloc_page, GFP_HIGHUSER, kmap_local_page, kunmap_local } from 'linux'

const page = alloc_page(GFP_HIGHUSER)!
const bytes = kmap_local_page(page)
bytes.write_u8(0, 1)
kunmap_local(bytes)
__free_page(page)
