/**
 * What the Rust binder does with its page range: Process of drivers/android/binder/process.rs and the array of
 * range_alloc/array.rs, since v6.18. A buffer is a range of bytes; its pages are put to use without a lock, and those
 * that it shares with nobody are given back when it goes. Commands are those of binder.ts.
 */
import { GFP_KERNEL, KBox, KernelError, VmaNew, __GFP_ZERO, drop, type Ref } from 'kernel'
import {
  struct, sizeof, list_head, INIT_LIST_HEAD, list_add, list_del, list_for_each_entry, spinlock_t,
  spin_lock_init, spin_lock, spin_unlock, u32, pr_info, EINVAL, ENOSPC, EPERM, ESRCH, PAGE_SIZE, type Ptr,
  type View, type vm_area_struct,
} from 'linux'
import { Buffer, align, start_page, type BinderAlloc } from './binder_alloc_h.ts'

/** `Mapping` of a Process, and its descriptors in order of their offsets. */
const Inner = struct('ProcessInner', { lock: spinlock_t, buffers: list_head, size: u32 })

/** page_range.ts, or a variant of it. */
interface ShrinkablePageRange {
  register_with_vma(vma: Ref<VmaNew>): number
  use_range(start: number, end: number): void
  stop_using_range(start: number, end: number): void
  copy_from_user_slice(reader: Ptr, offset: number, size: number): void
  count(): [number, number, number]
  release(): void
}
export interface PageRange {
  readonly ShrinkablePageRange: { 'new'(): ShrinkablePageRange }
  register_shrinker(): (() => void) | null
}

class Process {
  constructor(
    readonly pages: ShrinkablePageRange,
    readonly memory: KBox<undefined>,
    readonly inner: View<typeof Inner>,
  ) {}
}
const processes = new Map<bigint, Process>()
/** The memory of each descriptor, by its address. */
const descriptors = new Map<bigint, KBox<undefined>>()
const of = (alloc: Ptr): Process => processes.get(alloc.addr)!
const errno = (error: unknown): number => {
  if (error instanceof KernelError) return error.errno
  throw error
}
function free_descriptor(at: bigint): void {
  const descriptor = descriptors.get(at)!
  descriptors.delete(at)
  drop(descriptor)
}

/** The first gap that is large enough: its offset, and the descriptor before it. The lock is held. */
function find_gap(inner: Process['inner'], size: number): { offset: number; before: list_head } | null {
  let offset = 0
  let before = inner.buffers
  list_for_each_entry(inner.buffers, Buffer, 'entry', (buffer) => {
    if (buffer.data - offset >= size) return false
    offset = buffer.data + buffer.data_size
    before = buffer.entry
    return true
  })
  return inner.size - offset >= size ? { offset, before } : null
}

/** `Process::buffer_alloc`. */
function buffer_alloc({ pages, inner }: Process, data_size: number): Buffer | number {
  if (inner.size === 0) return -ESRCH
  const size = Math.max(align(data_size, 8), 8)
  try {
    const descriptor = KBox.new_uninit(sizeof(Buffer), GFP_KERNEL | __GFP_ZERO)
    const at = descriptor.as_ptr()!
    descriptors.set(at.addr, descriptor)
    const buffer = at.as(Buffer)
    spin_lock(inner.lock)
    const gap = find_gap(inner, size)
    if (gap !== null) {
      buffer.data = gap.offset
      buffer.data_size = size
      list_add(buffer.entry, gap.before)
    }
    spin_unlock(inner.lock)
    if (gap === null) {
      free_descriptor(at.addr)
      return -ENOSPC
    }
    try {
      pages.use_range(start_page(gap.offset) / PAGE_SIZE, align(gap.offset + size, PAGE_SIZE) / PAGE_SIZE)
    } catch (error) {
      buffer_raw_free({ pages, inner }, buffer)
      return errno(error)
    }
    return buffer
  } catch (error) {
    return errno(error)
  }
}

/** `Process::buffer_raw_free`: pages that no neighbour has a part of may go. */
function buffer_raw_free({ pages, inner }: Pick<Process, 'pages' | 'inner'>, buffer: Buffer): void {
  const { data, data_size } = buffer
  let from = start_page(data)
  let to = align(data + data_size, PAGE_SIZE)
  spin_lock(inner.lock)
  list_for_each_entry(inner.buffers, Buffer, 'entry', (other) => {
    if (other.data < data && other.data + other.data_size > from) from += PAGE_SIZE
    if (other.data > data && other.data < to) to -= PAGE_SIZE
  })
  list_del(buffer.entry)
  pages.stop_using_range(from / PAGE_SIZE, to / PAGE_SIZE)
  spin_unlock(inner.lock)
  free_descriptor(buffer.ptr.addr)
}

/** `Process::mmap`. */
function mmap({ pages, inner }: Process, area: vm_area_struct): number {
  const vma = VmaNew.from_raw(area)
  try {
    if (vma.writable()) return -EPERM
    vma.try_clear_maywrite()
    vma.set_dontcopy()
    vma.set_mixedmap()
    const num_pages = pages.register_with_vma(vma)
    spin_lock(inner.lock)
    inner.size = num_pages * PAGE_SIZE
    spin_unlock(inner.lock)
    return 0
  } catch (error) {
    return errno(error)
  }
}

/** `Allocation` of a delivered transaction: the user may free it, once. */
function prepare_to_free({ inner }: Process, data: number): Buffer | number {
  let found: Buffer | number = -EINVAL
  spin_lock(inner.lock)
  list_for_each_entry(inner.buffers, Buffer, 'entry', (buffer) => {
    if (buffer.data !== data) return
    found = buffer.allow_user_free === 0 ? -EPERM : buffer
    buffer.allow_user_free = 0
  })
  spin_unlock(inner.lock)
  return found
}

/** What binder.ts calls. */
export function rust_binder({ ShrinkablePageRange, register_shrinker }: PageRange): BinderAlloc {
  return {
    init() {
      try {
        const pages = ShrinkablePageRange.new()
        const memory = KBox.new_uninit(sizeof(Inner), GFP_KERNEL | __GFP_ZERO)
        const at = memory.as_ptr()!
        const inner = at.as(Inner)
        spin_lock_init(inner.lock)
        INIT_LIST_HEAD(inner.buffers)
        processes.set(at.addr, new Process(pages, memory, inner))
        return at
      } catch {
        return null
      }
    },
    mmap: (alloc, vma) => mmap(of(alloc), vma),
    new_buf: (alloc, data_size) => buffer_alloc(of(alloc), data_size),
    copy_user_to_buffer(alloc, buffer, from, bytes) {
      try {
        of(alloc).pages.copy_from_user_slice(from, buffer.data, bytes)
        return 0
      } catch {
        return bytes
      }
    },
    prepare_to_free: (alloc, data) => prepare_to_free(of(alloc), data),
    free_buf: (alloc, buffer) => buffer_raw_free(of(alloc), buffer),
    print_pages: (alloc) => pr_info(`pages: ${of(alloc).pages.count().join(':')}`),
    deferred_release(alloc) {
      const process = of(alloc)
      const left: bigint[] = []
      list_for_each_entry(process.inner.buffers, Buffer, 'entry', (buffer) => {
        left.push(buffer.ptr.addr)
      })
      for (const at of left) free_descriptor(at)
      process.pages.release()
      processes.delete(alloc.addr)
      drop(process.memory)
    },
    shrinker_init: register_shrinker,
  }
}
