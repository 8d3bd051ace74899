import { page_address, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(4096)!
const page = vmalloc_to_page(area)!
vfree(area)

page_address(page)!.write_u32(0, 0x04030201)
pr_info('written')
