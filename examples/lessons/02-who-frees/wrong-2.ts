import { __free_page, alloc_page, GFP_KERNEL, page_address, pr_info } from 'linux'
import type { page } from 'linux'

const checksum = (p: page): number => page_address(p)!.read_u8(0) ^ 0x5a

function submit(p: page): void {
  __free_page(p)
}

// Too early: the page is gone before it is read.
const page = alloc_page(GFP_KERNEL)!
submit(page)
pr_info(`checksum ${checksum(page)}`)
