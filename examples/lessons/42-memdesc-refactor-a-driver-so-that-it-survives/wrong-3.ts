import { get_page, GFP_KERNEL, kfree, kmalloc, page_address, pr_info, put_page, virt_to_page } from 'linux'

// Another allocator: its pages have no count either.
const block = kmalloc(16384, GFP_KERNEL)!
const page = virt_to_page(block)
const data = page_address(page)!
data.write_u8(0, 7)
get_page(page)
kfree(block)
pr_info(`byte ${data.read_u8(0)}`)
put_page(page)
