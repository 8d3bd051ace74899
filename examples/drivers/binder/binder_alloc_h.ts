/**
 * What the parts of binder's allocator know of each other, as drivers/android/binder_alloc.h of v6.12 has it: the
 * structs, where the page of an offset is, and what binder.ts asks of an allocator.
 */
import {
  struct, sizeof, ptr, u32, u64, list_head, spinlock_t, shared, PAGE_SIZE, PAGE_SHIFT, type cell, type mm_struct,
  type Ptr, type View, type vm_area_struct,
} from 'linux'

/** `data` is an offset in the mapping, where the original has the user address: `user_data - alloc->buffer`. */
export const Buffer = struct('binder_buffer', {
  entry: list_head, work: list_head, data: u32, data_size: u32, free: u32, allow_user_free: u32,
})
export type Buffer = View<typeof Buffer>
export const LruPage = struct('binder_lru_page', { lru: list_head, page_ptr: ptr, alloc: ptr })
export type LruPage = View<typeof LruPage>
export const Alloc = struct('binder_alloc', {
  lock: spinlock_t, buffer: u64, buffers: list_head, pages: ptr, buffer_size: u32, pages_high: u32,
})
export type Alloc = View<typeof Alloc>

/** `alloc->mm` and `alloc->vma`, by the alloc's address; the area is read without a lock (acquire). */
const mms = new Map<bigint, mm_struct>()
const vmas = new Map<bigint, cell<vm_area_struct | null>>()
export const mm_of = (alloc: Alloc): mm_struct => mms.get(alloc.ptr.addr)!
export const vma_of = (alloc: Alloc): cell<vm_area_struct | null> => vmas.get(alloc.ptr.addr)!
export function set_mm(alloc: Alloc, mm: mm_struct): void {
  mms.set(alloc.ptr.addr, mm)
  vmas.set(alloc.ptr.addr, shared<vm_area_struct | null>(null))
}

export const align = (n: number, to: number): number => Math.ceil(n / to) * to
export const start_page = (offset: number): number => Math.floor(offset / PAGE_SIZE) * PAGE_SIZE
export const lru_page_at = (alloc: Alloc, offset: number): LruPage =>
  (alloc.pages as Ptr).add((offset >> PAGE_SHIFT) * sizeof(LruPage)).as(LruPage)

/** Pages of a mapping: binder_pages.ts and its variants. Offsets are in bytes, ranges [start, end) of whole pages. */
export interface BinderPages {
  /** binder_mmap(): what the area is to be. 0, or -EPERM. */
  mmap(alloc: Alloc, vma: vm_area_struct): number
  /** Free → in use. 0, -ESRCH or -ENOMEM. */
  install(alloc: Alloc, lru_page: LruPage, addr: bigint): number
  lru_freelist_add(alloc: Alloc, start: number, end: number): void
  lru_freelist_del(alloc: Alloc, start: number, end: number): void
  /** The last of an allocator. */
  release(alloc: Alloc): void
  /** Makes list and shrinker. Returns how to take them away, or null. */
  shrinker_init(): (() => void) | null
}

/** What binder.ts calls: binder_alloc.ts, and rust_binder.ts. `alloc` is what `init` made. */
export interface BinderAlloc {
  /** Of the running program; null without memory. */
  init(): Ptr | null
  mmap(alloc: Ptr, vma: vm_area_struct): number
  /** A buffer with its pages, or a negative errno. */
  new_buf(alloc: Ptr, data_size: number): Buffer | number
  /** Returns the bytes that could not be copied. */
  copy_user_to_buffer(alloc: Ptr, buffer: Buffer, from: Ptr, bytes: number): number
  /** The buffer at an offset, which the user may free now; or a negative errno. */
  prepare_to_free(alloc: Ptr, data: number): Buffer | number
  free_buf(alloc: Ptr, buffer: Buffer): void
  print_pages(alloc: Ptr): void
  deferred_release(alloc: Ptr): void
  shrinker_init(): (() => void) | null
}
