/**
 * What the functions of the surface do to ownership: one table, by name. It says what the documentation of each
 * function says in words (Owner, References, Sleeps), in a form that the static check can apply; perform.ts does so.
 * A name that is in neither this table nor one of the tables of natives gets the worst assumption: it may keep what
 * it is given, so nothing that it was given is missed later.
 */

import type { MemoryKind } from './memory.ts'

/** Which argument says a size: one, or the product of two. */
export type SizeOf = readonly number[]

export interface Contract {
  /** The result is new memory that the caller owns. */
  readonly gives?: {
    readonly memory: MemoryKind
    readonly as: 'pointer' | 'page'
    readonly size?: SizeOf
    /** Argument that says the order; none = order 0. */
    readonly order?: number
    readonly compound?: true
    readonly zeroed?: true
  }
  /** Argument that is a pointer to memory whose ownership ends here. */
  readonly frees?: number
  /** Argument that is a page whose owner frees it, and where the order is said (none = 0). */
  readonly freesPage?: { readonly arg: number; readonly order?: number }
  /** Argument that is an address of pages which their owner frees. */
  readonly freesPagesAt?: { readonly arg: number; readonly order?: number; readonly size?: number }
  /** Argument on which a page reference is taken or dropped. */
  readonly gets?: number
  readonly puts?: number
  /** Bytes that are read or written: pointer argument, argument with the length. */
  readonly reads?: readonly (readonly [number, number])[]
  readonly writes?: readonly (readonly [number, number])[]
  /** Argument with GFP flags: it may sleep if they allow direct reclaim. */
  readonly gfp?: number
  /** It may sleep always. */
  readonly sleeps?: true
  /** Others run while it waits. */
  readonly waits?: true
  /** Functions that are called back, and when. */
  readonly calls?: {
    readonly arg: number
    readonly when: 'now' | 'init' | 'thread' | 'grace-period' | 'exit' | 'interrupt'
  }
  /** What it gives back if it is of no interest to ownership: a number, nothing. */
  readonly result?: 'number' | 'nothing' | 'zero' | 'same'
}

const page = (order?: number): Contract => ({
  gives: order === undefined ? { memory: 'page', as: 'page' } : { memory: 'page', as: 'page', order },
  gfp: 0,
})
const object = (size: SizeOf, gfp: number, zeroed?: true): Contract => ({
  gives:
    zeroed === undefined ? { memory: 'slab', as: 'pointer', size } : { memory: 'slab', as: 'pointer', size, zeroed },
  gfp,
})
const INERT: Contract = { result: 'nothing' }
const NUMBER: Contract = { result: 'number' }

