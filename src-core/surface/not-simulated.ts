/**
 * Functions of SURFACE §2 that are listed and not simulated yet. Calling one is the diagnosis `not-simulated`, by
 * name. A name leaves this list by being implemented in its module.
 */
export const NOT_SIMULATED_MODULES: Readonly<Record<string, readonly string[]>> = {
  'linux/gfp': ['alloc_pages_bulk_array'],
  'linux/mm': [
    'vm_insert_page', 'vm_insert_pages', 'vmf_insert_mixed', 'vm_map_pages', 'remap_pfn_range', 'remap_vmalloc_range',
    'vmf_insert_pfn', 'vm_flags_set', 'vm_flags_clear', 'zap_page_range_single', 'zap_vma_ptes', 'unmap_mapping_range',
    'vma_lookup', 'find_vma', 'mmget_not_zero', 'mmput', 'mmput_async', 'mmgrab', 'mmdrop', 'mmap_read_lock',
    'mmap_read_trylock', 'mmap_read_unlock', 'mmap_write_lock', 'mmap_write_unlock', 'get_user_pages',
    'get_user_pages_fast', 'pin_user_pages', 'pin_user_pages_fast', 'unpin_user_page', 'unpin_user_pages',
    'folio_maybe_dma_pinned', 'page_mapped',
  ],
  'linux/shrinker': ['shrinker_alloc', 'shrinker_register', 'shrinker_free'],
  'linux/list_lru': [
    'list_lru_init', 'list_lru_add', 'list_lru_del', 'list_lru_walk', 'list_lru_count', 'list_lru_destroy', 'list_lru_isolate',
  ],
  'linux/interrupt': ['request_irq', 'free_irq'],
  'linux/workqueue': ['alloc_workqueue', 'queue_work', 'schedule_work', 'flush_work', 'INIT_WORK', 'destroy_workqueue'],
  'linux/miscdevice': ['misc_register', 'misc_deregister'],
  'linux/uaccess': ['copy_to_user', 'copy_from_user'],
  user: [
    'spawn', 'open', 'close', 'ioctl', 'mmap', 'munmap', 'mremap', 'fork', 'waitpid', 'pipe', 'read', 'write', 'vmsplice',
    'exit', 'process_vm_readv',
  ],
  sim: ['gpu_page_table', 'reclaim', 'kswapd', 'raise_irq', 'tlb_flush', 'pte_get', 'pte_set', 'pte_clear'],
}

export const NOT_SIMULATED: readonly string[] = Object.values(NOT_SIMULATED_MODULES).flat()
