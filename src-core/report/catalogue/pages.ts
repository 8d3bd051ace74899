/** Codes of the page allocator and of page references (KERNEL_FACTS §16.1). */
import { entry, type CatalogueEntry } from './entry.ts'

export const PAGE_CODES = {
  'double-free-page': entry(
    'A page goes back to the page allocator twice',
    'The same owner frees a page, or a block of pages, a second time. If the page was handed out again in ' +
      'between, the second ' +
      'free takes it from its new owner.',
    'DEBUG_VM: page dumped because: VM_BUG_ON_PAGE(page_ref_count(page) == 0). A plain kernel prints nothing: ' +
      'the count becomes ' +
      '-1 and the next allocation resets it.',
    'Let one owner free the page and set the pointer to NULL when it is freed.',
    'mm/page_alloc.c, __free_pages()',
  ),
  'unbalanced-put': entry(
    'More puts than gets: a reference of somebody else is dropped',
    'A put_page() without a get of its own drops a reference that another holder relies on. The page is freed ' +
      'under that holder.',
    'Nothing at the put. The victim sees BUG: KASAN: use-after-free, or the last legal put hits ' +
      'VM_BUG_ON_PAGE(page_ref_count(page) == 0).',
    'Pair each put with one get of the same holder; look at error paths that put what they never took.',
    'commit 770c8d55c428 ("lib/iov_iter: fix to increase non slab folio refcount") is the mirror image',
  ),
  'page-use-after-free': entry(
    'A page is accessed after it was freed',
    'A plain pointer (page_address(), a stored address) is no right: it does not keep the page. After the last ' +
      'reference is gone ' +
      'the bytes belong to whoever gets the page next.',
    'KASAN: BUG: KASAN: use-after-free. debug_pagealloc: BUG: unable to handle page fault. Otherwise silent ' +
      'corruption.',
    'Free the page after the last use, or hold a reference as long as the pointer is used.',
    'Documentation/core-api/memory-allocation.rst',
  ),
  'page-leak': entry(
    'Pages or a page reference are never given back',
    'Memory of the page allocator has lost its last owner, or a get was never followed by its put. The pages ' +
      'cannot be used again until reboot.',
    'Nothing: kmemleak does not track alloc_pages(). page_owner shows a group that grows.',
    'Free on every path, error paths included; drop every reference that was taken.',
    'Documentation/mm/page_owner.rst',
  ),
  'wrong-order-free': entry(
    'A block is freed with another order than it was allocated with',
    'Between allocation and free only the first page and the order identify a block that is not compound. Too ' +
      'small an order ' +
      'leaks the rest; too large an order frees pages of others.',
    'Smaller: nothing. Larger: BUG: Bad page state ("nonzero _refcount") for the stranger under DEBUG_VM. Compound: ' +
      'VM_BUG_ON_PAGE(compound && compound_order(page) != order).',
    'Keep the order with the pointer, or use a folio, which knows its own.',
    'mm/page_alloc.c, __free_pages()',
  ),
  'put-noncompound-high-order': entry(
    'put_page() on a block that is not compound frees only its first page',
    'put_page() uses the order stored in a compound head. A block allocated without __GFP_COMP has none, so ' +
      'the other pages are lost.',
    'Nothing; 2^n - 1 pages leak.',
    'Free with __free_pages(page, order), or allocate with __GFP_COMP.',
    'mm/swap.c, __folio_put()',
  ),
  'ref-on-noncompound-tail': entry(
    'A reference on a later page of a block that is not compound protects nothing',
    'Without __GFP_COMP or split_page() only the first page of a block is counted. A get on another page ' +
      'counts on memory that the ' +
      'owner frees without looking at it.',
    'DEBUG_VM: VM_BUG_ON_FOLIO(folio_ref_count(folio) + 127u <= 127u). Plain: nothing; a later put frees the ' +
      'page a second time.',
    'Allocate with __GFP_COMP, or split_page() the block first.',
    'mm/page_alloc.c, split_page()',
  ),
  'resurrect-zero-ref': entry(
    'A normal get on a page whose count is zero',
    'get_page() needs a reference that is already held. On a free or frozen page it brings a count back to ' +
      'life that nobody will honour.',
    'DEBUG_VM: VM_BUG_ON_FOLIO(folio_ref_count(folio) + 127u <= 127u). Plain: nothing, later BUG: Bad page ' +
      'state "nonzero _refcount".',
    'Use get_page_unless_zero() or folio_try_get() for a lookup, and check afterwards that it is still the same page.',
    'Documentation/mm/physical_memory.rst',
  ),
  'refcount-overflow': entry(
    'A page count is incremented past INT_MAX',
    'A user who can take references without bound wraps the count to zero, and the page is freed while it is in use.',
    'try_get_page() warns and fails; nothing else notices, because a page count is a plain atomic.',
    'Use try_get_page() where user space decides how often.',
    'CVE-2019-11487; commit 15fab63e1e57 ("fs: prevent page refcount overflow in pipe_buf_get")',
  ),
  'get-page-on-slab': entry(
    'A page reference is taken to keep a slab object alive',
    'A reference on the slab page keeps the page, never the object: slab hands the object out again as soon as ' +
      'it is freed. From ' +
      'v6.14 slab pages are frozen, and the get takes nothing at all.',
    'v6.12: nothing at the get. From v6.14: WARNING at include/linux/mm.h in get_page().',
    'Keep the object itself alive (its own count, RCU), or copy it.',
    'commits 9aec2fb0fd5e ("slab: allocate frozen pages") and b9c0e49abfca ("mm: decline to manipulate the ' +
      'refcount on a slab page")',
  ),
  'get-page-on-large-kmalloc': entry(
    'A page reference is taken to keep a large kmalloc allocation alive',
    'kmalloc() beyond the largest cache comes from the page allocator, and a reference used to keep its pages. ' +
      'Once those pages are ' +
      'frozen, the get takes nothing.',
    'Up to about v6.16 nothing (the reference protects); later a WARNING once.',
    'Keep the allocation until its last use, or allocate pages and count those.',
    'the change "mm, slab: use frozen pages for large kmalloc"',
  ),
  'head-test-after-put': entry(
    'Compound or not is asked after the own reference was dropped',
    'After the put the page may be free and allocated again as something else, so that PageHead() answers for ' +
      'another life of the page.',
    'BUG: Bad page state in process …; freelist corruption.',
    'Ask PageHead() first, then drop the reference.',
    'CVE-2023-52739; the fix of commit e320d3012d25',
  ),
  'flags-left-at-free': entry(
    'A page is freed with state of its owner still set',
    'Locked, private, lru, reserved and their like say that somebody still uses the page. The allocator ' +
      'refuses such a page, or clears ' +
      'the flags silently.',
    'With the checks at free: BUG: Bad page state, "PAGE_FLAGS_CHECK_AT_FREE flag(s) set", and the page is ' +
      'leaked. Plain: nothing.',
    'Undo what was set before the page is freed.',
    'mm/page_alloc.c, free_page_is_bad()',
  ),
  'free-while-mapped': entry(
    'The last reference is dropped while a page table still maps the page',
    'User space can still reach the page after it has gone to a new owner.',
    'With the checks at free: BUG: Bad page state, "nonzero mapcount". Plain: nothing.',
    'Unmap before the last put; each mapping holds a reference of its own.',
    'mm/memory.c, vm_insert_page()',
  ),
  'memdesc-breaks-tomorrow': entry(
    'A folio or reference operation on memory that will have no reference count',
    'In the announced end state only folios are counted. Driver pages, vmalloc pages and page tables have no ' +
      'count: get_page() and ' +
      'put_page() on them mean nothing.',
    'Nothing today; it exists in era memdesc only.',
    'Borrow the page from its owner for a bounded time, or allocate a folio if it must be counted.',
    'the memdesc plan of the kernel newbies wiki; the thread "rust: page: Add support for existing struct page ' +
      'mappings"',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry>>
