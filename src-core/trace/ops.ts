/**
 * Every operation a run can record. One call of a surface function, one access through a `Ptr`, one drop is one
 * operation and one step. The kind names the function; its family says what it does to ownership, which is what
 * the rules dispatch on.
 *
 * The position of an entry is part of the trace format (docs/trace-format.md): append, never reorder.
 */
import { numbered } from '../base/numbered.ts'

/** What an operation does to the ownership of memory. */
export const Family = {
  /** Changes no right: a query, a log line, a computation. */
  NONE: 0,
  /** Makes memory: `allocation` is new. Failure: Flag.FAILED and allocation 0. */
  ALLOC: 1,
  /** Gives memory back: `allocation` is what the argument named, Flag.LAST if it really went back. */
  FREE: 2,
  /** Takes a page reference. subject = pfn given, a = pfn of the head. */
  GET: 3,
  /** Drops a page reference. Like GET; Flag.LAST if the memory went back. */
  PUT: 4,
  /** Reads bytes. subject = physical address or NO_SUBJECT, a = bytes, b = offset from the allocation's base. */
  READ: 5,
  /** Writes bytes. Like READ. */
  WRITE: 6,
  /** Makes a mapping of pages: a range right. `allocation` = memory mapped, a = right id, subject = pfn. */
  MAP: 7,
  /** Ends a mapping. a = right id that ended (0 = none matched), b = right id that should have (kmap order). */
  UNMAP: 8,
  /**
   * Makes a pointer or handle from another one: `allocation` = what it points into. subject = pfn or physical
   * address.
   */
  DERIVE: 9,
  /** Writes a line to the kernel log. a = index into the run's log. */
  LOG: 10,
  /** Starts, ends or wakes a task. subject = task id. */
  TASK: 11,
  /**
   * Takes a lock. subject = lock id, a = LockMode, Flag.FAILED if a trylock failed, or if the run ended while the task
   * waited for it (deadlock: no subject, a = lock id, b = LockClass; 0 and 0 if it waits for something else).
   */
  LOCK: 12,
  /** Releases a lock. Like LOCK. */
  UNLOCK: 13,
  /** Enters or leaves a read section, queues a callback, ends a grace period. subject depends on the kind. */
  RCU: 14,
  /** Reads or writes a shared cell, an atomic, a refcount. subject = cell id. */
  CELL: 15,
  /** Moves ownership from one holder to another. `allocation` moved. a = what took it. */
  MOVE: 16,
  /** The program's own WARN_ON or BUG_ON fired (Flag.FAULT for BUG). */
  ASSERT: 17,
  /** A JavaScript error that nobody caught ended the task. a = index into the run's log. */
  EXCEPTION: 18,
  /** A listed surface function that is not simulated was called. a = index into the run's strings. */
  NOT_SIMULATED: 19,
  /** Works on a scatterlist, a DMA mapping or a device. subject and details by kind. */
  DMA: 20,
  /** Puts an item on a list_lru or takes it off. `allocation` = memory of the item, b = id of the lru. */
  LRU: 21,
} as const
export type Family = (typeof Family)[keyof typeof Family]

