// @era all
// @expect not-in-this-era rust-unchecked.ts:11 v6.12 v6.14
// @expect not-in-this-era rust_binder.ts:6 v6.12 v6.14
// @expect zap-by-address 228 v6.17 v6.18 next memdesc
//
// MISTAKE: CVE-2026-43434, as v6.18 had it: whatever area lies at the address is taken for the driver's. The shrinker
// takes the service's own memory from it, and the next transaction goes into a camera's area, where the service writes
// it: data that nobody was to change. (That there is a page in a foreign area breaks no rule of memory before memdesc.)
import {
  GFP_KERNEL, KBox, KernelError, KVVec, Page, __GFP_HIGHMEM, __GFP_ZERO, drop, type Ref,
  Mm, MmWithUser, type VmaNew,
} from 'kernel'
import {
  struct, sizeof, container_of, ptr, u32, u64, list_head, INIT_LIST_HEAD, list_empty, list_lru, list_lru_init,
  list_lru_add_obj, list_lru_del_obj, list_lru_count, list_lru_walk, list_lru_isolate, list_lru_destroy, LRU_SKIP,
  LRU_REMOVED_RETRY, shrinker_alloc, shrinker_register, shrinker_free, mutex, mutex_init, mutex_lock, mutex_trylock,
  mutex_unlock, spinlock_t, spin_lock_init, spin_lock, spin_trylock, spin_unlock, current, EBUSY, EFAULT, EINVAL,
  ESRCH, PAGE_SHIFT, PAGE_SIZE, type list_lru_one, type Ptr, type shrink_control, type shrinker, type View,
} from 'linux'
import { run } from './app.ts'
import { rust_binder } from './rust_binder.ts'
import { replaced } from './scenarios.ts'

const SZ_4M = 4 << 20
const PageInfo = struct('PageInfo', { lru: list_head, page: ptr, range: ptr })
type PageInfo = View<typeof PageInfo>
/** `Page` up to v6.18, `Owned<Page>` after that. */
type OwnedPage = ReturnType<typeof Page.alloc_page>
/** `mm_lock` serialises vm_insert_page() and zaps; `lock` guards the fields behind it. */
const Inner = struct('ShrinkablePageRange', {
  mm_lock: mutex, lock: spinlock_t, pages: ptr, size: u32, vma_addr: u64,
})

/** No operations: they say whose an area is. */
const BINDER_VM_OPS = {}
const lru = new list_lru()
/** `PageInfo::range` as a reference, and the pages that `PageInfo::page` owns, by address. */
const ranges = new Map<bigint, ShrinkablePageRange>()
const owners = new Map<bigint, OwnedPage>()

export class ShrinkablePageRange {
  /** Dropped in this order: the array of PageInfo, the address space, the memory of `inner`. */
  private array: KVVec<number> | null = null
  private constructor(readonly mm: Mm, private readonly memory: KBox<undefined>, readonly inner: View<typeof Inner>) {}

  /** For the running program. Throws ENOMEM. */
  static new(): ShrinkablePageRange {
    const memory = KBox.new_uninit(sizeof(Inner), GFP_KERNEL | __GFP_ZERO)
    const at = memory.as_ptr()!
    const inner = at.as(Inner)
    mutex_init(inner.mm_lock)
    spin_lock_init(inner.lock)
    const range = new ShrinkablePageRange(Mm.grab(current.mm!), memory, inner)
    ranges.set(at.addr, range)
    return range
  }

  private page_info(i: number): PageInfo {
    return (this.inner.pages as Ptr).add(i * sizeof(PageInfo)).as(PageInfo)
  }

