/** Measured cases without a program, and what the surface would have to have for one. */
const MAPPED = 'spawn, open, mmap, munmap, misc_register, vm_insert_page'

export const OPEN_CASES: Readonly<Record<string, string>> = {
  bad_map: MAPPED,
  bad_mapping: 'a setter of page->mapping',
  bad_rss: 'a setter of the rss counters of an mm',
  binder: `${MAPPED}, shrinker_alloc, mremap, and the binder driver`,
  e_release: 'no value: it unmaps what a case that was held open had mapped',
  f_anon: 'spawn, mmap, munmap, get_user_pages_fast, pin_user_pages_fast, unpin_user_page',
  f_free_while_mapped_insert: MAPPED,
  f_gup: `${MAPPED}, get_user_pages_fast`,
  f_gup_order2comp: `${MAPPED}, get_user_pages_fast`,
  f_insert_kinds: `${MAPPED}, zap_page_range_single`,
  f_kind_fault_vmf_page: `${MAPPED}, pin_user_pages_fast, pipe, vmsplice, write, process_vm_readv`,
  f_kind_remap_pfn_range:
    'mmap, remap_pfn_range, get_user_pages_fast, pin_user_pages_fast, pipe, vmsplice, process_vm_readv',
  f_kind_vm_insert_page: `${MAPPED}, pin_user_pages_fast, pipe, vmsplice, write, process_vm_readv`,
  f_mremap_0: `${MAPPED}, mremap, vma_lookup, zap_page_range_single`,
  f_mremap_2: `${MAPPED}, mremap, vma_lookup, zap_page_range_single`,
  f_pin: `${MAPPED}, pin_user_pages_fast, unpin_user_page`,
  g_comp_order3: `${MAPPED}, pipe, vmsplice, read`,
  kfence: 'KFENCE, which no machine here has',
  kmemleak: 'a scan that can be asked for at a chosen moment',
  page_poison: 'page_poison=1, which no machine here has',
  pagemap: `${MAPPED}, and the files of /proc`,
}
