import { GFP_KERNEL, kfree, kmalloc } from 'linux'

// One object is forgotten: freeing its neighbour does not free it.
const a = kmalloc(100, GFP_KERNEL)!
const b = kmalloc(100, GFP_KERNEL)!
b.write_u8(0, 1)
kfree(a)
