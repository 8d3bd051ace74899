// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The block is not compound, but its owner frees it with its order, after another reference has come and
// gone.
import { alloc_pages, __free_pages, get_page, GFP_KERNEL, kthread_run, kthread_stop, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL, 2)!
get_page(block)
const worker = kthread_run(() => put_page(block), 'worker')
kthread_stop(worker)
__free_pages(block, 2)
