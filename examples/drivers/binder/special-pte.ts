// @era all
// @expect zap-by-address 98
//
// MISTAKE: the entries of the answer to GUP-fast (VM_PFNMAP, special entries: no references), in a driver that looks
// for them by address. Nothing keeps the moved page: today's kernel does what memdesc will do to the original.
import {
  container_of, READ_ONCE, WRITE_ONCE, list_head, list_lru, list_lru_init, list_lru_add_obj, list_lru_del_obj,
  list_lru_count, list_lru_walk, list_lru_isolate, list_lru_destroy, LRU_SKIP, LRU_REMOVED_RETRY, shrinker_alloc,
  shrinker_register, shrinker_free, sizeof, spinlock_t, spin_lock, spin_trylock, spin_unlock, alloc_page, __free_page,
  vmf_insert_pfn, page_to_pfn, vm_flags_set, vm_flags_clear, mmget_not_zero, mmput_async, mmap_read_trylock,
  mmap_read_unlock, mmap_write_lock, mmap_write_unlock, WARN_ON, GFP_KERNEL, __GFP_HIGHMEM, __GFP_ZERO, PAGE_SIZE,
  PAGE_SHIFT, VM_WRITE, VM_MAYWRITE, VM_DONTCOPY, VM_PFNMAP, VM_FAULT_NOPAGE, VM_FAULT_SIGBUS, ENOMEM, EPERM, ESRCH,
  LINUX_VERSION_CODE, KERNEL_VERSION, type file, type list_lru_one, type page, type Ptr, type shrink_control,
  type shrinker, type vm_area_struct,
  vma_lookup, zap_page_range_single,
} from 'linux'
import { Alloc, LruPage, lru_page_at, mm_of, vma_of, type BinderPages } from './binder_alloc_h.ts'
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { moved } from './scenarios.ts'

const binder_freelist = new list_lru()
/** Where the file has an allocator's pages: each its own place, as all opens of a device share one address_space. */
const areas = new Map<bigint, { file: file; pgoff: number }>()

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
  if (lru_page.page_ptr === null) {
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

/** The last area is gone, and with it the last entry. */
function binder_release_pages(alloc: Alloc): void {
  for (let at = 0; alloc.pages !== null && at < alloc.buffer_size; at += PAGE_SIZE) {
    const lru_page = lru_page_at(alloc, at)
    if (lru_page.page_ptr === null) continue
    list_lru_del_obj(binder_freelist, lru_page.lru)
    __free_page(lru_page.page_ptr as page)
  }
}

/** binder_mmap(): what the area is to be. */
function binder_mmap(alloc: Alloc, vma: vm_area_struct): number {
  if ((vma.vm_flags & VM_WRITE) !== 0) return -EPERM
  vm_flags_set(vma, VM_DONTCOPY | VM_PFNMAP)
  vm_flags_clear(vma, VM_MAYWRITE)
  vma.vm_pgoff = areas.size << 10
  areas.set(alloc.ptr.addr, { file: vma.vm_file!, pgoff: vma.vm_pgoff })
  vma.vm_ops = {
    // The first area that closes ends all installing; after mremap() that is the old one.
    close: () => WRITE_ONCE(vma_of(alloc), null),
    fault: () => VM_FAULT_SIGBUS,
  }
  return 0
}

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

export const binder_pages: BinderPages = {
  mmap: binder_mmap,
  install: binder_install_single_page,
  lru_freelist_add: binder_lru_freelist_add,
  lru_freelist_del: binder_lru_freelist_del,
  release: binder_release_pages,
  shrinker_init: binder_alloc_shrinker_init,
}

run(binder_alloc(binder_pages), moved)
