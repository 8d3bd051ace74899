import { __free_page, alloc_page, GFP_KERNEL, kfree, kmalloc, vfree, vmalloc } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const table = vmalloc(8192)!
const first = kmalloc(64, GFP_KERNEL)!
first.write_u32(0, 7)
const header = first.add(4)
header.write_u32(0, 9)

__free_page(page)
vfree(table)
kfree(first)