const TABLE = [
  ['(none)', Family.NONE],
  // linux/gfp
  ['alloc_pages', Family.ALLOC], // subject pfn, a order, b gfp
  ['alloc_page', Family.ALLOC],
  ['__get_free_pages', Family.ALLOC],
  ['__get_free_page', Family.ALLOC],
  ['get_zeroed_page', Family.ALLOC],
  ['folio_alloc', Family.ALLOC],
  ['alloc_pages_exact', Family.ALLOC], // a bytes
  ['__free_pages', Family.FREE], // subject pfn, a order given
  ['__free_page', Family.FREE],
  ['free_pages', Family.FREE],
  ['free_page', Family.FREE],
  ['free_pages_exact', Family.FREE], // a bytes
  ['split_page', Family.MOVE], // subject pfn, a order
  // linux/mm
  ['get_page', Family.GET],
  ['try_get_page', Family.GET],
  ['get_page_unless_zero', Family.GET],
  ['folio_get', Family.GET],
  ['folio_try_get', Family.GET],
  ['page_ref_inc', Family.GET],
  ['put_page', Family.PUT],
  ['folio_put', Family.PUT],
  ['page_ref_dec', Family.PUT],
  ['set_page_count', Family.NONE], // subject pfn, a value
  ['page_ref_count', Family.NONE], // subject pfn, a result; the same for the queries below
  ['page_count', Family.NONE],
  ['page_mapcount', Family.NONE],
  ['folio_ref_count', Family.NONE],
  ['folio_mapcount', Family.NONE],
  ['page_folio', Family.DERIVE],
  ['folio_page', Family.DERIVE],
  ['folio_page_idx', Family.NONE],
  ['folio_nr_pages', Family.NONE],
  ['folio_order', Family.NONE],
  ['folio_size', Family.NONE],
  ['compound_head', Family.DERIVE],
  ['compound_order', Family.NONE],
  ['compound_nr', Family.NONE],
  ['page_size', Family.NONE],
  ['nth_page', Family.DERIVE],
  ['page_flag_test', Family.NONE], // Page* and folio_test_*: subject pfn, a = bit or type, b = result
  ['page_flag_set', Family.NONE], // SetPage*/folio_set_*: subject pfn, a = bit; b = a FlagAssertion
  ['page_flag_clear', Family.NONE],
  ['page_private', Family.NONE],
  ['set_page_private', Family.NONE],
  ['virt_to_page', Family.DERIVE],
  ['virt_to_head_page', Family.DERIVE],
  ['page_address', Family.DERIVE],
  ['page_to_virt', Family.DERIVE],
  ['page_to_pfn', Family.NONE],
  ['pfn_to_page', Family.DERIVE],
  ['pfn_valid', Family.NONE],
  ['page_to_phys', Family.NONE],
  ['phys_to_page', Family.DERIVE],
  ['virt_to_phys', Family.NONE],
  ['phys_to_virt', Family.DERIVE],
  ['is_vmalloc_addr', Family.NONE],
  ['virt_addr_valid', Family.NONE],
  ['vmalloc_to_page', Family.DERIVE],
  ['vmalloc_to_pfn', Family.NONE],
  ['page_zone_name', Family.NONE],
  ['drain_all_pages', Family.NONE],
  // linux/slab
  ['kmalloc', Family.ALLOC], // subject physical address, a bytes asked, b gfp
  ['kzalloc', Family.ALLOC],
  ['kcalloc', Family.ALLOC],
  ['kmalloc_array', Family.ALLOC],
  ['krealloc', Family.ALLOC], // allocation = the result; b = allocation given (freed if the two differ)
  ['kfree', Family.FREE], // subject physical address
  ['kfree_rcu', Family.FREE],
  ['ksize', Family.NONE],
  ['kmem_cache_create', Family.ALLOC], // subject cache id
  ['kmem_cache_destroy', Family.FREE],
  ['kmem_cache_alloc', Family.ALLOC],
  ['kmem_cache_zalloc', Family.ALLOC],
  ['kmem_cache_free', Family.FREE], // a = cache id given
  ['kmem_cache_shrink', Family.NONE], // subject cache id
  ['kvmalloc', Family.ALLOC],
  ['kvzalloc', Family.ALLOC],
  ['kvfree', Family.FREE],
  // linux/vmalloc
  ['vmalloc', Family.ALLOC], // subject page number in vmalloc space, a bytes asked
  ['vzalloc', Family.ALLOC],
  ['vfree', Family.FREE],
  ['vfree_atomic', Family.FREE],
  ['vmap', Family.ALLOC],
  ['vunmap', Family.FREE],
  // linux/highmem
  ['kmap_local_page', Family.MAP],
  ['kunmap_local', Family.UNMAP],
  ['kmap', Family.MAP],
  ['kunmap', Family.UNMAP],
  ['memcpy_to_page', Family.WRITE],
  ['memcpy_from_page', Family.READ],
  // memory access
  ['read', Family.READ],
  ['write', Family.WRITE],
  ['memset', Family.WRITE],
  ['memcpy', Family.WRITE], // two operations: the read of the source (kind `read`), then this write
  ['memcmp', Family.READ],
  // linux/printk, bug
  ['printk', Family.LOG],
  ['WARN_ON', Family.ASSERT],
  ['BUG_ON', Family.ASSERT],
  // tasks, contexts
  ['task_start', Family.TASK],
  ['task_end', Family.TASK],
  ['kthread_run', Family.TASK],
  ['kthread_stop', Family.TASK],
  ['schedule', Family.NONE],
  ['cond_resched', Family.NONE],
  ['msleep', Family.NONE],
  ['preempt_disable', Family.NONE],
  ['preempt_enable', Family.NONE],
  // locks
  ['lock', Family.LOCK],
  ['trylock', Family.LOCK],
  ['unlock', Family.UNLOCK],
  // rcu
  ['rcu_read_lock', Family.RCU],
  ['rcu_read_unlock', Family.RCU],
  ['call_rcu', Family.RCU], // Flag.WARNED: the head waits already
  ['synchronize_rcu', Family.RCU],
  ['rcu_barrier', Family.RCU],
  ['rcu_callback', Family.RCU],
  // cells
  ['cell_read', Family.CELL], // allocation that the value points into; a value, b = 1 marked (READ_ONCE, atomics)
  ['cell_write', Family.CELL],
  ['cell_update', Family.CELL], // atomics and refcounts that read and write at once
  // Rust surface
  ['drop', Family.FREE],
  ['owned_new', Family.ALLOC], // subject: number of the object; a, b: memory that its fields name, 0 = none
  ['into_raw', Family.MOVE],
  // the rest
  ['uncaught', Family.EXCEPTION],
  ['not_simulated', Family.NOT_SIMULATED],
  ['sim', Family.NONE],
  ['wait_for_completion', Family.LOCK],
  ['complete', Family.UNLOCK],
  ['other', Family.NONE],
  ['get_random', Family.NONE],
  // linux/scatterlist. An entry is named by its id; fields: Field.SG_ADDRESS, Field.SG_LENGTH
  ['sg_init_table', Family.DMA], // subject first entry, a entries
  ['sg_init_one', Family.DMA], // like sg_set_buf
  ['sg_set_page', Family.DMA], // allocation = memory named, subject entry, a length, b offset
  ['sg_set_buf', Family.DMA], // the same; Flag.VMALLOC: the address is no linear one
  ['sg_page', Family.DERIVE], // a entry, b entries that the walk in progress visits (0 = no walk)
  ['sg_virt', Family.DERIVE], // the same
  ['sg_next', Family.DMA], // subject entry
  ['sg_nents', Family.DMA], // subject entry, a result
  ['sg_dma_address', Family.DMA], // subject entry, b as for sg_page
  ['sg_dma_len', Family.DMA], // the same
  ['sg_field', Family.DMA], // a field of an entry or a table is read: a SgField, b as for sg_page
  ['sg_alloc_table', Family.ALLOC], // allocation = the entries' memory, subject first entry, a entries, b gfp
  ['sg_alloc_table_from_pages', Family.ALLOC],
  ['sg_alloc_table_from_pages_segment', Family.ALLOC],
  ['sg_free_table', Family.FREE], // subject first entry, a entries
  ['for_each_sg', Family.DMA], // subject first entry, a entries to visit
  ['for_each_sgtable_sg', Family.DMA],
  ['for_each_sgtable_dma_sg', Family.DMA],
  // linux/dma-mapping. a = right id + 2^28 * direction. Fields: Field.DMA_RANGE, Field.DMA_ADDRESS
  ['dma_map_single', Family.MAP], // b bytes
  ['dma_map_page', Family.MAP],
  ['dma_map_sg', Family.MAP], // b = entries given + 2^16 * DMA entries made
  ['dma_map_sgtable', Family.MAP],
  ['dma_unmap_single', Family.UNMAP], // subject DMA address given (low 32 bits), b bytes given
  ['dma_unmap_page', Family.UNMAP],
  ['dma_unmap_sg', Family.UNMAP], // subject first entry, b entries given
  ['dma_unmap_sgtable', Family.UNMAP],
  ['dma_sync_single_for_cpu', Family.DMA], // like the unmap of the same form; a names the mapping that covers the range
  ['dma_sync_single_for_device', Family.DMA],
  ['dma_sync_sg_for_cpu', Family.DMA],
  ['dma_sync_sg_for_device', Family.DMA],
  ['dma_sync_sgtable_for_cpu', Family.DMA],
  ['dma_sync_sgtable_for_device', Family.DMA],
  ['dma_mapping_error', Family.DMA], // subject DMA address given
  ['dma_alloc_coherent', Family.ALLOC], // a = right id, b bytes
  ['dma_free_coherent', Family.FREE], // subject DMA address given, a CoherentMismatch bits, b bytes given
  // devices
  ['device', Family.DMA], // subject device, a index of its name in the run's strings
  // a = right id of the mapping hit, + 2^28 if it does not cover all; subject = DMA address, b = bytes
  ['dma_read', Family.DMA],
  ['dma_write', Family.DMA],
  ['device_unbind', Family.DMA], // subject device, a mappings left
  // user address spaces. An entry: subject pfn, a right id, b = 1 counted, 2 special; zap_pte: a = b = right that ended
  ['vm_insert_page', Family.MAP], // failure: a = errno, Flag.FAILED
  ['vm_insert_pages', Family.MAP],
  ['vm_map_pages', Family.MAP],
  ['remap_pfn_range', Family.MAP],
  ['remap_vmalloc_range', Family.MAP],
  ['vmf_insert_pfn', Family.MAP],
  ['vmf_insert_mixed', Family.MAP],
  ['page_fault', Family.MAP], // a fault that made an entry: with a page of vm_ops.fault, or anonymous memory
  ['copy_pte', Family.MAP], // fork
  ['zap_pte', Family.UNMAP],
  // subject page of the address, a pages, b entries cleared; allocation: what it took from an area without a file
  ['zap_page_range_single', Family.NONE],
  ['zap_vma_ptes', Family.NONE],
  ['unmap_mapping_range', Family.NONE],
  ['vm_flags', Family.NONE], // subject first page of the area, a flags, b pages
  ['vma_lookup', Family.NONE], // subject page of the address, a = 1 if one was found, b = mm
  ['find_vma', Family.NONE],
  ['mm_count', Family.NONE], // mmget and friends: subject mm, a users, b count; Flag.WARNED: last put under mmap_lock
  ['get_user_pages', Family.GET], // one row per page; failure: Flag.FAILED, b = errno
  ['get_user_pages_fast', Family.GET],
  ['pin_user_pages', Family.GET],
  ['pin_user_pages_fast', Family.GET],
  ['unpin_user_page', Family.PUT],
  ['unpin_user_pages', Family.PUT],
  ['copy_to_user', Family.READ], // the kernel side; the user side is user_store
  ['copy_from_user', Family.WRITE], // the kernel side; the user side is user_load
  ['user_load', Family.NONE], // a user program reads: subject physical address, a bytes, b right id of the entry
  ['user_store', Family.NONE],
  ['misc_register', Family.NONE], // a index of the name in the run's strings
  ['misc_deregister', Family.NONE],
  ['spawn', Family.TASK], // subject task, a number of its address space (0 in traces written before it was noted)
  ['fork', Family.TASK], // the same
  ['signal', Family.TASK], // subject task, a signal
  ['exit', Family.TASK], // subject task, a code
  ['waitpid', Family.TASK], // subject task waited for, a status
  ['sys_open', Family.NONE], // system calls: a result
  ['sys_close', Family.NONE],
  ['sys_ioctl', Family.NONE],
  ['sys_read', Family.NONE],
  ['sys_write', Family.NONE],
  ['sys_mmap', Family.NONE],
  ['sys_munmap', Family.NONE],
  ['sys_mremap', Family.NONE],
  ['sys_pipe', Family.NONE],
  ['vmsplice', Family.GET], // one row per page
  ['pipe_release', Family.PUT],
  // contexts. What they change: Field.CONTEXT of the running task
  ['local_irq_disable', Family.NONE], // and local_irq_save
  ['local_irq_enable', Family.NONE], // and local_irq_restore
  ['local_bh_disable', Family.NONE],
  ['local_bh_enable', Family.NONE],
  ['might_sleep', Family.NONE],
  // interrupts. The handler runs in a task of its own whose context is `irq`
  ['request_irq', Family.NONE], // subject irq; failure: a = errno, Flag.FAILED
  ['free_irq', Family.NONE], // subject irq; Flag.WARNED: no handler with that cookie
  ['raise_irq', Family.TASK], // subject task of the handler, NO_SUBJECT = none yet; a = irq, b = 1 pending
  ['irq_handled', Family.TASK], // subject irq, a = what the handler returned
  // workqueues
  ['alloc_workqueue', Family.NONE], // subject workqueue; failure: Flag.FAILED
  ['destroy_workqueue', Family.NONE], // subject workqueue
  ['flush_workqueue', Family.NONE],
  ['queue_work', Family.TASK], // subject work, a = workqueue; Flag.FAILED: it is pending already
  ['flush_work', Family.TASK], // subject work, a = 1 if it was waited for
  ['cancel_work_sync', Family.TASK], // subject work, a = 1 if it was pending
  ['work_start', Family.TASK], // in the worker: subject work, a = workqueue
  ['work_end', Family.TASK],
  // reclaim. Between reclaim_start and reclaim_end the task runs shrinkers and does not reclaim again
  ['shrinker_alloc', Family.NONE], // subject shrinker
  ['shrinker_register', Family.NONE],
  ['shrinker_free', Family.NONE], // Flag.WARNED: freed already
  ['reclaim_start', Family.NONE], // a = gfp, b = 1 kswapd, 2 an allocation, 0 sim.reclaim
  ['reclaim_end', Family.NONE], // a = objects freed
  ['shrink_count', Family.NONE], // subject shrinker, a = what count_objects returned
  ['shrink_scan', Family.NONE], // before scan_objects is called: subject shrinker, a = nr_to_scan
  ['shrink_scanned', Family.NONE], // after it: subject shrinker, a = what it returned
  // linux/list_lru. subject physical address of the item, b = lru
  ['list_lru_init', Family.NONE], // subject lru
  ['list_lru_destroy', Family.NONE], // subject lru, a = items left on it
  ['list_lru_add', Family.LRU], // a = right id; Flag.FAILED: it is on a list already, a = 0
  ['list_lru_del', Family.LRU], // a = right id that ended; Flag.FAILED: it was on no list
  ['list_lru_isolate', Family.LRU], // like list_lru_del, inside a walk
  ['list_lru_count', Family.NONE], // subject lru, a = items
  ['list_lru_walk', Family.NONE], // before the first item: subject lru, a = nr_to_walk
  ['list_lru_walked', Family.NONE], // after the last: subject lru, a = items isolated
  // after each callback: subject lru, a = status, b = 1 if the task holds the lru's lock; Flag.WARNED: it is wrong so
  ['list_lru_status', Family.NONE],
  ['alloc_pages_bulk_array', Family.ALLOC], // one row per page: subject pfn; a call that got less: then a FAILED row
  ['access_set', Family.NONE], // allocation asked about, subject pfn, a = rights found
  // page->mapping, the zero page, more of vmalloc
  ['page_mapping', Family.NONE], // subject pfn, a = low 32 bits
  ['set_page_mapping', Family.NONE],
  ['ZERO_PAGE', Family.DERIVE],
  ['vmalloc_user', Family.ALLOC],
  ['sys_process_vm_readv', Family.NONE], // a = result
  // page-table entries and TLBs by hand (sim). pte_set and pte_clear: like vm_insert_page and zap_pte, but no reference
  // and no TLB changes
  ['pte_get', Family.NONE], // subject pfn, or NO_SUBJECT = no entry; a = right id of the entry
  ['pte_set', Family.MAP],
  ['pte_clear', Family.UNMAP],
  ['tlb_flush', Family.NONE], // subject cpu, NO_SUBJECT = all; a = entries dropped
  // like user_load and user_store, through a TLB entry whose page-table entry (right id b) has gone or changed
  ['stale_load', Family.NONE],
  ['stale_store', Family.NONE],
  // tables that a device walks (sim.gpu_page_table). The driver's writes to its tables are followed: an entry of the
  // last level that becomes valid is a right of the device. Rights are numbered for themselves, from 1
  ['gpu_table', Family.NONE], // subject table id, a = levels, b = page shift
  ['gpu_root', Family.NONE], // set_root: subject pfn of the root (NO_SUBJECT = none), a = table id
  ['gpu_map', Family.NONE], // subject page of the IO address, a = errno, b = table id; its entry is a gpu_pte_set
  ['gpu_unmap', Family.NONE], // subject page of the IO address, a = errno, b = table id; its entries are gpu_pte_clear
  ['gpu_pte_set', Family.NONE], // allocation and subject pfn that is mapped, a = right id, b = right that it replaced
  ['gpu_pte_clear', Family.NONE], // allocation and subject pfn that was mapped, a = right id, b = table id
  ['gpu_tlb_fill', Family.NONE], // the device caches an entry: allocation and subject pfn, a = right id, b = table id
  ['gpu_tlbi', Family.NONE], // subject page of the IO address, NO_SUBJECT = all; a = table id, b = entries dropped
  // allocation that occupies the bytes now, subject physical address (NO_SUBJECT = none), a = right id, b = bytes;
  // Flag.WILD: fault, nothing is mapped; Flag.WARNED: through a stale TLB entry, whose right a has ended
  ['gpu_read', Family.NONE],
  ['gpu_write', Family.NONE],
  // a table page went back to the allocator: allocation that it was, subject pfn, a = valid entries in it, b = level +
  // 16 * table id; Flag.WARNED: the device still reaches it, from its root
  ['gpu_table_freed', Family.NONE],
  ['gpu_translate', Family.NONE], // subject pfn (NO_SUBJECT = fault), a = right id, b = table id
  // Rust surface. A value whose name is dead was used: a = site that moved it (0 = unknown), b = Gone
  ['use_after_move', Family.NONE],
  ['borrow', Family.DERIVE], // a borrow is taken: allocation borrowed from, subject pfn
  ['borrow_outlived', Family.NONE], // a dead borrow is used: allocation, a = step that took it, b = kind (BorrowKind)
  ['contract', Family.NONE], // a clause is broken: a = index in trace/contracts.ts, b = step it goes back to (0 = none)
  ['from_raw', Family.MOVE], // ownership is taken back from a raw pointer or physical address
  ['inc_ref', Family.NONE], // ARef: allocation of the new owner
  ['dec_ref', Family.NONE],
  // the device walks a table page that is free memory: subject pfn, a = level, b = table id
  ['gpu_walk_freed', Family.NONE],
  // atomics and refcounts in memory: accesses that cannot race
  ['atomic_read', Family.READ],
  ['atomic_write', Family.WRITE],
  ['atomic_update', Family.WRITE],
  // linux/wait. subject id of the wait queue, a = LockMode.COMPLETION
  ['wait_event', Family.LOCK], // the condition is true; b = times the task slept
  ['wake_up', Family.UNLOCK], // b = tasks woken
  // linux/vmalloc. What vfree() put off (neither LAST nor FAILED there) is done by a worker, at the site of that call
  ['delayed_vfree_work', Family.FREE],
  // linux/refcount: the counter was saturated by the step before. a = RefcountWarning
  ['refcount_warn', Family.ASSERT],
  // the last mapping of shared anonymous memory is gone: its cache gives a page back. subject pfn
  ['shmem_evict', Family.NONE],
  // what SLUB's debugging printed in the call before. subject physical address of the object, a = index of the text
  ['slub_report', Family.NONE],
  ['__vmalloc', Family.ALLOC],
  // a slab whose objects a constructor is called for, before one is handed out: allocation and subject of the slab's
  // pages (pfn), a = objects, b = cache
  ['new_slab', Family.NONE],
  ['mm_counter', Family.NONE], // add_mm_counter and friends: subject mm, a member, b added or read
  // what page poisoning found in a page that the step before handed out. subject pfn, a = index of the text
  ['poison_report', Family.NONE],
  // lru_add_drain() of a cpu whose batches held pages: a = how many, b = whose batches (a cpu; a task, where a
  // schedule is explored or replayed)
  ['lru_add_drain', Family.NONE],
  // a WARN about the arguments of the call before: a = index of its text (place, meaning, advice); b = 1 if it was
  // printed: once a line
  ['kernel_warn', Family.ASSERT],
] as const satisfies ReadonlyArray<readonly [string, Family]>