  /** Remembers an area that mmap() makes. Returns its pages. Throws EINVAL, ENOMEM, EBUSY. */
  register_with_vma(vma: Ref<VmaNew>): number {
    const { inner } = this
    const num_pages = Math.min(Number(vma.end() - vma.start()), SZ_4M) >> PAGE_SHIFT
    if (vma.as_ptr().vm_mm !== this.mm.as_raw() || num_pages === 0) throw new KernelError(-EINVAL)
    using array = KVVec.with_capacity<number>(num_pages * sizeof(PageInfo), GFP_KERNEL)
    const pages = array.as_mut_ptr()!
    for (let i = 0; i < num_pages; i++) {
      const info = pages.add(i * sizeof(PageInfo)).as(PageInfo)
      info.range = inner.ptr
      info.page = null
      INIT_LIST_HEAD(info.lru)
    }
    spin_lock(inner.lock)
    if (inner.size > 0) {
      spin_unlock(inner.lock)
      throw new KernelError(-EBUSY)
    }
    inner.pages = pages
    inner.size = num_pages
    inner.vma_addr = vma.start()
    spin_unlock(inner.lock)
    this.array = array
    // Only ever compared.
    vma.as_ptr().vm_private_data = this
    vma.as_ptr().vm_ops = BINDER_VM_OPS
    return num_pages
  }

  /** Pages [start, end) are there, mapped and off the list. May sleep. Throws ENOMEM, ESRCH, and as inserting does. */
  use_range(start: number, end: number): void {
    const { inner } = this
    spin_lock(inner.lock)
    for (let i = start; i < end; i++) {
      const info = this.page_info(i)
      if (info.page !== null) list_lru_del_obj(lru, info.lru)
      else {
        spin_unlock(inner.lock)
        this.use_page_slow(i)
        spin_lock(inner.lock)
      }
    }
    spin_unlock(inner.lock)
  }

  private use_page_slow(i: number): void {
    const { inner } = this
    using new_page = Page.alloc_page(GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO)
    mutex_lock(inner.mm_lock)
    try {
      spin_lock(inner.lock)
      const info = this.page_info(i)
      const there = info.page !== null
      // Somebody else was faster.
      if (there) list_lru_del_obj(lru, info.lru)
      const vma_addr = inner.vma_addr
      spin_unlock(inner.lock)
      if (there) return
      this.insert(vma_addr, vma_addr + BigInt(i * PAGE_SIZE), new_page)
      spin_lock(inner.lock)
      info.page = new_page.as_ptr()
      owners.set(info.ptr.addr, new_page)
      spin_unlock(inner.lock)
    } finally {
      mutex_unlock(inner.mm_lock)
    }
  }

  /** Maps a page into the receiver. It is given back by a worker: this task may be what the receiver waits for. */
  private insert(vma_addr: bigint, addr: bigint, page: Ref<Page>): void {
    const users = this.mm.mmget_not_zero()
    if (users === null) throw new KernelError(-ESRCH)
    using mm = MmWithUser.into_mmput_async(users)
    using vma_read = mm.lock_vma_under_rcu(vma_addr)
    using mmap_read = vma_read === null ? mm.mmap_read_lock() : null
    const vma = mmap_read?.vma_lookup(vma_addr) ?? null
    const mapped = vma_read !== null ? vma_read.as_mixedmap_vma() : vma !== null ? vma.as_mixedmap_vma() : null
    if (mapped === null) throw new KernelError(-ESRCH)
    mapped.vm_insert_page(addr, page)
  }

  /** Pages [start, end) may be taken by the shrinker. They stay mapped. May be called in atomic context. */
  stop_using_range(start: number, end: number): void {
    spin_lock(this.inner.lock)
    for (let i = end - 1; i >= start; i--) {
      const info = this.page_info(i)
      if (info.page !== null) list_lru_add_obj(lru, info.lru)
    }
    spin_unlock(this.inner.lock)
  }

  /** Copies from the running program. The pages are in use. Throws EFAULT. */
  copy_from_user_slice(reader: Ptr, offset: number, size: number): void {
    if (offset + size > this.inner.size * PAGE_SIZE) throw new KernelError(-EFAULT)
    for (let done = 0; done < size; ) {
      const at = offset + done
      const available = Math.min(size - done, PAGE_SIZE - (at % PAGE_SIZE))
      const page = owners.get(this.page_info(at >> PAGE_SHIFT).ptr.addr)
      if (page === undefined) throw new KernelError(-EFAULT)
      page.copy_from_user_slice_raw(reader.add(done), at % PAGE_SIZE, available)
      done += available
    }
  }

