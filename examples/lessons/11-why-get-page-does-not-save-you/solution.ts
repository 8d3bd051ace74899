import { GFP_KERNEL, kfree, kmalloc, page_address, virt_to_page } from 'linux'

const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))

b.write_u8(0, 1)
kfree(a)
