// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=i386-highmem
// @expect page-address-null-highmem 11
//
// The address goes to a helper that trusts it.
import { GFP_KERNEL, Ptr, __GFP_HIGHMEM, __free_page, alloc_page, kfree, kzalloc, memcpy, page_address } from 'linux'

const p = alloc_page(GFP_KERNEL | __GFP_HIGHMEM)!
const buf = kzalloc(16, GFP_KERNEL)!
function copy(a: Ptr | null): void {
  memcpy(a!, buf, 16)
}
copy(page_address(p))
kfree(buf)
__free_page(p)
