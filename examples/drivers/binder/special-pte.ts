// @era all
// @expect zap-by-address 239
//
// MISTAKE: the entries of the answer to GUP-fast (VM_PFNMAP, special entries: no references), in a driver that
// looks for them by address. Nothing keeps the moved page: today's kernel does what memdesc will do to the original.
/**
 * The buffer allocator of binder as of v6.12: drivers/android/binder_alloc.c. A process maps a range once;
 * whoever sends it something puts pages into that range, under the receiver's mmap_lock. Pages of freed buffers stay
 * mapped and wait on a list_lru for the shrinker. Left out: README.md.
 */
import {
  struct, sizeof, container_of, ptr, u32, u64, shared, READ_ONCE, WRITE_ONCE, list_head, INIT_LIST_HEAD, list_add,
  list_del, list_empty, list_entry, list_is_first, list_is_last, list_for_each_entry, list_for_each_entry_safe,
  list_lru, list_lru_init, list_lru_add_obj, list_lru_del_obj, list_lru_count, list_lru_walk, list_lru_isolate,
  list_lru_destroy, LRU_SKIP, LRU_REMOVED_RETRY, shrinker_alloc, shrinker_register, shrinker_free, spinlock_t,
  spin_lock_init, spin_lock, spin_trylock, spin_unlock, DEFINE_MUTEX, mutex_lock, mutex_unlock, kzalloc, kfree,
  kvzalloc, kvfree, alloc_page, __free_page, vmf_insert_pfn, page_to_pfn, vma_lookup, zap_page_range_single,
  vm_flags_set,
  vm_flags_clear, mmget_not_zero, mmput_async, mmgrab, mmdrop, mmap_read_trylock, mmap_read_unlock, mmap_write_lock,
  mmap_write_unlock, kmap_local_page, kunmap_local, copy_from_user, current, pr_info, WARN_ON, BUG_ON, GFP_KERNEL,
  __GFP_HIGHMEM, __GFP_ZERO, PAGE_SIZE, PAGE_SHIFT, VM_WRITE, VM_MAYWRITE, VM_DONTCOPY, VM_PFNMAP, VM_FAULT_NOPAGE,
  VM_FAULT_SIGBUS,
  EBUSY, EINVAL, ENOMEM, ENOSPC, EPERM, ESRCH, LINUX_VERSION_CODE, KERNEL_VERSION, type cell, type list_lru_one,
  type mm_struct, type page,
  type shrink_control, type shrinker, type View, type Ptr, type vm_area_struct,
} from 'linux'
import { run } from './app.ts'
import { moved } from './scenarios.ts'

const SZ_4M = 4 << 20

/** `data` is an offset in the mapping, where the original has the user address: `user_data - alloc->buffer`. */
const Buffer = struct('binder_buffer', {
  entry: list_head, work: list_head, data: u32, data_size: u32, free: u32, allow_user_free: u32,
})
type Buffer = View<typeof Buffer>
const LruPage = struct('binder_lru_page', { lru: list_head, page_ptr: ptr, alloc: ptr })
type LruPage = View<typeof LruPage>
const Alloc = struct('binder_alloc', {
  lock: spinlock_t, buffer: u64, buffers: list_head, pages: ptr, buffer_size: u32, pages_high: u32,
})
type Alloc = View<typeof Alloc>
/** `alloc->mm` and `alloc->vma`, by the alloc's address; the area is read without a lock (acquire). */
const mms = new Map<bigint, mm_struct>()
const vmas = new Map<bigint, cell<vm_area_struct | null>>()
const mm_of = (alloc: Alloc): mm_struct => mms.get(alloc.ptr.addr)!
const vma_of = (alloc: Alloc): cell<vm_area_struct | null> => vmas.get(alloc.ptr.addr)!

const binder_freelist = new list_lru()
const binder_alloc_mmap_lock = DEFINE_MUTEX('binder_alloc_mmap_lock')

const align = (n: number, to: number): number => Math.ceil(n / to) * to
const start_page = (offset: number): number => Math.floor(offset / PAGE_SIZE) * PAGE_SIZE
const lru_page_at = (alloc: Alloc, offset: number): LruPage =>
  (alloc.pages as Ptr).add((offset >> PAGE_SHIFT) * sizeof(LruPage)).as(LruPage)
const buffer_next = (buffer: Buffer): Buffer => list_entry(buffer.entry.next!, Buffer, 'entry')
const buffer_prev = (buffer: Buffer): Buffer => list_entry(buffer.entry.prev!, Buffer, 'entry')

function buffer_size(alloc: Alloc, buffer: Buffer): number {
  const end = list_is_last(buffer.entry, alloc.buffers) ? alloc.buffer_size : buffer_next(buffer).data
  return end - buffer.data
}

