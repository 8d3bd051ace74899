/**
 * What each kind of operation touches, as a class of operations. What is not listed depends on everything: that is
 * always sound, and costs executions.
 */
import { Family, Op, OP_FAMILY, OP_NAMES, type OpName } from '../trace/ops.ts'

export const Code = {
  /** Depends on everything. */
  GLOBAL: 0,
  /** Touches nothing that another task can see. */
  NOTHING: 1,
  CELL_READ: 2,
  CELL_WRITE: 3,
  LOCK: 4,
  TRYLOCK: 5,
  UNLOCK: 6,
  WAIT: 7,
  COMPLETE: 8,
  READ: 9,
  WRITE: 10,
  ALLOCATE: 11,
  FREE: 12,
  /** Changes counts or flags of a frame. */
  FRAME_WRITE: 13,
  FRAME_READ: 14,
  /** Drops a count: frees the memory if it was the last. */
  PUT: 15,
  /** Asks what lies somewhere. */
  PLACE_READ: 16,
  RCU_READER: 17,
  CALL_RCU: 18,
  SYNCHRONIZE: 19,
  /** Waits for the end of a task. */
  JOIN: 21,
  RANDOM: 22,
  /** A user program, an address space: the state is told by machine/state-watch.ts, frames by the deltas. */
  USER: 23,
  /** A step on scatterlists, DMA mappings or a device that changes one, or only looks. */
  DMA: 24,
  DMA_READ: 28,
  /** A load or store at a user address. */
  USER_READ: 25,
  USER_WRITE: 26,
  /** An entry for a page is made or goes, a reference of a page behind an entry is taken. */
  USER_PAGE: 27,
} as const
export type Code = (typeof Code)[keyof typeof Code]

