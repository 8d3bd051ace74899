import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

const buffer = kmalloc(40, GFP_KERNEL)!
const grown = krealloc(buffer, 100, GFP_KERNEL)
if (grown !== null) grown.add(8).write_u8(0, 3)
kfree(buffer)
