/** Codes of kernel addresses, slab and vmalloc (KERNEL_FACTS §16.2–16.4). */
import { entry, type CatalogueEntry } from './entry.ts'

export const KERNEL_MEMORY_CODES = {
  'virt-to-page-on-vmalloc': entry(
    'Linear-map arithmetic on a vmalloc address',
    'virt_to_page() subtracts a constant. On an address outside the linear map the result points at no page of ' +
      'that memory.',
    'DEBUG_VIRTUAL: kernel BUG at arch/x86/mm/physaddr.c. Otherwise a wild struct page pointer and an oops later.',
    'Use vmalloc_to_page(); is_vmalloc_addr() tells which kind of address it is.',
    'Documentation/mm/highmem.rst, arch/x86/mm/physaddr.c',
  ),
  'vmalloc-to-page-on-linear': entry(
    'A page-table walk of vmalloc space for a linear address',
    'vmalloc_to_page() walks the page tables of vmalloc space. For a linear address it may find a huge entry ' +
      'and seem to work, or nothing.',
    'DEBUG_VIRTUAL: BUG. x86: often works by chance; other architectures: NULL.',
    'Use virt_to_page() for linear addresses.',
    'mm/vmalloc.c, vmalloc_to_page()',
  ),
  'page-address-null-highmem': entry(
    'page_address() of a HIGHMEM page that is not mapped',
    'Pages beyond the linear map have no permanent address: page_address() returns NULL until the page is kmapped.',
    '32-bit: NULL pointer oops. 64-bit: nothing, there is no HIGHMEM.',
    'Use kmap_local_page().',
    'Documentation/mm/highmem.rst',
  ),
  'kmap-out-of-order': entry(
    'Local mappings are not ended in reverse order',
    'kmap_local_page() uses the slots of a stack. Ending an older mapping first clears the wrong slot.',
    'HIGHMEM: WARNING at mm/highmem.c in kunmap_local_indexed(). Without HIGHMEM: nothing. An error on every ' +
      'machine here.',
    'Unmap in the reverse order of mapping.',
    'Documentation/mm/highmem.rst',
  ),
  'kmap-escape': entry(
    'A local mapping is used by another task, or after its end',
    'The address belongs to the task that made it and to the time between map and unmap.',
    "Nothing without HIGHMEM; otherwise a fault or somebody else's page.",
    'Hand over the page, and map it where it is used.',
    'Documentation/mm/highmem.rst',
  ),
  'kmap-leak': entry(
    'A mapping is never ended',
    'A missing kunmap_local() on some path uses up the slots of the task.',
    'HIGHMEM: kernel BUG at mm/highmem.c after 16 nested mappings. Otherwise nothing.',
    'Unmap on every path; a scope guard helps.',
    'Documentation/mm/highmem.rst',
  ),
  'slab-use-after-free': entry(
    'A slab object is used after kfree()',
    'kfree() gives the object back at once; the next allocation of the same size may get it. A reference on ' +
      'its page changes nothing about that.',
    'BUG: KASAN: slab-use-after-free. slab_debug=P: Poison overwritten, at the next allocation of the object. ' +
      'Plain: silent corruption.',
    'Free after the last use; give the object a count of its own, or let RCU delay the free.',
    'Documentation/dev-tools/kasan.rst',
  ),
  'slab-double-free': entry(
    'A slab object is freed twice',
    'The second kfree() puts the object on the freelist again: two later allocations get the same memory, or a ' +
      'new owner loses it.',
    'BUG: KASAN: double-free. slab_debug=F: Object already free. Plain: nothing.',
    'Let one owner free it and set the pointer to NULL.',
    'CVE-2021-22600 (af_packet); commit ec6af094ea28',
  ),
  'slab-invalid-free': entry(
    'A pointer into an object is freed instead of its start',
    'The free functions need the pointer that the allocator returned.',
    'BUG: KASAN: invalid-free. slab_debug: Invalid object pointer 0x…. Plain: nothing, the freelist is corrupt.',
    'Keep the original pointer.',
    'mm/slub.c, free_consistency_checks()',
  ),
  'mismatched-free': entry(
    'Memory of one allocator is given to the free function of another',
    'kfree(), vfree() and __free_pages() each free only what their own allocator made; put_page() frees no ' +
      'kmalloc memory.',
    'vfree(): Trying to vfree() nonexistent vm area. kfree() of a vmalloc address: page fault oops. kfree() of ' +
      'a page: WARNING in ' +
      'free_large_kmalloc(). free_page() of a slab page: BUG: Bad page state under DEBUG_VM, else a crash soon.',
    'Pair the functions; use kvfree() for kvmalloc() memory. (kfree() of a kmem_cache_alloc() object is legal.)',
    'Documentation/core-api/memory-allocation.rst',
  ),
  'wrong-cache-free': entry(
    'An object is freed to another cache than its own',
    'The object lands on the freelist with the layout of the wrong cache.',
    'Hardened or slab_debug=F: cache_from_obj: Wrong slab cache. Otherwise silent.',
    'Free to the cache it came from.',
    'mm/slub.c, cache_from_obj()',
  ),
  'cache-destroy-busy': entry(
    'A cache is destroyed while objects of it are in use',
    'Objects were not freed, or RCU callbacks that free them have not run yet.',
    'BUG …: Objects remaining on __kmem_cache_shutdown(); the cache is leaked.',
    'Free every object first; rcu_barrier() for the ones that callbacks free.',
    'mm/slab_common.c, kmem_cache_destroy()',
  ),
  'krealloc-lost-original': entry(
    'A failed krealloc() overwrites the only pointer',
    'On failure krealloc() returns NULL and the old memory still belongs to the caller. p = krealloc(p, …) loses it.',
    'kmemleak: unreferenced object 0x….',
    'Store the result in another variable first.',
    'mm/slub.c, krealloc()',
  ),
  'krealloc-stale-alias': entry(
    'An old pointer is used after krealloc() moved the memory',
    'Growing may move. Every pointer into the old place is stale, as pointers into a growing vector are.',
    'As slab-use-after-free.',
    'Derive the pointers again from the result.',
    'the thread "rust: page: Add support for existing struct page mappings", on why a Vec is no owner of pages',
  ),
  'typesafe-rcu-no-recheck': entry(
    'An object of a SLAB_TYPESAFE_BY_RCU cache is used without a recheck',
    'Under RCU such an object keeps its type, not its identity: it may be freed and allocated again as another ' +
      'one at any time.',
    'Nothing: same type, other identity.',
    'Take a reference if it is not zero, then compare the key; else look up again.',
    'include/linux/slab.h, SLAB_TYPESAFE_BY_RCU',
  ),
  'vmalloc-use-after-vfree': entry(
    'A vmalloc area is used after vfree()',
    'vfree() unmaps at once. Other CPUs may still reach the old pages through stale translations until the lazy flush.',
    'BUG: unable to handle page fault for address: ffffc9…; with KASAN first BUG: KASAN: vmalloc-out-of-bounds.',
    'vfree() after the last use, deferred work included.',
    'mm/vmalloc.c, vfree()',
  ),
  'double-vfree': entry(
    'A vmalloc area is freed twice',
    'The second call finds no area, or frees a new one that got the same address.',
    'Trying to vfree() nonexistent vm area (…).',
    'Let one owner free it.',
    'mm/vmalloc.c, vfree()',
  ),
  'vfree-in-atomic': entry(
    'vfree() or vunmap() where sleeping is not allowed',
    'Both may sleep. In interrupts vfree() defers itself; under a spinlock or preempt_disable() it does not.',
    'BUG: sleeping function called from invalid context at mm/vmalloc.c.',
    'Use vfree_atomic(), or move the free out of the atomic section.',
    'mm/vmalloc.c, vfree_atomic()',
  ),
  'vmap-backing-freed': entry(
    'Pages of a vmap area are freed while it maps them',
    'vmap() takes no references. After the free the area shows memory of the next owner.',
    'Nothing: the alias has a KASAN shadow of its own.',
    'vunmap() first, or hand the pages over with VM_MAP_PUT_PAGES and call vfree().',
    'mm/vmalloc.c, vmap()',
  ),
  'map-put-pages-confusion': entry(
    'A vmap area is released with the wrong function',
    'With VM_MAP_PUT_PAGES the area owns its pages and only vfree() frees them; without it vfree() frees no page.',
    'Nothing for the leak; a double free shows as double-free-page.',
    'vmap() + vunmap(), or VM_MAP_PUT_PAGES + vfree().',
    'mm/vmalloc.c, vmap()',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry>>
