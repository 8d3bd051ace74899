// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The cursor is an offset. Growing within the size class does not move.
import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

let buffer = kmalloc(40, GFP_KERNEL)!
const cursor = 32
buffer = krealloc(buffer, 60, GFP_KERNEL)!
buffer.add(cursor).write_u8(0, 1)
buffer = krealloc(buffer, 4096, GFP_KERNEL)!
buffer.add(cursor).write_u8(0, 1)
kfree(buffer)