/** What a lock is: the second detail of LOCK and UNLOCK rows. 0 = not said (rows of a deadlock, completions). */
export const LockClass = { SPINLOCK: 1, MUTEX: 2, RWSEM: 3, COMPLETION: 4 } as const

/** Name of an operation kind: the surface function that records it. */
export type OpName = (typeof TABLE)[number][0]

/** Operation kind by name. Kind 0 never occurs: a zeroed record is an unwritten one. */
export const Op: Readonly<Record<OpName, number>> = numbered(TABLE)
export const OP_NAMES: readonly OpName[] = TABLE.map(([name]) => name)
/** Family by operation kind. */
export const OP_FAMILY: Uint8Array = Uint8Array.from(TABLE, ([, family]) => family)

/** Which field `sg_field` read. Those from NENTS on are fields of a table. */
export const SgField = {
  PAGE_LINK: 1,
  OFFSET: 2,
  LENGTH: 3,
  DMA_ADDRESS: 4,
  DMA_LENGTH: 5,
  NENTS: 6,
  ORIG_NENTS: 7,
  SGL: 8,
} as const

/** Why `refcount_warn_saturate()` warned. */
export const RefcountWarning = { ADDITION_ON_0: 1, SATURATED: 2, UNDERFLOW: 3, DECREMENT_HIT_0: 4 } as const

