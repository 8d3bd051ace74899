// @expect null-dereference 14
// The death of a task cannot be caught, and its finally blocks do not run: the kernel stopped it.
import { kmalloc, GFP_KERNEL, pr_info, BUG_ON, kthread_run } from 'linux'
import { fail_next } from 'sim'

let caught = false
let finished = false
kthread_run(() => {
  fail_next('kmalloc')
  const object = kmalloc(64, GFP_KERNEL)
  // The line below is where the task dies.
  try {
    pr_info('before')
    object!.write_u8(0, 1)
    pr_info('after')
  } catch {
    caught = true
  } finally {
    finished = true
  }
}, 'victim')
kthread_run(() => BUG_ON(caught || finished), 'witness')
