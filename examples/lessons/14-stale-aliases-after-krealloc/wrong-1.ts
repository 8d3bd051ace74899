import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

let buffer = kmalloc(40, GFP_KERNEL)!
const cursor = buffer.add(8)
cursor.write_u8(0, 1)
const grown = krealloc(buffer, 100, GFP_KERNEL)
if (grown !== null) buffer = grown
cursor.write_u8(0, 3)
kfree(buffer)