/** Which assertion of DEBUG_VM about a page's flags stopped the step: second detail of a change of a flag. */
export const FlagAssertion = { NONE: 0, TAIL: 1, COMPOUND: 2, FOLIO_TAIL: 3, NOT_LOCKED: 4 } as const
export type FlagAssertion = (typeof FlagAssertion)[keyof typeof FlagAssertion]

/** What the kernel prints of each FlagAssertion. */
export const FLAG_ASSERTIONS = [
  '',
  'VM_BUG_ON_PAGE(1 && PageTail(page))',
  'VM_BUG_ON_PAGE(1 && PageCompound(page))',
  'VM_BUG_ON_PAGE(page->compound_head & 1)',
  'VM_BUG_ON_FOLIO(!folio_test_locked(folio))',
] as const

/** What differs between `dma_free_coherent` and its allocation, one bit each. */
export const CoherentMismatch = { SIZE: 1, HANDLE: 2, ADDRESS: 4, ATOMIC: 8, UNKNOWN: 16 } as const

/** Right ids of DMA mappings are below this; the direction stands above them in one detail. */
export const DMA_RIGHTS = 2 ** 28

/** How an operation ended, one bit each. */
export const Flag = {
  /** The call returned failure (NULL, false or a negative errno). */
  FAILED: 1,
  /** An argument was NULL, or an address inside the first page. */
  NULL: 2,
  /** The kernel stopped the task here (oops, BUG). */
  FAULT: 4,
  /**
   * A get or put that took nothing, because pages of this kind have no reference count in this era. Of an access: its
   * address is of a local mapping that has ended, or of another task's.
   */
  DECLINED: 8,
  /** The memory went back to its allocator. */
  LAST: 16,
  /** The address given lies in vmalloc space. */
  VMALLOC: 32,
  /** The address or page given names no memory at all. */
  WILD: 64,
  /** The real kernel prints a WARNING here (era or debug dependent). */
  WARNED: 128,
} as const

/**
 * Flags whose bit means something else in other kinds of row. DESTROYED, of kmem_cache_alloc, kmem_cache_zalloc and
 * kmem_cache_shrink: the cache was destroyed before. SLEEPS, of krealloc, dma_alloc_coherent, page_flag_set,
 * mm_count, cancel_work_sync and `other`: the call may sleep, and the row has no room for the mask that says so.
 */
export const KindFlag = { SLEEPS: 8, DESTROYED: 64 } as const

/** Subject of an operation that names no memory. */
export const NO_SUBJECT = 0xffff_ffff
