// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Checked. kfree(null) is legal.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'
sim.fail_next('kmalloc')
const state = kmalloc(4096, GFP_KERNEL)
if (state !== null) state.write_u32(0, 1)
kfree(state)
