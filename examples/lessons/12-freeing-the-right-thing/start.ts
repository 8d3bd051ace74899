import { __free_page, alloc_page, GFP_KERNEL, kfree, kmalloc, vmalloc } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const table = vmalloc(8192)!
let header = kmalloc(64, GFP_KERNEL)!
header.write_u32(0, 7)
header = header.add(4)
header.write_u32(0, 9)

__free_page(page)
kfree(table)
kfree(header)
