// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The reference is handed to the other task, which drops it: the last put frees.
import { alloc_page, get_page, GFP_KERNEL, kthread_run, page_address, pr_info, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const data = page_address(page)!
get_page(page)
kthread_run(() => {
  pr_info(`read ${data.read_u8(0)}`)
  put_page(page)
}, 'reader')

put_page(page)
