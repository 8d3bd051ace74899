import type { OpName } from './ops.ts'

/**
 * Calls that allocate with GFP_KERNEL whatever they are given, for themselves or tables of pages: their rows say no
 * mask.
 */
export const GFP_KERNEL_CALLS: readonly OpName[] = [
  'kmem_cache_create',
  'vmap',
  'kthread_run',
  'vm_insert_page',
  'vm_insert_pages',
  'vm_map_pages',
  'remap_pfn_range',
  'misc_register',
  'request_irq',
  'alloc_workqueue',
  'shrinker_alloc',
  'list_lru_init',
]