export const CONTRACTS: Readonly<Record<string, Contract>> = {
  // linux/gfp
  alloc_page: page(),
  alloc_pages: page(1),
  folio_alloc: { gives: { memory: 'page', as: 'page', order: 1, compound: true }, gfp: 0 },
  __get_free_page: { gives: { memory: 'page', as: 'pointer' }, gfp: 0 },
  get_zeroed_page: { gives: { memory: 'page', as: 'pointer', zeroed: true }, gfp: 0 },
  __get_free_pages: { gives: { memory: 'page', as: 'pointer', order: 1 }, gfp: 0 },
  alloc_pages_exact: { gives: { memory: 'page', as: 'pointer', size: [0] }, gfp: 1 },
  __free_page: { freesPage: { arg: 0 } },
  __free_pages: { freesPage: { arg: 0, order: 1 } },
  free_page: { freesPagesAt: { arg: 0 } },
  free_pages: { freesPagesAt: { arg: 0, order: 1 } },
  free_pages_exact: { freesPagesAt: { arg: 0, size: 1 } },

  // linux/slab
  kmalloc: object([0], 1),
  kzalloc: object([0], 1, true),
  kcalloc: object([0, 1], 2, true),
  kmalloc_array: object([0, 1], 2),
  kvmalloc: { gives: { memory: 'kv', as: 'pointer', size: [0] }, gfp: 1 },
  kvzalloc: { gives: { memory: 'kv', as: 'pointer', size: [0], zeroed: true }, gfp: 1 },
  kvmalloc_array: { gives: { memory: 'kv', as: 'pointer', size: [0, 1] }, gfp: 2 },
  kvcalloc: { gives: { memory: 'kv', as: 'pointer', size: [0, 1], zeroed: true }, gfp: 2 },
  kfree: { frees: 0 },
  kvfree: { frees: 0 },
  kfree_sensitive: { frees: 0 },
  kmem_cache_shrink: { result: 'zero' },
  ksize: NUMBER,
  kmalloc_size_roundup: NUMBER,

  // linux/vmalloc
  vmalloc: { gives: { memory: 'vmalloc', as: 'pointer', size: [0] }, sleeps: true },
  vzalloc: { gives: { memory: 'vmalloc', as: 'pointer', size: [0], zeroed: true }, sleeps: true },
  __vmalloc: { gives: { memory: 'vmalloc', as: 'pointer', size: [0] }, sleeps: true },
  vfree: { frees: 0 },
  vfree_atomic: { frees: 0 },
  vunmap: { frees: 0 },

  // linux/mm
  get_page: { gets: 0 },
  folio_get: { gets: 0 },
  page_ref_inc: { gets: 0 },
  put_page: { puts: 0 },
  folio_put: { puts: 0 },
  page_ref_dec: { puts: 0 },
  unpin_user_page: { puts: 0 },
  folio_ref_count: NUMBER,
  folio_mapcount: NUMBER,
  folio_mapped: NUMBER,
  page_zone_name: NUMBER,
  folio_nr_pages: NUMBER,
  folio_order: NUMBER,
  folio_size: NUMBER,
  compound_nr: NUMBER,
  page_size: NUMBER,
  pfn_valid: NUMBER,
  virt_addr_valid: NUMBER,
  drain_all_pages: INERT,
  PageSlab: NUMBER,
  PageBuddy: NUMBER,
  PageTail: NUMBER,
  PageHighMem: NUMBER,
  PageReserved: NUMBER,
  PageLocked: NUMBER,
  PageDirty: NUMBER,
  PageUptodate: NUMBER,
  PagePrivate: NUMBER,
  SetPageDirty: INERT,
  ClearPageDirty: INERT,
  SetPageUptodate: INERT,
  ClearPageUptodate: INERT,
  folio_test_locked: NUMBER,
  folio_test_dirty: NUMBER,
  folio_test_uptodate: NUMBER,
  folio_test_large: NUMBER,
  folio_test_slab: NUMBER,
  folio_maybe_dma_pinned: NUMBER,
  page_mapped: NUMBER,
  page_state: NUMBER,

  // linux/string
  memset: { writes: [[0, 2]], result: 'same' },
  memcmp: {
    reads: [
      [0, 2],
      [1, 2],
    ],
    result: 'number',
  },
  copy_to_user: { reads: [[1, 2]], sleeps: true, result: 'number' },

  // linux/printk, linux/module
  pr_info: INERT,
  pr_warn: INERT,
  pr_err: INERT,
  MODULE_LICENSE: INERT,
  module_init: { calls: { arg: 0, when: 'init' } },
  module_exit: { calls: { arg: 0, when: 'exit' } },

  // tasks, waiting
  kthread_run: { calls: { arg: 0, when: 'thread' }, sleeps: true },
  msleep: { sleeps: true, waits: true, result: 'zero' },
  schedule: { sleeps: true, waits: true, result: 'nothing' },
  cond_resched: { waits: true, result: 'zero' },
  init_completion: { result: 'same' },
  get_random_u32: NUMBER,

  // RCU
  call_rcu: { calls: { arg: 1, when: 'grace-period' } },
  synchronize_rcu: { sleeps: true, waits: true, result: 'nothing' },
  rcu_barrier: { sleeps: true, waits: true, result: 'nothing' },
  kvfree_rcu_barrier: { sleeps: true, waits: true, result: 'nothing' },
  grace_period: { waits: true, result: 'nothing' },

  // counters
  atomic_add: INERT,
  atomic_sub: INERT,

  // dma
  dma_set_mask: { result: 'zero' },
  dma_set_coherent_mask: { result: 'zero' },
  dma_set_mask_and_coherent: { result: 'zero' },
  DMA_BIT_MASK: NUMBER,
  sg_nents: NUMBER,
}
