/**
 * What finds a mistake first, in each language (KERNEL_FACTS §12: the Rust abstractions of these eras). A fact about
 * the language and its API, not about Pageward: most of C is found by nobody before it runs.
 */
import type { DiagnosisCode } from '../catalogue.ts'
import type { CaughtBy, Languages } from './caught-by.ts'

const BY_RUST: Readonly<Record<CaughtBy, Readonly<Partial<Record<DiagnosisCode, string>>>>> = {
  compiler: {
    'double-free-page': 'An Owned<Page> is moved into its drop; a second drop of a moved value is an error.',
    'unbalanced-put': 'An owner gives back what it took, once, when it is dropped.',
    'page-use-after-free': 'A borrow of a Page cannot outlive its owner.',
    'wrong-order-free': 'The owner knows its size: no order is passed.',
    'put-noncompound-high-order': 'Page::alloc_page() makes pages of order 0.',
    'ref-on-noncompound-tail': 'Page::alloc_page() makes pages of order 0.',
    'head-test-after-put': 'A value that was dropped cannot be read.',
    'page-address-null-highmem': 'The methods of Page map it for as long as a closure runs; there is no other address.',
    'kmap-out-of-order': 'Mappings are nested closures, which end in reverse order.',
    'kmap-leak': 'The mapping ends with the closure.',
    'slab-use-after-free': 'A borrow cannot outlive its KBox.',
    'slab-double-free': 'A KBox is dropped once; a moved one cannot be dropped.',
    'slab-invalid-free': 'Only the box frees, and it has the pointer it was given.',
    'mismatched-free': 'KBox, VBox and KVBox are types of their own, each with its allocator.',
    'krealloc-lost-original': 'A KVec that cannot grow returns an error and keeps what it has.',
    'krealloc-stale-alias': 'A KVec that is borrowed cannot grow.',
    'vmalloc-use-after-vfree': 'A borrow cannot outlive its VBox.',
    'double-vfree': 'A VBox is dropped once.',
    'sg-outlives-pages': 'An SGTable owns its pages, and drops them after it was unmapped.',
    'dma-free-while-mapped': 'An SGTable owns its pages, and drops them after it was unmapped.',
    'cpu-touch-device-owned': 'An SGTable has the memory while it is mapped: there is no way to it for the CPU.',
    'dma-unmap-mismatch': 'The table unmaps itself with the numbers of its mapping.',
    'dma-double-unmap': 'The table unmaps itself, once.',
    'dma-no-error-check': 'A mapping is a Result: there is no address without a look at it.',
    'dma-map-bad-area': 'An SGTable takes types that can list their pages, no bare address.',
    'sg-iteration-mixup': 'An SGTable iterates over its DMA side only.',
    'insert-page-misuse': 'vm_insert_page() is a method of VmaMixedMap, which only a mixed area gives out.',
    'mm-lifetime': 'Mm and MmWithUser are two types; what needs users is a method of the second.',
    'use-after-move': 'This is what moves are for.',
    'borrow-outlives-owner': 'This is what lifetimes are for.',
    'not-in-this-era': 'A name that is not there is an error in both languages.',
    'null-dereference': 'An allocation is a Result, a reference is never null.',
    'uninitialised-read': 'Memory that was not written is a MaybeUninit; to call it written takes an unsafe block.',
    'data-race': 'Shared data needs Sync, a change needs &mut or a lock.',
    'uncaught-exception': 'The kernel has no exceptions; errors are values that have to be looked at.',
  },
  contract: {
    'resurrect-zero-ref': 'ARef::from_raw() asks for a reference that the caller has.',
    'get-page-on-slab': 'A Page made of an object’s address takes from_raw(), which asks for a page that lives.',
    'get-page-on-large-kmalloc': 'A Page made of an object’s address takes from_raw().',
    'flags-left-at-free': 'Page has no method for flags or mapping; as_ptr() and the bindings have.',
    'free-while-mapped': 'vm_insert_page() takes a reference of its own; one put too many takes the bindings.',
    'virt-to-page-on-vmalloc': 'Boxes list their pages themselves; address arithmetic takes the bindings.',
    'vmalloc-to-page-on-linear': 'VmallocPageIter::new() asks for an address in vmalloc space.',
    'kmap-escape': 'The closure gets a raw pointer; to use it later takes an unsafe block.',
    'pt-double-take': 'Page::from_phys() asks for an address that into_phys() gave, once.',
    'pt-borrow-outlives': 'Page::borrow_phys() asks for a page that outlives the borrow.',
    'foreign-ownable-misuse': 'from_foreign() and borrow() ask for a pointer of into_foreign(), in the right order.',
    'two-owners': 'from_raw() asks for the only owner.',
    'unsafe-contract': 'This is the clause that was broken.',
    'wild-access': 'A raw pointer is dereferenced in an unsafe block.',
  },
  'run time': {
    'page-leak':
      'mem::forget() and into_raw() are safe. What is merely forgotten is dropped, so the common leak is gone.',
    'memory-leak':
      'mem::forget() and into_raw() are safe. What is merely forgotten is dropped, so the common leak is gone.',
    'refcount-overflow': 'A clone in a loop compiles; a Refcount saturates, a page count does not.',
    'memdesc-breaks-tomorrow': 'The program stays the same; what the kernel counts does not.',
    'vfree-in-atomic': 'Types do not know the context: a VBox may be dropped under a spinlock.',
    'coherent-misuse': 'The drop has the right numbers; that the device still runs it does not know.',
    'zap-by-address': 'An address is a number. The Rust binder had this mistake (CVE-2026-43434).',
    'munmap-window': 'That no VMA is found says nothing of the entries, in any language.',
    'gup-ref-outlives-owner': 'User space takes references that no type of the driver shows.',
    'vm-io-not-enough': 'Setting the flag is safe; what it does not do no type says.',
    'shrinker-blocking-lock': 'Types do not know which locks the allocating task holds.',
    'pt-leaked-leaf': 'Entries are numbers; the drop of the table prints what was left.',
    'pt-missing-tlbi': 'What a device remembers is in no type.',
    'pte-overwrite': 'Entries are numbers; the driver prints it and goes on.',
    'free-without-grace-period': 'rcu::Guard proves a reader; nothing ties a free to the end of one yet.',
    'sleep-in-atomic': 'Types do not know the context.',
    'stale-lookup-identity': 'Counts keep memory, not the meaning of a key.',
    'freed-while-reachable': 'A device or an entry that still reaches the memory is no borrow.',
    'out-of-bounds': 'A slice panics and a Page returns EINVAL: found at run time, before any harm.',
    deadlock: 'Lock order is in no type; lockdep finds it.',
    'bug-on': 'A condition that was wrong.',
    'warn-on': 'A condition that was wrong.',
    'not-simulated': 'No mistake of the program.',
  },
  'no API': {
    'wrong-cache-free': 'kmem_cache is reached through the bindings.',
    'cache-destroy-busy': 'kmem_cache is reached through the bindings.',
    'typesafe-rcu-no-recheck': 'SLAB_TYPESAFE_BY_RCU is reached through the bindings.',
    'vmap-backing-freed': 'vmap() is reached through the bindings.',
    'map-put-pages-confusion': 'vmap() is reached through the bindings.',
    'pfn-pte-without-lifetime': 'remap_pfn_range() is reached through the bindings.',
    'pin-put-mismatch': 'Pins are reached through the bindings.',
    'longterm-get': 'Pins are reached through the bindings.',
    'bad-pte-special': 'Page-table entries are reached through the bindings.',
    'stale-tlb-user': 'Page-table entries are reached through the bindings.',
    'lru-state-mismatch': 'list_lru is reached through the bindings.',
    'double-call-rcu': 'call_rcu() is reached through the bindings.',
  },
}

/** What a C compiler refuses, too. */
const BY_C: ReadonlySet<string> = new Set(['not-in-this-era'])

/** Who finds a code first. Every code has an answer (tested). */
export function languagesOf(code: DiagnosisCode): Languages | null {
  for (const rust of Object.keys(BY_RUST) as CaughtBy[]) {
    const note = BY_RUST[rust][code]
    if (note !== undefined) return { c: BY_C.has(code) ? 'compiler' : 'run time', rust, note }
  }
  return null
}