const LISTED: readonly (readonly [Code, readonly OpName[]])[] = [
  [
    Code.NOTHING,
    [
      'task_start',
      'task_end',
      'kthread_run',
      'schedule',
      'cond_resched',
      'msleep',
      'preempt_disable',
      'preempt_enable',
      'local_irq_disable',
      'local_irq_enable',
      'local_bh_disable',
      'local_bh_enable',
      'might_sleep',
      'printk',
      'WARN_ON',
      'BUG_ON',
      'refcount_warn',
      'uncaught',
      'not_simulated',
      'pfn_valid',
      'is_vmalloc_addr',
      'virt_addr_valid',
      'other',
      'owned_new',
      'into_raw',
      'from_raw',
      'use_after_move',
      'borrow_outlived',
      'contract',
      // It waits at a gate (sched/gate.ts).
      'rcu_barrier',
    ],
  ],
  [Code.CELL_READ, ['cell_read']],
  [Code.CELL_WRITE, ['cell_write', 'cell_update']],
  [Code.LOCK, ['lock']],
  [Code.TRYLOCK, ['trylock']],
  [Code.UNLOCK, ['unlock']],
  [Code.WAIT, ['wait_for_completion']],
  [Code.COMPLETE, ['complete']],
  [Code.READ, ['read', 'memcmp', 'memcpy_from_page']],
  [Code.WRITE, ['write', 'memset', 'memcpy', 'memcpy_to_page']],
  [
    Code.FRAME_READ,
    [
      'page_ref_count',
      'page_count',
      'page_mapcount',
      'folio_ref_count',
      'folio_mapcount',
      'folio_order',
      'compound_order',
      'compound_nr',
      'page_flag_test',
      'page_private',
      'ksize',
      'page_mapping',
      'folio_nr_pages',
      'folio_size',
      'page_size',
    ],
  ],
  [
    Code.FRAME_WRITE,
    ['page_flag_set', 'page_flag_clear', 'set_page_private', 'set_page_count', 'split_page', 'set_page_mapping'],
  ],
  // Their rows say whose memory it is.
  [Code.PLACE_READ, ['page_to_pfn', 'page_to_phys', 'virt_to_phys', 'page_zone_name', 'folio_page_idx']],
  [Code.PLACE_READ, ['kmap_local_page', 'kunmap_local', 'kmap', 'kunmap', 'vmalloc_to_pfn']],
  [Code.RCU_READER, ['rcu_read_lock', 'rcu_read_unlock']],
  [Code.CALL_RCU, ['call_rcu']],
  [Code.SYNCHRONIZE, ['synchronize_rcu']],
  [Code.JOIN, ['kthread_stop', 'waitpid']],
  [Code.RANDOM, ['get_random']],
  [
    Code.USER,
    [
      'zap_page_range_single',
      'zap_vma_ptes',
      'unmap_mapping_range',
      'vm_flags',
      'vma_lookup',
      'find_vma',
      'mm_count',
      'misc_register',
      'misc_deregister',
      'spawn',
      'fork',
      'signal',
      'exit',
      'sys_open',
      'sys_close',
      'sys_ioctl',
      'sys_read',
      'sys_write',
      'sys_mmap',
      'sys_munmap',
      'sys_mremap',
      'sys_pipe',
      'tlb_flush',
    ],
  ],
  [Code.USER_READ, ['user_load', 'stale_load']],
  [Code.USER_WRITE, ['user_store', 'stale_store']],
  [
    Code.USER_PAGE,
    [
      'vm_insert_page',
      'vm_insert_pages',
      'vm_map_pages',
      'remap_pfn_range',
      'remap_vmalloc_range',
      'vmf_insert_pfn',
      'vmf_insert_mixed',
      'page_fault',
      'copy_pte',
      'zap_pte',
      'shmem_evict',
      'get_user_pages',
      'get_user_pages_fast',
      'pin_user_pages',
      'pin_user_pages_fast',
      'unpin_user_page',
      'unpin_user_pages',
      'vmsplice',
      'pipe_release',
      'pte_get',
      'pte_set',
      'pte_clear',
    ],
  ],
  [Code.READ, ['copy_to_user']],
  [Code.WRITE, ['copy_from_user']],
  [
    Code.DMA,
    [
      'sg_init_table',
      'sg_init_one',
      'sg_set_page',
      'sg_set_buf',
      'dma_map_single',
      'dma_map_page',
      'dma_map_sg',
      'dma_map_sgtable',
      'dma_unmap_single',
      'dma_unmap_page',
      'dma_unmap_sg',
      'dma_unmap_sgtable',
      'dma_sync_single_for_cpu',
      'dma_sync_single_for_device',
      'dma_sync_sg_for_cpu',
      'dma_sync_sg_for_device',
      'dma_sync_sgtable_for_cpu',
      'dma_sync_sgtable_for_device',
      'dma_mapping_error',
      'device',
    ],
  ],
  [Code.DMA_READ, ['sg_next', 'sg_nents', 'sg_dma_address', 'sg_dma_len', 'sg_field', 'sg_page', 'sg_virt']],
  [Code.DMA_READ, ['for_each_sg', 'for_each_sgtable_sg', 'for_each_sgtable_dma_sg']],
  [Code.GLOBAL, ['vmap', 'vunmap', 'kmem_cache_create', 'kmem_cache_destroy', 'krealloc', 'drop', 'drain_all_pages']],
]

/** Kinds that fall under their family. */
const BY_FAMILY: Readonly<Partial<Record<Family, Code>>> = {
  [Family.ALLOC]: Code.ALLOCATE,
  [Family.FREE]: Code.FREE,
  [Family.GET]: Code.FRAME_WRITE,
  [Family.PUT]: Code.PUT,
  [Family.DERIVE]: Code.PLACE_READ,
}
/** Families' members that touch more than their family says. */
const WIDE: readonly OpName[] = [
  'dma_alloc_coherent',
  'dma_free_coherent',
  'sg_alloc_table',
  'sg_alloc_table_from_pages',
  'sg_free_table',
  'sg_alloc_table_from_pages_segment',
  'sg_page',
  'sg_virt',
  'borrow',
  'alloc_pages_bulk_array',
]

/** Code by operation kind. */
export const CODE_OF: Uint8Array = Uint8Array.from(OP_NAMES, (name) => {
  const listed = LISTED.find(([, names]) => names.includes(name))
  if (listed !== undefined) return listed[0]
  if (WIDE.includes(name)) return Code.GLOBAL
  return BY_FAMILY[OP_FAMILY[Op[name]] as Family] ?? Code.GLOBAL
})

/** Functions that change a value only if it is as expected: their outcome depends on what came before. */
export const CONDITIONAL = /cmpxchg|unless|not_zero|not_one|try_get|trylock/
