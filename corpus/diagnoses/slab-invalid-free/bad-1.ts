// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-invalid-free 10
//
// The header was skipped, and the advanced pointer is freed.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

let packet = kmalloc(256, GFP_KERNEL)!
packet = packet.add(16)
packet.write_u32(0, 1)
kfree(packet)
