import { atomic_dec_and_test, atomic_set, atomic_t, GFP_KERNEL, kfree, kthread_run, kthread_stop } from 'linux'
import { kzalloc, sizeof, struct, u32 } from 'linux'

const Buffer = struct('buffer', { users: atomic_t, value: u32 })
const buffer = kzalloc(sizeof(Buffer), GFP_KERNEL)!.as(Buffer)
atomic_set(buffer.users, 2)

function release(): void {
  if (atomic_dec_and_test(buffer.users)) kfree(buffer.ptr)
}

const first = kthread_run(release, 'first')
const second = kthread_run(release, 'second')
kthread_stop(first)
kthread_stop(second)
