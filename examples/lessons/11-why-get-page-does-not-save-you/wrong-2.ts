import { get_page, GFP_KERNEL, kmalloc, page_address, put_page, virt_to_page } from 'linux'

// Never freed: the reference was not the problem.
const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
b.write_u8(0, 1)
put_page(page)
