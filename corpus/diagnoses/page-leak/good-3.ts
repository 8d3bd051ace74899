// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// References of two holders, dropped by a third task in whatever order: every one of them is given back.
import { __free_page, alloc_page, get_page, GFP_KERNEL, kthread_run, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const forReader = page
const forWriter = page
get_page(forReader)
get_page(forWriter)
kthread_run(() => {
  put_page(forWriter)
  put_page(forReader)
}, 'cleaner')
__free_page(page)
