// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Marked accesses, a completion, and neighbours in one word that two threads own by halves.
import { complete, completion, cond_resched, GFP_KERNEL, kfree, kthread_run, kthread_stop, kzalloc } from 'linux'
import { pr_info, READ_ONCE, shared, wait_for_completion, WRITE_ONCE } from 'linux'

const buffer = kzalloc(8, GFP_KERNEL)!
const done = new completion()
const stop = shared(0)
const producer = kthread_run(() => {
  buffer.write_u32(0, 1)
  complete(done)
  while (READ_ONCE(stop) === 0) cond_resched()
}, 'producer')
buffer.write_u32(4, 2)
wait_for_completion(done)
pr_info(`${buffer.read_u32(0)}`)
WRITE_ONCE(stop, 1)
kthread_stop(producer)
kfree(buffer)
