/**
 * Binder's page handling at v6.12, as much as the case needs: one receiver, one buffer at a time from the start of its
 * mapping. The whole allocator is examples/drivers/binder.
 */
import {
  __free_page, __GFP_ZERO, alloc_page, container_of, copy_from_user, current, GFP_KERNEL, INIT_LIST_HEAD, kmap_local_page,
  kunmap_local, kzalloc, kfree, list_head, list_lru, list_lru_add_obj, list_lru_count, list_lru_del_obj, list_lru_init,
  list_lru_isolate, list_lru_walk, LRU_REMOVED_RETRY, LRU_SKIP, misc_register, mmap_read_trylock, mmap_read_unlock,
  mmap_write_lock, mmap_write_unlock, mmget_not_zero, mmput_async, PAGE_SIZE, shrinker_alloc, shrinker_register, sizeof,
  spin_lock, spin_unlock, struct, u32, VM_DONTCOPY, VM_FAULT_SIGBUS, vm_flags_set, vm_insert_page, VM_MIXEDMAP,
  vma_lookup, zap_page_range_single,
} from 'linux'
import type { file, list_lru_one, mm_struct, page, Ptr, spinlock_t, vm_area_struct } from 'linux'

export const PAGES = 32
export const TRANSACTION = 1
export const FREE_BUFFER = 2
export const ASK = 3

const LruPage = struct('binder_lru_page', { lru: list_head, index: u32 })

/** `alloc` of the receiver. */
export const alloc = {
  vma: null as vm_area_struct | null,
  mm: null as mm_struct | null,
  /** Where the area was when it was mapped. */
  buffer: 0n,
  slots: null as Ptr | null,
  pages: new Array<page | null>(PAGES).fill(null),
  waiting: new Array<boolean>(PAGES).fill(false),
  buffers: 0,
  high: 0,
  size: 0,
  /** What the context of the open file is asked for: code of the case. */
  ask: (): void => undefined,
}
const freelist = new list_lru()
const slot = (i: number) => alloc.slots!.add(i * sizeof(LruPage)).as(LruPage)

/** binder_install_single_page(), for each page of the buffer. */
function install(count: number): number {
  for (let i = 0; i < count; i++) {
    if (alloc.pages[i] !== null) {
      list_lru_del_obj(freelist, slot(i).lru)
      alloc.waiting[i] = false
      continue
    }
    if (!mmget_not_zero(alloc.mm!)) return -3
    mmap_write_lock(alloc.mm!)
    const fresh = alloc.vma === null ? null : alloc_page(GFP_KERNEL | __GFP_ZERO)
    if (fresh !== null) vm_insert_page(alloc.vma!, alloc.buffer + BigInt(i * PAGE_SIZE), fresh)
    alloc.pages[i] = fresh
    mmap_write_unlock(alloc.mm!)
    mmput_async(alloc.mm!)
    if (fresh === null) return -3
    alloc.high = Math.max(alloc.high, i + 1)
  }
  return 0
}

/** binder_transaction(): 0, or -ESRCH once the area is gone ("binder_alloc_buf, no vma"). */
function transaction(from: Ptr): number {
  if (alloc.vma === null) return -3
  const header = kzalloc(8, GFP_KERNEL)!
  copy_from_user(header, from, 8)
  const bytes = header.read_u32(0)
  kfree(header)
  const result = install(Math.ceil(bytes / PAGE_SIZE))
  if (result !== 0) return result
  for (let done = 0; done < bytes; done += PAGE_SIZE) {
    const at = kmap_local_page(alloc.pages[done / PAGE_SIZE]!)
    copy_from_user(at, from.add(8 + done), Math.min(bytes - done, PAGE_SIZE))
    kunmap_local(at)
  }
  alloc.buffers = 1
  alloc.size = bytes
  return 0
}

/** binder_free_buf(): the pages wait on the list, mapped as they are. */
function freeBuffer(): number {
  for (let i = 0; i < Math.ceil(alloc.size / PAGE_SIZE); i++) {
    list_lru_add_obj(freelist, slot(i).lru)
    alloc.waiting[i] = true
  }
  alloc.buffers = 0
  return 0
}

/** binder_alloc_free_page(): looks the area up at the address it remembers. */
function freePage(item: list_head, list: list_lru_one, lock: spinlock_t): number {
  const { index } = container_of(item, LruPage, 'lru')
  const mm = alloc.mm!
  if (!mmget_not_zero(mm)) return LRU_SKIP
  if (!mmap_read_trylock(mm)) {
    mmput_async(mm)
    return LRU_SKIP
  }
  const address = alloc.buffer + BigInt(index * PAGE_SIZE)
  const vma = vma_lookup(mm, address)
  const gone = alloc.pages[index]!
  alloc.pages[index] = null
  alloc.waiting[index] = false
  list_lru_isolate(list, item)
  spin_unlock(lock)
  if (vma !== null) zap_page_range_single(vma, address, PAGE_SIZE, null)
  mmap_read_unlock(mm)
  mmput_async(mm)
  __free_page(gone)
  spin_lock(lock)
  return LRU_REMOVED_RETRY
}

/** What /sys/kernel/debug/binder says of the pages: active, waiting, free; nothing without an area. */
export function pagesLine(): string {
  if (alloc.vma === null) return '0:0:0'
  const held = alloc.pages.filter((one) => one !== null).length
  const waiting = alloc.waiting.filter(Boolean).length
  return `${held - waiting}:${waiting}:${PAGES - held}`
}

export const countWaiting = (): number => list_lru_count(freelist)

/** Loads the driver. */
export function load(): void {
  list_lru_init(freelist)
  const shrinker = shrinker_alloc(0, 'android-binder')!
  shrinker.count_objects = countWaiting
  shrinker.scan_objects = (_shrinker, sc) => list_lru_walk(freelist, freePage, null, sc.nr_to_scan)
  shrinker_register(shrinker)
  misc_register({
    name: 'binder',
    fops: {
      mmap(_file: file, vma: vm_area_struct) {
        vm_flags_set(vma, VM_DONTCOPY | VM_MIXEDMAP)
        alloc.vma = vma
        alloc.mm = current.mm
        alloc.buffer = vma.vm_start
        alloc.slots = kzalloc(PAGES * sizeof(LruPage), GFP_KERNEL)
        for (let i = 0; i < PAGES; i++) {
          slot(i).index = i
          INIT_LIST_HEAD(slot(i).lru)
        }
        vma.vm_ops = {
          close: () => void (alloc.vma = null),
          fault: () => VM_FAULT_SIGBUS,
        }
        return 0
      },
      ioctl(_file: file, command: number, arg: unknown) {
        if (command === TRANSACTION) return transaction(arg as Ptr)
        if (command === FREE_BUFFER) return freeBuffer()
        alloc.ask()
        return 0
      },
      // binder_alloc_deferred_release(), of the receiver.
      release() {
        if (alloc.mm === null || current.mm !== alloc.mm) return
        alloc.pages.forEach((held, i) => {
          if (held === null) return
          list_lru_del_obj(freelist, slot(i).lru)
          __free_page(held)
        })
        kfree(alloc.slots)
      },
    },
  })
}
