import { page_to_phys, PAGE_SIZE, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

// The second page need not follow the first.
const image = vmalloc(2 * PAGE_SIZE)!
const first = page_to_phys(vmalloc_to_page(image)!)
for (const i of [0, 1]) pr_info(`page ${i} at 0x${(first + BigInt(i * PAGE_SIZE)).toString(16)}`)
vfree(image)
