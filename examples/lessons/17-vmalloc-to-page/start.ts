import { get_page, page_address, pr_info, put_page, vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(4096)!
area.write_u8(0, 7)
const page = vmalloc_to_page(area)!
get_page(page)
vfree(area)

pr_info(`byte ${page_address(page)!.read_u8(0)}`)
put_page(page)