/** In use → available: on the list, and still mapped. */
function binder_lru_freelist_add(alloc: Alloc, start: number, end: number): void {
  for (let at = start; at < end; at += PAGE_SIZE) {
    const page = lru_page_at(alloc, at)
    if (page.page_ptr !== null) WARN_ON(!list_lru_add_obj(binder_freelist, page.lru))
  }
}

/** Available → in use: off the list. */
function binder_lru_freelist_del(alloc: Alloc, start: number, end: number): void {
  for (let at = start; at < end; at += PAGE_SIZE) {
    const page = lru_page_at(alloc, at)
    if (page.page_ptr !== null) WARN_ON(!list_lru_del_obj(binder_freelist, page.lru))
    else if ((at >> PAGE_SHIFT) + 1 > alloc.pages_high) alloc.pages_high = (at >> PAGE_SHIFT) + 1
  }
}

/** Free → in use: a page of our own, with an entry in the receiver's table. Runs in the sender. */
function binder_install_single_page(alloc: Alloc, lru_page: LruPage, addr: bigint): number {
  const mm = mm_of(alloc)
  if (!mmget_not_zero(mm)) return -ESRCH
  let ret = 0
  mmap_write_lock(mm)
  const vma = READ_ONCE(vma_of(alloc))
  if (lru_page.page_ptr === null) {
    if (vma === null) ret = -ESRCH
    else {
      const page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO)
      if (page === null) ret = -ENOMEM
      else if (vmf_insert_pfn(vma, addr, page_to_pfn(page)) !== VM_FAULT_NOPAGE) {
        __free_page(page)
        ret = -ENOMEM
      } else lru_page.page_ptr = page
    }
  }
  mmap_write_unlock(mm)
  mmput_async(mm)
  return ret
}

function binder_install_buffer_pages(alloc: Alloc, buffer: Buffer, size: number): number {
  const final = align(buffer.data + size, PAGE_SIZE)
  for (let at = start_page(buffer.data); at < final; at += PAGE_SIZE) {
    const lru_page = lru_page_at(alloc, at)
    if (lru_page.page_ptr !== null) continue
    const ret = binder_install_single_page(alloc, lru_page, alloc.buffer + BigInt(at))
    if (ret !== 0) return ret
  }
  return 0
}

/** Best fit, split, and its pages off the list. `next` becomes the rest, or is freed. */
function binder_alloc_new_buf_locked(alloc: Alloc, next: Buffer, size: number): Buffer | null {
  let best: Buffer | null = null
  let best_size = 0
  list_for_each_entry(alloc.buffers, Buffer, 'entry', (buffer) => {
    const fits = buffer_size(alloc, buffer)
    if (buffer.free === 0 || fits < size || (best !== null && fits >= best_size)) return
    best = buffer
    best_size = fits
  })
  if (best === null) {
    kfree(next.ptr)
    return null
  }
  const found: Buffer = best
  if (best_size !== size) {
    next.data = found.data + size
    next.free = 1
    list_add(next.entry, found.entry)
  } else kfree(next.ptr)
  // The last page may be shared with the buffer behind; if that one is in use, the page is off the list already.
  const next_used_page = start_page(found.data + best_size)
  const curr_last_page = align(found.data + size, PAGE_SIZE)
  binder_lru_freelist_del(alloc, align(found.data, PAGE_SIZE), Math.min(next_used_page, curr_last_page))
  found.free = 0
  found.allow_user_free = 0
  found.data_size = size
  return found
}

function binder_alloc_new_buf(alloc: Alloc, data_size: number): Buffer | number {
  if (READ_ONCE(vma_of(alloc)) === null) return -ESRCH
  const size = Math.max(align(data_size, 8), 8)
  const next = kzalloc(sizeof(Buffer), GFP_KERNEL)
  if (next === null) return -ENOMEM
  spin_lock(alloc.lock)
  const buffer = binder_alloc_new_buf_locked(alloc, next.as(Buffer), size)
  spin_unlock(alloc.lock)
  if (buffer === null) return -ENOSPC
  const ret = binder_install_buffer_pages(alloc, buffer, size)
  if (ret === 0) return buffer
  binder_alloc_free_buf(alloc, buffer)
  return ret
}

/** A free buffer goes into the one before it; a page that only this border kept off the list goes on it. */
function binder_delete_free_buffer(alloc: Alloc, buffer: Buffer): void {
  const page = start_page(buffer.data)
  const prev = buffer_prev(buffer)
  BUG_ON(prev.free === 0)
  const aligned = page === buffer.data
  const used_before = start_page(prev.data - 1) === page
  const used_behind = !list_is_last(buffer.entry, alloc.buffers) && start_page(buffer_next(buffer).data) === page
  if (!aligned && !used_before && !used_behind) binder_lru_freelist_add(alloc, page, page + PAGE_SIZE)
  list_del(buffer.entry)
  kfree(buffer.ptr)
}

