/**
 * Every function of SURFACE §2, with the results by which it says that something went wrong (or was refused) as its
 * documentation has them. Random programs have to call each, and reach each.
 */
const NULL = ['null'] as const
const NONE: readonly string[] = []

const LISTS: readonly (readonly [names: string, errors: readonly string[]])[] = [
  // gfp
  ['alloc_pages alloc_page __get_free_pages __get_free_page get_zeroed_page folio_alloc alloc_pages_exact', NULL],
  ['alloc_pages_bulk_array', ['short']],
  ['__free_pages __free_page free_pages free_page free_pages_exact split_page', NONE],
  // mm: references and geometry
  [
    'get_page put_page page_ref_count page_count page_mapcount folio_get folio_put folio_ref_count folio_mapcount',
    NONE,
  ],
  ['try_get_page folio_try_get', ['false']],
  ['page_folio folio_page folio_page_idx folio_nr_pages folio_order compound_head compound_order nth_page', NONE],
  [
    'PageCompound PageHead PageTail PageSlab PageBuddy PageReserved SetPageReserved ClearPageReserved PageHighMem',
    NONE,
  ],
  ['virt_to_page virt_to_head_page page_to_virt page_to_pfn pfn_to_page page_to_phys phys_to_page', NONE],
  ['virt_to_phys phys_to_virt vmalloc_to_pfn', NONE],
  ['pfn_valid', ['0']],
  ['is_vmalloc_addr', ['false']],
  ['page_address vmalloc_to_page', NULL],
  // mm: user mappings
  ['vm_insert_page', ['-EFAULT', '-EINVAL', '-EBUSY', '-ENOMEM']],
  ['vm_insert_pages', ['-EFAULT', '-EINVAL', '-EBUSY']],
  ['vm_map_pages', ['-ENXIO']],
  ['remap_pfn_range', ['-EINVAL']],
  ['remap_vmalloc_range', ['-EINVAL']],
  ['vmf_insert_pfn vmf_insert_mixed', ['VM_FAULT_SIGBUS']],
  ['vm_flags_set vm_flags_clear zap_page_range_single zap_vma_ptes unmap_mapping_range', NONE],
  ['vma_lookup find_vma', NULL],
  ['mmget_not_zero', ['false']],
  ['mmput mmput_async mmgrab mmdrop', NONE],
  ['mmap_read_trylock', ['0']],
  ['mmap_read_lock mmap_read_unlock mmap_write_lock mmap_write_unlock', NONE],
  ['get_user_pages get_user_pages_fast pin_user_pages pin_user_pages_fast', ['-EFAULT', 'short']],
  ['unpin_user_page unpin_user_pages', NONE],
  // slab
  ['kmalloc kzalloc kcalloc krealloc kvmalloc kmem_cache_create kmem_cache_alloc', NULL],
  ['kfree kfree_rcu ksize kvfree kmem_cache_destroy kmem_cache_free', NONE],
  // vmalloc, highmem
  ['vmalloc vzalloc __vmalloc vmap', NULL],
  ['vfree vfree_atomic vunmap kmap_local_page kunmap_local kmap kunmap memcpy_to_page memcpy_from_page', NONE],
  // scatterlist, dma-mapping
  ['sg_init_table sg_set_page sg_set_buf sg_page sg_virt sg_nents sg_free_table sg_dma_address sg_dma_len', NONE],
  ['sg_next', NULL],
  ['sg_alloc_table sg_alloc_table_from_pages', ['-ENOMEM']],
  ['for_each_sg for_each_sgtable_sg for_each_sgtable_dma_sg', NONE],
  ['dma_map_single dma_map_page', ['DMA_MAPPING_ERROR']],
  ['dma_map_sg', ['0']],
  // -EIO is for pages that are none, which a legal program does not map.
  ['dma_map_sgtable', ['-ENOMEM']],
  ['dma_mapping_error', ['-ENOMEM']],
  ['dma_unmap_single dma_unmap_page dma_unmap_sg dma_unmap_sgtable dma_sync_single_for_cpu', NONE],
  ['dma_sync_single_for_device dma_sync_sgtable_for_cpu dma_sync_sgtable_for_device dma_free_coherent', NONE],
  ['dma_alloc_coherent', NULL],
  // shrinker, list_lru
  ['shrinker_alloc', NULL],
  ['shrinker_register shrinker_free', NONE],
  ['list_lru_init', ['-ENOMEM']],
  ['list_lru_add list_lru_del', ['false']],
  ['list_lru_walk list_lru_count list_lru_destroy', NONE],
  // rcupdate and locks
  ['rcu_read_lock rcu_read_unlock call_rcu synchronize_rcu rcu_barrier rcu_dereference rcu_assign_pointer', NONE],
  ['spin_lock_init spin_lock spin_unlock spin_lock_irqsave spin_unlock_irqrestore', NONE],
  ['spin_trylock mutex_trylock down_read_trylock', ['0']],
  ['mutex_init mutex_lock mutex_unlock init_rwsem down_read up_read down_write up_write', NONE],
  // atomics
  ['atomic_t atomic_read atomic_set atomic_inc atomic_dec atomic_add atomic_sub atomic_xchg atomic_cmpxchg', NONE],
  ['atomic_inc_return atomic_dec_return atomic_fetch_add refcount_set refcount_read refcount_inc', NONE],
  ['atomic_dec_and_test refcount_dec_and_test refcount_inc_not_zero', ['false']],
  // completion, sched
  ['init_completion complete wait_for_completion cond_resched schedule msleep preempt_disable preempt_enable', NONE],
  ['READ_ONCE WRITE_ONCE shared', NONE],
  // miscdevice, uaccess, printk, bug
  ['misc_register', ['-EEXIST']],
  ['misc_deregister', NONE],
  ['copy_to_user copy_from_user', ['short']],
  ['pr_info pr_warn pr_err', NONE],
  ['WARN_ON WARN_ON_ONCE', ['false']],
  ['BUG_ON', NONE],
  // user
  ['spawn fork exit', NONE],
  ['open', ['-ENOENT']],
  ['close', ['-EBADF']],
  ['ioctl', ['-EBADF', '-EINVAL']],
  ['mmap', ['-EBADF', '-EINVAL', '-ENOMEM']],
  ['munmap', ['-EINVAL']],
  ['mremap', ['-EFAULT', '-EINVAL', '-ENOMEM']],
  ['waitpid', ['-ECHILD']],
  ['pipe', NONE],
  ['read', ['-EBADF', '-EAGAIN', '-EFAULT']],
  ['write', ['-EBADF', '-EFAULT']],
  ['vmsplice', ['-EBADF', '-EFAULT']],
  // tasks, interrupts, work (SURFACE §9)
  ['kthread_run kthread_stop request_irq free_irq INIT_WORK queue_work flush_work', NONE],
  ['alloc_workqueue', NULL],
  ['schedule_work', ['false']],
  // string
  ['memset memcpy memcmp', NONE],
  // sim
  ['device reclaim fail_next raise_irq grace_period page_state', NONE],
]

/** Documented errors by function. */
export const DOCUMENTED: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  LISTS.flatMap(([names, errors]) => names.split(' ').map((name) => [name, errors] as const)),
)
