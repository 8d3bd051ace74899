import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

let buffer = kmalloc(40, GFP_KERNEL)!
buffer.add(8).write_u8(0, 1)
buffer = krealloc(buffer, 100, GFP_KERNEL)!
buffer.add(8).write_u8(0, 3)
kfree(buffer)