function binder_free_buf_locked(alloc: Alloc, buffer: Buffer): void {
  const size = buffer_size(alloc, buffer)
  BUG_ON(buffer.free !== 0 || buffer.data_size > size)
  binder_lru_freelist_add(alloc, align(buffer.data, PAGE_SIZE), start_page(buffer.data + size))
  buffer.free = 1
  if (!list_is_last(buffer.entry, alloc.buffers)) {
    const next = buffer_next(buffer)
    if (next.free !== 0) binder_delete_free_buffer(alloc, next)
  }
  if (!list_is_first(buffer.entry, alloc.buffers) && buffer_prev(buffer).free !== 0)
    binder_delete_free_buffer(alloc, buffer)
}

function binder_alloc_free_buf(alloc: Alloc, buffer: Buffer): void {
  spin_lock(alloc.lock)
  binder_free_buf_locked(alloc, buffer)
  spin_unlock(alloc.lock)
}

function binder_alloc_copy_user_to_buffer(alloc: Alloc, buffer: Buffer, from: Ptr, bytes: number): number {
  if (buffer.free !== 0 || bytes > buffer_size(alloc, buffer)) return bytes
  for (let done = 0; done < bytes; ) {
    const at = buffer.data + done
    const size = Math.min(bytes - done, PAGE_SIZE - (at % PAGE_SIZE))
    const kaddr = kmap_local_page(lru_page_at(alloc, at).page_ptr as page)
    const left = copy_from_user(kaddr.add(at % PAGE_SIZE), from.add(done), size)
    kunmap_local(kaddr)
    if (left !== 0) return bytes - done - size + left
    done += size
  }
  return 0
}

/** Available → free. Comes from anybody's allocation, with any lock held: it only tries the locks. */
function binder_alloc_free_page(item: list_head, list: list_lru_one, lru_lock: spinlock_t): number {
  const lru_page = container_of(item, LruPage, 'lru')
  const alloc = (lru_page.alloc as Ptr).as(Alloc)
  const mm = mm_of(alloc)
  if (!mmget_not_zero(mm)) return LRU_SKIP
  if (!mmap_read_trylock(mm)) {
    mmput_async(mm)
    return LRU_SKIP
  }
  if (spin_trylock(alloc.lock) === 0) {
    mmap_read_unlock(mm)
    mmput_async(mm)
    return LRU_SKIP
  }
  const index = Number(lru_page.ptr.addr - (alloc.pages as Ptr).addr) / sizeof(LruPage)
  const page_addr = alloc.buffer + BigInt(index * PAGE_SIZE)
  const vma = vma_lookup(mm, page_addr)
  const foreign = vma !== null && vma !== READ_ONCE(vma_of(alloc))
  if (lru_page.page_ptr === null || foreign) {
    spin_unlock(alloc.lock)
    mmap_read_unlock(mm)
    mmput_async(mm)
    return LRU_SKIP
  }
  const page_to_free = lru_page.page_ptr as page
  lru_page.page_ptr = null
  list_lru_isolate(list, item)
  spin_unlock(alloc.lock)
  spin_unlock(lru_lock)
  if (vma !== null) zap_page_range_single(vma, page_addr, PAGE_SIZE, null)
  mmap_read_unlock(mm)
  mmput_async(mm)
  __free_page(page_to_free)
  // The walk takes the lock itself since v6.13.
  if (LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)) spin_lock(lru_lock)
  return LRU_REMOVED_RETRY
}

function binder_alloc_mmap_handler(alloc: Alloc, vma: vm_area_struct): number {
  if (vma.vm_mm !== mm_of(alloc)) return -EINVAL
  mutex_lock(binder_alloc_mmap_lock)
  if (alloc.buffer_size !== 0) {
    mutex_unlock(binder_alloc_mmap_lock)
    return -EBUSY
  }
  const size = Math.min(Number(vma.vm_end - vma.vm_start), SZ_4M)
  alloc.buffer_size = size
  mutex_unlock(binder_alloc_mmap_lock)

  alloc.buffer = vma.vm_start
  const pages = kvzalloc((size / PAGE_SIZE) * sizeof(LruPage), GFP_KERNEL)
  const memory = pages === null ? null : kzalloc(sizeof(Buffer), GFP_KERNEL)
  if (memory === null) {
    kvfree(pages)
    mutex_lock(binder_alloc_mmap_lock)
    alloc.buffer_size = 0
    mutex_unlock(binder_alloc_mmap_lock)
    return -ENOMEM
  }
  alloc.pages = pages
  for (let at = 0; at < size; at += PAGE_SIZE) {
    const lru_page = lru_page_at(alloc, at)
    lru_page.alloc = alloc.ptr
    INIT_LIST_HEAD(lru_page.lru)
  }
  const buffer = memory.as(Buffer)
  buffer.free = 1
  list_add(buffer.entry, alloc.buffers)
  WRITE_ONCE(vma_of(alloc), vma)
  return 0
}

