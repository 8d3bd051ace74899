// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// vfree(null) is legal.
import { module_exit, vfree, vmalloc } from 'linux'
import type { Ptr } from 'linux'

let image: Ptr | null = vmalloc(4096)!
vfree(image)
image = null
module_exit(() => {
  vfree(image)
})
