import { page_address, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

// Neither a reference nor the area: wrong in every era.
const area = vmalloc(4096)!
area.write_u8(0, 7)
const page = vmalloc_to_page(area)!
const alias = page_address(page)!
vfree(area)
pr_info(`byte ${alias.read_u8(0)}`)
