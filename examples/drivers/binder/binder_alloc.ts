/**
 * The buffer allocator of binder as of v6.12: drivers/android/binder_alloc.c. A process maps a range once; whoever
 * sends it something takes a buffer of that range and puts pages into it (binder_pages.ts), under the receiver's
 * mmap_lock. Left out: README.md.
 */
import {
  sizeof, READ_ONCE, WRITE_ONCE, INIT_LIST_HEAD, list_add, list_del, list_empty, list_entry, list_is_first,
  list_is_last, list_for_each_entry, list_for_each_entry_safe, spin_lock_init, spin_lock, spin_unlock, DEFINE_MUTEX,
  mutex_lock, mutex_unlock, kzalloc, kfree, kvzalloc, kvfree, mmgrab, mmdrop, kmap_local_page, kunmap_local,
  copy_from_user, current, pr_info, BUG_ON, GFP_KERNEL, PAGE_SIZE, EBUSY, EINVAL, ENOMEM, ENOSPC, EPERM, ESRCH,
  type page, type Ptr, type vm_area_struct,
} from 'linux'
import {
  Alloc, Buffer, LruPage, align, lru_page_at, mm_of, set_mm, start_page, vma_of, type BinderAlloc, type BinderPages,
} from './binder_alloc_h.ts'

const SZ_4M = 4 << 20
const binder_alloc_mmap_lock = DEFINE_MUTEX('binder_alloc_mmap_lock')

const of = (alloc: Ptr): Alloc => alloc.as(Alloc)
const buffer_next = (buffer: Buffer): Buffer => list_entry(buffer.entry.next!, Buffer, 'entry')
const buffer_prev = (buffer: Buffer): Buffer => list_entry(buffer.entry.prev!, Buffer, 'entry')

function buffer_size(alloc: Alloc, buffer: Buffer): number {
  const end = list_is_last(buffer.entry, alloc.buffers) ? alloc.buffer_size : buffer_next(buffer).data
  return end - buffer.data
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

function binder_alloc_init(): Ptr | null {
  const memory = kzalloc(sizeof(Alloc), GFP_KERNEL)
  if (memory === null) return null
  const alloc = memory.as(Alloc)
  spin_lock_init(alloc.lock)
  INIT_LIST_HEAD(alloc.buffers)
  set_mm(alloc, current.mm!)
  mmgrab(current.mm!)
  return memory
}

/** The allocator over pages of one kind. */
export function binder_alloc(pages: BinderPages): BinderAlloc {
  /** Puts in the pages of a buffer that are not there yet. */
  function binder_install_buffer_pages(alloc: Alloc, buffer: Buffer, size: number): number {
    const final = align(buffer.data + size, PAGE_SIZE)
    for (let at = start_page(buffer.data); at < final; at += PAGE_SIZE) {
      const lru_page = lru_page_at(alloc, at)
      if (lru_page.page_ptr !== null) continue
      const ret = pages.install(alloc, lru_page, alloc.buffer + BigInt(at))
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
    pages.lru_freelist_del(alloc, align(found.data, PAGE_SIZE), Math.min(next_used_page, curr_last_page))
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
    if (!aligned && !used_before && !used_behind) pages.lru_freelist_add(alloc, page, page + PAGE_SIZE)
    list_del(buffer.entry)
    kfree(buffer.ptr)
  }

  function binder_free_buf_locked(alloc: Alloc, buffer: Buffer): void {
    const size = buffer_size(alloc, buffer)
    BUG_ON(buffer.free !== 0 || buffer.data_size > size)
    pages.lru_freelist_add(alloc, align(buffer.data, PAGE_SIZE), start_page(buffer.data + size))
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
    const array = kvzalloc((size / PAGE_SIZE) * sizeof(LruPage), GFP_KERNEL)
    const memory = array === null ? null : kzalloc(sizeof(Buffer), GFP_KERNEL)
    if (memory === null) {
      kvfree(array)
      mutex_lock(binder_alloc_mmap_lock)
      alloc.buffer_size = 0
      mutex_unlock(binder_alloc_mmap_lock)
      return -ENOMEM
    }
    alloc.pages = array
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

  function binder_alloc_deferred_release(alloc: Alloc): void {
    spin_lock(alloc.lock)
    BUG_ON(READ_ONCE(vma_of(alloc)) !== null)
    list_for_each_entry_safe(alloc.buffers, Buffer, 'entry', (buffer) => {
      list_del(buffer.entry)
      kfree(buffer.ptr)
    })
    pages.release(alloc)
    spin_unlock(alloc.lock)
    kvfree(alloc.pages)
    mmdrop(mm_of(alloc))
    kfree(alloc.ptr)
  }

  return {
    init: binder_alloc_init,
    mmap(alloc, vma) {
      const err = pages.mmap(of(alloc), vma)
      return err !== 0 ? err : binder_alloc_mmap_handler(of(alloc), vma)
    },
    new_buf: (alloc, data_size) => binder_alloc_new_buf(of(alloc), data_size),
    copy_user_to_buffer: (alloc, ...args) => binder_alloc_copy_user_to_buffer(of(alloc), ...args),
    prepare_to_free: (alloc, data) => binder_alloc_prepare_to_free(of(alloc), data),
    free_buf: (alloc, buffer) => binder_alloc_free_buf(of(alloc), buffer),
    print_pages: (alloc) => binder_alloc_print_pages(of(alloc)),
    deferred_release: (alloc) => binder_alloc_deferred_release(of(alloc)),
    shrinker_init: pages.shrinker_init,
  }
}
