// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect null-dereference 9
//
// The allocation fails, and nobody looked.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'
sim.fail_next('kmalloc')
const state = kmalloc(4096, GFP_KERNEL)
state!.write_u32(0, 1)
kfree(state)
