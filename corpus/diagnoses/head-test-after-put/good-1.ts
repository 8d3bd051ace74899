// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// Sampled before the put.
import { alloc_pages, get_page, GFP_KERNEL, __GFP_COMP, kthread_run, kthread_stop, msleep, PageHead } from 'linux'
import { pr_info, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 1)!
const worker = kthread_run(() => {
  get_page(block)
  msleep(5)
  put_page(block)
}, 'worker')
msleep(1)
const head = PageHead(block)
put_page(block)
if (head) pr_info('compound: nothing more to free')
kthread_stop(worker)
