// refcount_dec_and_test() drops and looks in one step.
import { GFP_KERNEL, kfree, kmalloc, kthread_run, refcount_dec_and_test, refcount_t } from 'linux'

const object = kmalloc(64, GFP_KERNEL)!
const refs = refcount_t(2)
const put = () => {
  if (refcount_dec_and_test(refs)) kfree(object)
}
kthread_run(put, 'one')
kthread_run(put, 'two')
