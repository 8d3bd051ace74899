import { atomic_dec, atomic_read, atomic_set, atomic_t, GFP_KERNEL, kfree, kthread_run, kthread_stop } from 'linux'
import { kzalloc, sizeof, struct, u32 } from 'linux'

const Buffer = struct('buffer', { users: atomic_t, value: u32 })
const buffer = kzalloc(sizeof(Buffer), GFP_KERNEL)!.as(Buffer)
atomic_set(buffer.users, 2)

function release(): void {
  if (atomic_read(buffer.users) === 1) kfree(buffer.ptr)
  else atomic_dec(buffer.users)
}

const first = kthread_run(release, 'first')
const second = kthread_run(release, 'second')
kthread_stop(first)
kthread_stop(second)
