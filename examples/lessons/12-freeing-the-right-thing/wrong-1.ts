import { __free_page, alloc_page, GFP_KERNEL, kfree, kmalloc, vfree, vmalloc } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const table = vmalloc(8192)!
let header = kmalloc(64, GFP_KERNEL)!
header = header.add(4)
header.write_u32(0, 9)

__free_page(page)
vfree(table)
kfree(header)
