/**
 * Functions of SURFACE §2 that are listed and not simulated yet. Calling one is the diagnosis `not-simulated`, by
 * name. A name leaves this list by being implemented in its module.
 */
export const NOT_SIMULATED_MODULES: Readonly<Record<string, readonly string[]>> = {
  'linux/gfp': ['alloc_pages_bulk_array'],
  'linux/mm': ['remap_vmalloc_range', 'ZERO_PAGE'],
  'linux/shrinker': ['shrinker_alloc', 'shrinker_register', 'shrinker_free'],
  'linux/list_lru': [
    'list_lru_init',
    'list_lru_add',
    'list_lru_del',
    'list_lru_walk',
    'list_lru_count',
    'list_lru_destroy',
    'list_lru_isolate',
  ],
  'linux/workqueue': ['alloc_workqueue', 'queue_work', 'schedule_work', 'flush_work', 'INIT_WORK', 'destroy_workqueue'],
  user: ['process_vm_readv'],
  sim: [
    'access_set',
    'gpu_page_table',
    'reclaim',
    'kswapd',
    'tlb_flush',
    'pte_get',
    'pte_set',
    'pte_clear',
  ],
}

export const NOT_SIMULATED: readonly string[] = Object.values(NOT_SIMULATED_MODULES).flat()
