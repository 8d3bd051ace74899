import { ARef, GFP_KERNEL, drop, type RefCounted } from 'kernel'
import { atomic_dec, atomic_inc, atomic_set, atomic_t } from 'linux'
import { kthread_run, kthread_stop, kzalloc, sizeof, struct, u32 } from 'linux'

const Shared = struct('buffer', { users: atomic_t, value: u32 })
const buffer = kzalloc(sizeof(Shared), GFP_KERNEL)!.as(Shared)
atomic_set(buffer.users, 1)

class Buffer implements RefCounted {
  static inc_ref(): void {
    atomic_inc(buffer.users)
  }
  static dec_ref(): void {
    atomic_dec(buffer.users)
  }
}

const mine = ARef.from_raw(new Buffer())
const theirs = ARef.clone(mine)
const first = kthread_run(() => drop(mine), 'first')
const second = kthread_run(() => drop(theirs), 'second')
kthread_stop(first)
kthread_stop(second)
