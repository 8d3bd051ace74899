import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'
import { page_to_phys, pr_info, virt_to_page } from 'linux'

using image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
for (const i of [0, 1]) {
  const page = virt_to_page(image.as_ptr()!.add(i * PAGE_SIZE))
  pr_info(`page ${i} at 0x${page_to_phys(page).toString(16)}`)
}