/** Whatever entries still exist, their references keep the pages. */
function binder_alloc_deferred_release(alloc: Alloc): void {
  spin_lock(alloc.lock)
  BUG_ON(READ_ONCE(vma_of(alloc)) !== null)
  list_for_each_entry_safe(alloc.buffers, Buffer, 'entry', (buffer) => {
    list_del(buffer.entry)
    kfree(buffer.ptr)
  })
  for (let at = 0; alloc.pages !== null && at < alloc.buffer_size; at += PAGE_SIZE) {
    const lru_page = lru_page_at(alloc, at)
    if (lru_page.page_ptr === null) continue
    list_lru_del_obj(binder_freelist, lru_page.lru)
    __free_page(lru_page.page_ptr as page)
  }
  spin_unlock(alloc.lock)
  kvfree(alloc.pages)
  mmdrop(mm_of(alloc))
  kfree(alloc.ptr)
}

/** binder_alloc_prepare_to_free(): the user may free what was delivered, once. */
function binder_alloc_prepare_to_free(alloc: Alloc, data: number): Buffer | number {
  let found: Buffer | number = -EINVAL
  spin_lock(alloc.lock)
  list_for_each_entry(alloc.buffers, Buffer, 'entry', (buffer) => {
    if (buffer.data !== data || buffer.free !== 0) return
    found = buffer.allow_user_free === 0 ? -EPERM : buffer
    buffer.allow_user_free = 0
  })
  spin_unlock(alloc.lock)
  return found
}

/** Active, on the list, free; nothing once the area is gone. */
function binder_alloc_print_pages(alloc: Alloc): void {
  const count = [0, 0, 0]
  spin_lock(alloc.lock)
  const mapped = READ_ONCE(vma_of(alloc)) !== null
  for (let at = 0; mapped && at < alloc.buffer_size; at += PAGE_SIZE) {
    const { page_ptr, lru } = lru_page_at(alloc, at)
    count[page_ptr === null ? 2 : list_empty(lru) ? 0 : 1]! += 1
  }
  spin_unlock(alloc.lock)
  pr_info(`pages: ${count.join(':')}`)
}

function binder_alloc_init(): Alloc | null {
  const memory = kzalloc(sizeof(Alloc), GFP_KERNEL)
  if (memory === null) return null
  const alloc = memory.as(Alloc)
  spin_lock_init(alloc.lock)
  INIT_LIST_HEAD(alloc.buffers)
  mms.set(memory.addr, current.mm!)
  vmas.set(memory.addr, shared<vm_area_struct | null>(null))
  mmgrab(current.mm!)
  return alloc
}

/** binder_mmap(): what the area is to be, and then the allocator's part. */
function binder_alloc_mmap(alloc: Alloc, vma: vm_area_struct): number {
  if ((vma.vm_flags & VM_WRITE) !== 0) return -EPERM
  vm_flags_set(vma, VM_DONTCOPY | VM_PFNMAP)
  vm_flags_clear(vma, VM_MAYWRITE)
  vma.vm_ops = {
    // The first area that closes ends all installing; after mremap() that is the old one.
    close: () => WRITE_ONCE(vma_of(alloc), null),
    fault: () => VM_FAULT_SIGBUS,
  }
  return binder_alloc_mmap_handler(alloc, vma)
}

/** Makes list and shrinker. Returns how to take them away, or null. */
function binder_alloc_shrinker_init(): (() => void) | null {
  if (list_lru_init(binder_freelist) !== 0) return null
  const shrinker = shrinker_alloc(0, 'android-binder')
  if (shrinker === null) {
    list_lru_destroy(binder_freelist)
    return null
  }
  shrinker.count_objects = () => list_lru_count(binder_freelist)
  shrinker.scan_objects = (_shrinker: shrinker, sc: shrink_control) =>
    list_lru_walk(binder_freelist, binder_alloc_free_page, null, sc.nr_to_scan)
  shrinker_register(shrinker)
  return () => {
    shrinker_free(shrinker)
    list_lru_destroy(binder_freelist)
  }
}

/** What binder.ts calls. */
export const binder_alloc = {
  Alloc,
  Buffer,
  init: binder_alloc_init,
  mmap: binder_alloc_mmap,
  new_buf: binder_alloc_new_buf,
  copy_user_to_buffer: binder_alloc_copy_user_to_buffer,
  prepare_to_free: binder_alloc_prepare_to_free,
  free_buf: binder_alloc_free_buf,
  print_pages: binder_alloc_print_pages,
  deferred_release: binder_alloc_deferred_release,
  shrinker_init: binder_alloc_shrinker_init,
}
export type BinderAlloc = typeof binder_alloc

run(binder_alloc, moved)
