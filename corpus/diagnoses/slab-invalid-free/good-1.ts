// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The original pointer is kept for the free.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const packet = kmalloc(256, GFP_KERNEL)!
const payload = packet.add(16)
payload.write_u32(0, 1)
kfree(packet)
