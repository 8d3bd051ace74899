// Two holders each look whether they are the last: both may think so, or neither.
import { atomic_dec, atomic_read, atomic_t, GFP_KERNEL, kfree, kmalloc, kthread_run } from 'linux'

const object = kmalloc(64, GFP_KERNEL)!
const refs = atomic_t(2)
const put = () => {
  object.write_u32(0, 1)
  if (atomic_read(refs) === 1) kfree(object)
  else atomic_dec(refs)
}
kthread_run(put, 'one')
kthread_run(put, 'two')
