// @era v6.12
// @expect none
//
// The result is looked at before it replaces the pointer.
import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'
import { sim } from 'sim'
let buf = kmalloc(64, GFP_KERNEL)!
sim.fail_next('krealloc')
const nb = krealloc(buf, 4096, GFP_KERNEL)
if (nb !== null) buf = nb
kfree(buf)