  /** Used, available, free. */
  count(): [number, number, number] {
    const count: [number, number, number] = [0, 0, 0]
    spin_lock(this.inner.lock)
    for (let i = 0; i < this.inner.size; i++) {
      const { page, lru } = this.page_info(i)
      count[page === null ? 2 : list_empty(lru) ? 0 : 1]++
    }
    spin_unlock(this.inner.lock)
    return count
  }

  /** Drop: the area is gone. Off the list first, under `mm_lock`, so that the shrinker is done with every page. */
  release(): void {
    const { inner } = this
    mutex_lock(inner.mm_lock)
    for (let i = 0; i < inner.size; i++) {
      const info = this.page_info(i)
      if (info.page !== null) list_lru_del_obj(lru, info.lru)
    }
    mutex_unlock(inner.mm_lock)
    for (let i = 0; i < inner.size; i++) {
      const page = take_page(this.page_info(i))
      if (page !== undefined) drop(page)
    }
    ranges.delete(inner.ptr.addr)
    drop(this)
  }
}

/** `Option::take` of PageInfo::page. */
function take_page(info: PageInfo): OwnedPage | undefined {
  const page = owners.get(info.ptr.addr)
  owners.delete(info.ptr.addr)
  info.page = null
  return page
}

/** The callback of the walk: an available page is freed, if all locks can be had. Returns without the lru lock. */
function rust_shrink_free_page(item: list_head, list: list_lru_one, lru_lock: spinlock_t): number {
  const info = container_of(item, PageInfo, 'lru')
  const range = ranges.get((info.range as Ptr).addr)!
  const { inner } = range
  const users = range.mm.mmget_not_zero()
  if (users === null) return LRU_SKIP
  using mm = MmWithUser.into_mmput_async(users)
  if (!mutex_trylock(inner.mm_lock)) return LRU_SKIP
  const mmap_read = mm.mmap_read_trylock()
  if (mmap_read === null || spin_trylock(inner.lock) === 0) {
    if (mmap_read !== null) drop(mmap_read)
    mutex_unlock(inner.mm_lock)
    return LRU_SKIP
  }
  list_lru_isolate(list, item)
  const page_index = Number(info.ptr.addr - (inner.pages as Ptr).addr) / sizeof(PageInfo)
  const page = take_page(info)!
  const vma_addr = inner.vma_addr
  spin_unlock(inner.lock)
  spin_unlock(lru_lock)

  // At the address where the area began; the page's own may be somebody else's by now.
  const vma = mmap_read.vma_lookup(vma_addr)
  if (vma !== null) vma.zap_vma_range(vma_addr + BigInt(page_index * PAGE_SIZE), PAGE_SIZE)
  drop(mmap_read)
  mutex_unlock(inner.mm_lock)
  drop(page)
  return LRU_REMOVED_RETRY
}

/** `Shrinker::register`. Returns how to take it away, or null. */
export function register_shrinker(): (() => void) | null {
  if (list_lru_init(lru) !== 0) return null
  const shrinker = shrinker_alloc(0, 'android-binder')
  if (shrinker === null) {
    list_lru_destroy(lru)
    return null
  }
  shrinker.count_objects = () => list_lru_count(lru)
  shrinker.scan_objects = (_shrinker: shrinker, sc: shrink_control) =>
    list_lru_walk(lru, rust_shrink_free_page, null, sc.nr_to_scan)
  shrinker_register(shrinker)
  return () => {
    shrinker_free(shrinker)
    list_lru_destroy(lru)
  }
}

run(rust_binder({ ShrinkablePageRange, register_shrinker }), replaced)
