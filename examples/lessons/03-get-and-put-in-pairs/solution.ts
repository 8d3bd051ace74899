import { alloc_page, get_page, GFP_KERNEL, page_address, page_ref_count, pr_info, put_page } from 'linux'
import type { page } from 'linux'

const SEND_FAILED = -5

// Keeps the page until it is sent: takes a reference of its own.
function queue(page: page): number {
  get_page(page)
  // … the hardware refuses the page: clean up.
  put_page(page)
  return SEND_FAILED
}

const page = alloc_page(GFP_KERNEL)!
const result = queue(page)
// The producer tries again later: it still needs the page.
pr_info(`result ${result}, count ${page_ref_count(page)}`)
page_address(page)!.write_u8(0, 1)
put_page(page)
