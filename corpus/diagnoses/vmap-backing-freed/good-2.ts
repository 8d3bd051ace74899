// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The caller's reference may go while the area is mapped: another one keeps the page.
import { __free_page, alloc_page, get_page, GFP_KERNEL, PAGE_KERNEL, put_page, VM_MAP, vmap, vunmap } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const area = vmap([page], 1, VM_MAP, PAGE_KERNEL)!
get_page(page)
__free_page(page)
area.write_u8(0, 1)
vunmap(area)
put_page(page)
