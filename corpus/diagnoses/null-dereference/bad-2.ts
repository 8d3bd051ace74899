// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect null-dereference 9
//
// A lookup finds nothing: vmalloc_to_page() of memory that is not mapped is NULL.
import { get_page, vfree, vmalloc, vmalloc_to_page } from 'linux'
import type { Ptr } from 'linux'

function grab(at: Ptr) {
  get_page(vmalloc_to_page(at)!)
}

const area = vmalloc(4096)!
grab(area.add(4096))
vfree(area)
