import { page_to_phys, PAGE_SIZE, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

const image = vmalloc(2 * PAGE_SIZE)!
pr_info(`page 0 at 0x${page_to_phys(vmalloc_to_page(image)!).toString(16)}`)
vfree(image)
