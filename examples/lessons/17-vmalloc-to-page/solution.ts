import { page_address, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(4096)!
area.write_u8(0, 7)
const page = vmalloc_to_page(area)!

pr_info(`byte ${page_address(page)!.read_u8(0)}`)
vfree(area)
