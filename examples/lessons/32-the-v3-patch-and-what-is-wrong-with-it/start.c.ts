import { get_page, page_address, pr_info, put_page, vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(4096)!
const page = vmalloc_to_page(area)!
get_page(page)
vfree(area)

page_address(page)!.write_u32(0, 0x04030201)
pr_info('written')
put_page(page)
