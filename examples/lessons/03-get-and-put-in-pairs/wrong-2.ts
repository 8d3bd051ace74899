import { alloc_page, get_page, GFP_KERNEL, page_address, page_ref_count, pr_info, put_page } from 'linux'
import type { page } from 'linux'

const SEND_FAILED = -5

function queue(page: page): number {
  get_page(page)
  put_page(page)
  put_page(page)
  return SEND_FAILED
}

// The producer no longer puts: the numbers add up, but it uses a page that is gone.
const page = alloc_page(GFP_KERNEL)!
const result = queue(page)
pr_info(`result ${result}, count ${page_ref_count(page)}`)
page_address(page)!.write_u8(0, 1)
