import { page_to_phys, PAGE_SIZE, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

const image = vmalloc(2 * PAGE_SIZE)!
for (const i of [0, 1]) {
  const page = vmalloc_to_page(image.add(i * PAGE_SIZE))!
  pr_info(`page ${i} at 0x${page_to_phys(page).toString(16)}`)
}
vfree(image)
