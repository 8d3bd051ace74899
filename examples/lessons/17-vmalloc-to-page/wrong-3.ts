import { pr_info, put_page, vfree, vmalloc, vmalloc_to_page } from 'linux'

// Drops a reference that it was never given.
const area = vmalloc(4096)!
area.write_u8(0, 7)
const page = vmalloc_to_page(area)!
pr_info(`byte ${area.read_u8(0)}`)
put_page(page)
vfree(area)
