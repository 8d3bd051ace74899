/** Which operations may sleep (KERNEL_FACTS §14): always, by their gfp mask, by the lock they take, or by a flag. */
import { GFP_KERNEL_CALLS } from '../trace/gfp-calls.ts'
import { Flag, KindFlag, LockClass, Op, OP_NAMES, type OpName } from '../trace/ops.ts'
import type { Row } from './row.ts'

const GFP_DIRECT_RECLAIM = 0x400
const Sleep = { NEVER: 0, ALWAYS: 1, BY_GFP: 2, BY_LOCK: 3, AREA_FREE: 4, BY_FLAG: 5 } as const

const MAY_SLEEP = new Uint8Array(OP_NAMES.length)
function mark(how: number, ...names: OpName[]): void {
  for (const name of names) MAY_SLEEP[Op[name]] = how
}
mark(
  Sleep.BY_GFP,
  'alloc_pages',
  'alloc_page',
  '__get_free_pages',
  '__get_free_page',
  'get_zeroed_page',
  'folio_alloc',
  'alloc_pages_exact',
  'alloc_pages_bulk_array',
  'kmalloc',
  'kzalloc',
  'kcalloc',
  'kmalloc_array',
  'kmem_cache_alloc',
  'kmem_cache_zalloc',
  'kvmalloc',
  'kvzalloc',
  'vmalloc',
  'vzalloc',
  'sg_alloc_table',
  'sg_alloc_table_from_pages',
  'sg_alloc_table_from_pages_segment',
)
mark(
  Sleep.ALWAYS,
  'kmem_cache_create',
  'kmem_cache_destroy',
  'vmap',
  'vmalloc_user',
  '__vmalloc',
  'kmap',
  'copy_to_user',
  'copy_from_user',
  'kthread_run',
  'kthread_stop',
  'schedule',
  'cond_resched',
  'msleep',
  'synchronize_rcu',
  'rcu_barrier',
  'wait_for_completion',
  'wait_event',
  'get_user_pages',
  'get_user_pages_fast',
  'pin_user_pages',
  'pin_user_pages_fast',
  'vm_insert_page',
  'vm_insert_pages',
  'vm_map_pages',
  'remap_pfn_range',
  'remap_vmalloc_range',
  'vmf_insert_pfn',
  'vmf_insert_mixed',
  'zap_page_range_single',
  'zap_vma_ptes',
  'unmap_mapping_range',
  'misc_register',
  'misc_deregister',
  'might_sleep',
  'request_irq',
  'free_irq',
  'alloc_workqueue',
  'destroy_workqueue',
  'flush_workqueue',
  'flush_work',
  'shrinker_alloc',
  'shrinker_register',
  'shrinker_free',
  'list_lru_init',
)
mark(Sleep.BY_LOCK, 'lock')
mark(Sleep.BY_FLAG, 'krealloc', 'dma_alloc_coherent', 'page_flag_set', 'mm_count', 'cancel_work_sync', 'other')
mark(Sleep.AREA_FREE, 'vfree', 'vunmap', 'kvfree')

const ALLOCATES_ALWAYS: ReadonlySet<number> = new Set(GFP_KERNEL_CALLS.map((name) => Op[name]))
const GFP_KERNEL = 0xcc0

/** The mask with which the call of a row allocates; 0 = it does not, or the row does not say. */
export function allocationMask(row: Row): number {
  const { op } = row
  if (MAY_SLEEP[op] === Sleep.BY_GFP || op === Op.vmalloc_user || op === Op.__vmalloc) return row.b
  return ALLOCATES_ALWAYS.has(op) ? GFP_KERNEL : 0
}

/** True for kinds of operation that may sleep: rows of a task in atomic context that a rule has to see. */
export function maySleep(op: number): boolean {
  return MAY_SLEEP[op] !== Sleep.NEVER
}

/** True if the row frees a vmalloc area, which sleeps outside of interrupts. */
export function freesArea(row: Row): boolean {
  if (MAY_SLEEP[row.op] !== Sleep.AREA_FREE || row.has(Flag.NULL)) return false
  return row.op !== Op.kvfree || row.has(Flag.VMALLOC)
}

/** True if the call of this row may sleep; `freesArea` tells of the rest. */
export function sleeps(row: Row): boolean {
  switch (MAY_SLEEP[row.op]) {
    case Sleep.ALWAYS:
      return true
    case Sleep.BY_GFP:
      return (row.b & GFP_DIRECT_RECLAIM) !== 0
    case Sleep.BY_LOCK:
      return row.b === LockClass.MUTEX || row.b === LockClass.RWSEM
    case Sleep.BY_FLAG:
      return row.has(KindFlag.SLEEPS)
    default:
      return false
  }
}
