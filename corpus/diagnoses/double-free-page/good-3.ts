// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The worker has a reference of its own.
import {
  alloc_page, complete, DECLARE_COMPLETION, get_page, GFP_KERNEL, kthread_run, put_page, wait_for_completion,
} from 'linux'

const page = alloc_page(GFP_KERNEL)!
const done = DECLARE_COMPLETION('done')
get_page(page)
kthread_run(() => {
  put_page(page)
  complete(done)
}, 'worker')
put_page(page)
wait_for_completion(done)
