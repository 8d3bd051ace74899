import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

let buffer = kmalloc(40, GFP_KERNEL)!
const cursor = buffer.add(8)
cursor.write_u8(0, 1)

buffer = krealloc(buffer, 60, GFP_KERNEL)!
cursor.write_u8(0, 2)
buffer = krealloc(buffer, 100, GFP_KERNEL)!
cursor.write_u8(0, 3)
kfree(buffer)
