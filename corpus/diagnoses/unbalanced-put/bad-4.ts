// @era v6.12 v6.14 v6.17 v6.18 next
// @expect unbalanced-put 21 possible
//
// Two workers get a reference each, three tasks put one: the page is gone when its owner frees it. The put that freed
// the page is reported, and the others that took nothing themselves are named beside it.
import { __free_page, alloc_page, get_page, GFP_KERNEL, kthread_run, msleep, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
get_page(page)
kthread_run(() => {
  put_page(page)
}, 'rx')
kthread_run(() => {
  put_page(page)
}, 'tx')
kthread_run(() => {
  if (page !== null) {
    // The watchdog was never given a reference.
    msleep(1)
    put_page(page)
  }
}, 'watchdog')
msleep(100)
__free_page(page)
