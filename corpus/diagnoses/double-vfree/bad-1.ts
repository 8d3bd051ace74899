// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-vfree 10
//
// Freed by the error path and by the exit function.
import { module_exit, vfree, vmalloc } from 'linux'

const image = vmalloc(4096)!
vfree(image)
module_exit(() => {
  vfree(image)
})
