import { GFP_KERNEL, kmalloc, put_page, virt_to_page } from 'linux'

// Drops a reference that is slab's.
const a = kmalloc(100, GFP_KERNEL)!
const b = kmalloc(100, GFP_KERNEL)!
b.write_u8(0, 1)
put_page(virt_to_page(a))
