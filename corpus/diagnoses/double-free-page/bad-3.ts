// @era v6.12 v6.14 v6.17 v6.18 next
// @expect double-free-page 11
//
// A worker is given a page without a reference of its own: its put is the second, and kills it before it can say that
// it is done. That the other waits for ever follows from that.
import { alloc_page, complete, DECLARE_COMPLETION, GFP_KERNEL, kthread_run, put_page, wait_for_completion } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const done = DECLARE_COMPLETION('done')
kthread_run(() => {
  put_page(page)
  complete(done)
}, 'worker')
put_page(page)
wait_for_completion(done)
