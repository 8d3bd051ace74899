import { __free_page, alloc_page, DEFINE_MUTEX, GFP_KERNEL, kthread_run, kthread_stop, misc_deregister } from 'linux'
import { misc_register, mmap_read_lock, mmap_read_unlock, mmdrop, mmget_not_zero, mmgrab, mmput } from 'linux'
import { module_exit, mutex_lock, mutex_unlock, page_to_pfn } from 'linux'
import { PAGE_SIZE, READ_ONCE, remap_pfn_range, shared, vma_lookup, WRITE_ONCE } from 'linux'
import type { file, mm_struct, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

let block: page | null = alloc_page(GFP_KERNEL)
const lock = DEFINE_MUTEX('lock')
const mapped = shared<{ mm: mm_struct; start: bigint } | null>(null)
const closed = shared(0)

function map(f: file, vma: vm_area_struct): number {
  mmgrab(vma.vm_mm)
  WRITE_ONCE(mapped, { mm: vma.vm_mm, start: vma.vm_start })
  vma.vm_ops = { close: () => WRITE_ONCE(closed, 1) }
  return remap_pfn_range(vma, vma.vm_start, page_to_pfn(block!), PAGE_SIZE, vma.vm_page_prot)
}

function free(): void {
  mutex_lock(lock)
  if (block !== null) __free_page(block)
  block = null
  mutex_unlock(lock)
}

// "No lock is needed to look. If there is no area at the address any more, the program has unmapped it."
function reclaim(): void {
  const where = READ_ONCE(mapped)
  if (where === null) return
  if (!mmget_not_zero(where.mm)) {
    free() // the program has ended
    return
  }
  const gone = vma_lookup(where.mm, where.start) === null
  if (gone) free()
  mmput(where.mm)
}

const misc = { name: 'bar', fops: { mmap: map } }
misc_register(misc)
const app = spawn('app', () => {
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, open('/dev/bar', 0), 0)
  if (typeof at !== 'number') munmap(at, PAGE_SIZE)
})
const worker = kthread_run(reclaim, 'reclaim')
waitpid(app)
kthread_stop(worker)
module_exit(() => {
  misc_deregister(misc)
  const where = READ_ONCE(mapped)
  if (where !== null) mmdrop(where.mm)
  if (block !== null) __free_page(block)
})
