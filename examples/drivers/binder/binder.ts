/**
 * As much of drivers/android/binder.c (v6.12) as calls the allocator: a context manager that receives, senders, and
 * commands as ioctls of their own. The allocator comes as a parameter, so that each variant of it can be tried.
 */
import {
  struct, sizeof, ptr, list_head, INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_first_entry,
  spinlock_t, spin_lock_init, spin_lock, spin_unlock, kzalloc, kfree, shared, READ_ONCE, WRITE_ONCE, copy_from_user,
  GFP_KERNEL, EAGAIN, EBUSY, EFAULT, EINVAL, ENOMEM, u32, type file, type file_operations, type Ptr, type View,
} from 'linux'
import { Buffer, type BinderAlloc } from './binder_alloc_h.ts'

export const BINDER_SET_CONTEXT_MGR = 1
/** To the context manager; the argument points at the length in 32 bits, and the data behind it. */
export const BC_TRANSACTION = 2
/** The argument is the buffer's offset in the mapping, as BINDER_READ returned it. */
export const BC_FREE_BUFFER = 3
export const BINDER_READ = 4
/** Logs what /sys/kernel/debug/binder says of the pages. */
export const BINDER_STATS = 5

const Proc = struct('binder_proc', { inner_lock: spinlock_t, todo: list_head, alloc: ptr })
type Proc = View<typeof Proc>
const Work = struct('binder_work', { entry: list_head, buffer: ptr, size: u32 })

export function binder_fops(binder_alloc: BinderAlloc): file_operations {
  const context_mgr = shared<Ptr | null>(null)
  const proc_of = (file: file): Proc => (file.private_data as Ptr).as(Proc)
  const alloc_of = (proc: Proc): Ptr => proc.alloc as Ptr

  function transaction(from: Ptr): number {
    const target = READ_ONCE(context_mgr)
    if (target === null) return -EINVAL
    const memory = kzalloc(sizeof(Work), GFP_KERNEL)
    if (memory === null) return -ENOMEM
    const work = memory.as(Work)
    const proc = target.as(Proc)
    const alloc = alloc_of(proc)
    let ret = -EFAULT
    if (copy_from_user(memory.add(Work.offsets.size), from, 4) === 0) {
      const buffer = binder_alloc.new_buf(alloc, work.size)
      if (typeof buffer !== 'number') {
        if (binder_alloc.copy_user_to_buffer(alloc, buffer, from.add(4), work.size) === 0) {
          work.buffer = buffer
          spin_lock(proc.inner_lock)
          list_add_tail(work.entry, proc.todo)
          spin_unlock(proc.inner_lock)
          return 0
        }
        binder_alloc.free_buf(alloc, buffer)
      } else ret = buffer
    }
    kfree(memory)
    return ret
  }

  /** binder_thread_read(), without waiting: the offset of a buffer that has come. */
  function thread_read(proc: Proc): number {
    spin_lock(proc.inner_lock)
    const work = list_empty(proc.todo) ? null : list_first_entry(proc.todo, Work, 'entry')
    if (work !== null) list_del_init(work.entry)
    spin_unlock(proc.inner_lock)
    if (work === null) return -EAGAIN
    const buffer = (work.buffer as Ptr).as(Buffer)
    kfree(work.ptr)
    buffer.allow_user_free = 1
    return buffer.data
  }

  function ioctl(file: file, cmd: number, arg: Ptr | bigint | number): number {
    const proc = proc_of(file)
    const alloc = alloc_of(proc)
    if (cmd === BC_TRANSACTION) return transaction(arg as Ptr)
    if (cmd === BINDER_READ) return thread_read(proc)
    if (cmd === BINDER_STATS) {
      binder_alloc.print_pages(alloc)
      return 0
    }
    if (cmd === BC_FREE_BUFFER) {
      const buffer = binder_alloc.prepare_to_free(alloc, Number(arg))
      if (typeof buffer === 'number') return buffer
      binder_alloc.free_buf(alloc, buffer)
      return 0
    }
    if (cmd !== BINDER_SET_CONTEXT_MGR) return -EINVAL
    if (READ_ONCE(context_mgr) !== null) return -EBUSY
    WRITE_ONCE(context_mgr, proc.ptr)
    return 0
  }

  function open(file: file): number {
    const memory = kzalloc(sizeof(Proc), GFP_KERNEL)
    if (memory === null) return -ENOMEM
    const alloc = binder_alloc.init()
    if (alloc === null) {
      kfree(memory)
      return -ENOMEM
    }
    const proc = memory.as(Proc)
    spin_lock_init(proc.inner_lock)
    INIT_LIST_HEAD(proc.todo)
    proc.alloc = alloc
    file.private_data = memory
    return 0
  }

  function release(file: file): void {
    const proc = proc_of(file)
    if (READ_ONCE(context_mgr)?.eq(proc.ptr)) WRITE_ONCE(context_mgr, null)
    for (let data = thread_read(proc); data >= 0; ) data = thread_read(proc)
    binder_alloc.deferred_release(alloc_of(proc))
    kfree(proc.ptr)
  }

  const mmap: file_operations['mmap'] = (file, vma) => binder_alloc.mmap(alloc_of(proc_of(file)), vma)
  return { open, mmap, ioctl, release }
}
