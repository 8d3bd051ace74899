// @era v6.12 v6.14 v6.17 v6.18 next
// @expect vmap-backing-freed 11
//
// The last put frees a page that is still mapped.
import { alloc_page, get_page, GFP_KERNEL, PAGE_KERNEL, put_page, VM_MAP, vmap, vunmap } from 'linux'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
const window = vmap([page], 1, VM_MAP, PAGE_KERNEL)!
const drop = () => {
  put_page(page)
}
drop()
drop()
vunmap(window)
