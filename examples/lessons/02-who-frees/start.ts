import { __free_page, alloc_page, GFP_KERNEL, page_address, pr_info } from 'linux'
import type { page } from 'linux'

// Borrows: reads, and gives nothing back.
const checksum = (p: page): number => page_address(p)!.read_u8(0) ^ 0x5a

// Takes over: sends the page, and frees it when it was sent.
function submit(p: page): void {
  __free_page(p)
}

const page = alloc_page(GFP_KERNEL)!
page_address(page)!.write_u8(0, 1)

const sum = checksum(page)
pr_info(`checksum ${sum}`)
submit(page)
__free_page(page)
