import { GFP_KERNEL, kfree, kmalloc } from 'linux'

// Where the object ends is not where it begins.
const a = kmalloc(100, GFP_KERNEL)!
const b = kmalloc(100, GFP_KERNEL)!
kfree(a.add(8))
kfree(b)
