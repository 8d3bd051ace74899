// @expect none
// @era v6.12
// Pages in the style of binder's allocator: inserted into a user mapping, put on an lru when their buffer is freed, taken
// back by a shrinker that only tries locks, zaps and then frees. What the user sees and the counts are as measured
// on a real binder (KERNEL_FACTS 8.8).
import {
  struct, sizeof, kzalloc, kfree, container_of, ptr, u64, list_head, INIT_LIST_HEAD, GFP_KERNEL, __GFP_ZERO, BUG_ON,
  list_lru, list_lru_init, list_lru_add, list_lru_del, list_lru_count, list_lru_walk, list_lru_isolate,
  list_lru_destroy, LRU_SKIP, LRU_REMOVED_RETRY, shrinker_alloc, shrinker_register, shrinker_free, DEFAULT_SEEKS,
  spin_lock, spin_unlock, spin_trylock, DEFINE_SPINLOCK, alloc_page, __free_page, vm_insert_page, page_count,
  page_mapcount, vma_lookup, zap_page_range_single, mmget_not_zero, mmput_async, mmgrab, mmdrop, mmap_read_trylock,
  mmap_read_unlock, mmap_write_lock, mmap_write_unlock, vm_flags_set, VM_DONTCOPY, VM_MIXEDMAP, misc_register,
  misc_deregister, module_exit, current, PAGE_SIZE, ESRCH, VM_FAULT_SIGBUS,
} from 'linux'
import type { list_lru_one, mm_struct, page, spinlock_t, vm_area_struct } from 'linux'
import { spawn, open, mmap, munmap, ioctl, PROT_READ, MAP_SHARED, O_RDONLY } from 'user'
import { sim } from 'sim'

const PAGES = 4
const LruPage = struct('binder_lru_page', { lru: list_head, page_ptr: ptr, index: u64 })
const freelist = new list_lru()
list_lru_init(freelist)
const lock = DEFINE_SPINLOCK('alloc->lock')
let vma: vm_area_struct | null = null
let mm: mm_struct | null = null
let base = 0n
const pages = Array.from({ length: PAGES }, (_, i) => {
  const lru_page = kzalloc(sizeof(LruPage), GFP_KERNEL)!.as(LruPage)
  INIT_LIST_HEAD(lru_page.lru)
  lru_page.index = BigInt(i)
  return lru_page
})

function install(i: number): number {
  if (!mmget_not_zero(mm!)) return -ESRCH
  mmap_write_lock(mm!)
  let result = 0
  if (vma === null) result = -ESRCH
  else if (pages[i]!.page_ptr === null) {
    const made = alloc_page(GFP_KERNEL | __GFP_ZERO)!
    result = vm_insert_page(vma, base + BigInt(i * PAGE_SIZE), made)
    if (result === 0) pages[i]!.page_ptr = made
    else __free_page(made)
  }
  mmap_write_unlock(mm!)
  mmput_async(mm!)
  return result
}

function free_page_lru(item: list_head, list: list_lru_one, lru_lock: spinlock_t): number {
  const lru_page = container_of(item, LruPage, 'lru')
  if (!mmget_not_zero(mm!)) return LRU_SKIP
  if (!mmap_read_trylock(mm!)) {
    mmput_async(mm!)
    return LRU_SKIP
  }
  const address = base + lru_page.index * BigInt(PAGE_SIZE)
  const area = vma_lookup(mm!, address)
  if (!spin_trylock(lock) || (area !== null && area !== vma)) {
    mmap_read_unlock(mm!)
    mmput_async(mm!)
    return LRU_SKIP
  }
  const freed = lru_page.page_ptr as page
  lru_page.page_ptr = null
  list_lru_isolate(list, item)
  spin_unlock(lock)
  spin_unlock(lru_lock)
  if (area !== null) zap_page_range_single(area, address, PAGE_SIZE, null)
  mmap_read_unlock(mm!)
  mmput_async(mm!)
  __free_page(freed)
  spin_lock(lru_lock)
  return LRU_REMOVED_RETRY
}

const shrinker = shrinker_alloc(0, 'android-binder')!
shrinker.count_objects = () => list_lru_count(freelist)
shrinker.scan_objects = (_shrinker, sc) => list_lru_walk(freelist, free_page_lru, null, sc.nr_to_scan)
shrinker.seeks = DEFAULT_SEEKS
shrinker_register(shrinker)

const counts = (i: number) => {
  const held = pages[i]!.page_ptr as page | null
  return held === null ? 'none' : `${page_count(held)}/${page_mapcount(held)}`
}
const USE = 1
const RELEASE = 2
misc_register({
  name: 'lab',
  fops: {
    mmap(_file, area) {
      vm_flags_set(area, VM_DONTCOPY | VM_MIXEDMAP)
      vma = area
      mm = current.mm
      mmgrab(mm!)
      base = area.vm_start
      area.vm_ops = { close: () => { vma = null }, fault: () => VM_FAULT_SIGBUS }
      return 0
    },
    ioctl(_file, cmd) {
      for (let i = 0; i < 3; i++) {
        if (cmd === USE) {
          if (pages[i]!.page_ptr !== null) BUG_ON(!list_lru_del(freelist, pages[i]!.lru, 0, null))
          const result = install(i)
          if (result !== 0) return result
        } else BUG_ON(!list_lru_add(freelist, pages[i]!.lru, 0, null))
      }
      return 0
    },
  },
})

spawn('client', () => {
  const fd = open('/dev/lab', O_RDONLY)
  const at = mmap(null, PAGES * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  BUG_ON(ioctl(fd, USE, 0) !== 0 || counts(0) !== '2/1')
  BUG_ON(at.read_u32(0) !== 0)
  BUG_ON(ioctl(fd, RELEASE, 0) !== 0 || counts(0) !== '2/1' || list_lru_count(freelist) !== 3)
  BUG_ON(at.read_u32(0) !== 0)
  BUG_ON(sim.reclaim(2) !== 2 || counts(0) !== 'none' || counts(2) !== '2/1')
  BUG_ON(ioctl(fd, USE, 0) !== 0 || counts(1) !== '2/1' || list_lru_count(freelist) !== 0)
  BUG_ON(ioctl(fd, RELEASE, 0) !== 0)
  munmap(at, PAGES * PAGE_SIZE)
  BUG_ON(counts(0) !== '1/0' || ioctl(fd, USE, 0) !== -ESRCH)
})

module_exit(() => {
  shrinker_free(shrinker)
  misc_deregister({ name: 'lab' })
  for (const lru_page of pages) {
    const held = lru_page.page_ptr as page | null
    if (held !== null) {
      list_lru_del(freelist, lru_page.lru, 0, null)
      __free_page(held)
    }
    kfree(lru_page.ptr)
  }
  list_lru_destroy(freelist)
  mmdrop(mm!)
})
