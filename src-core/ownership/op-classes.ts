/**
 * Operation kinds by what they mean to ownership, finer than families: which free function fits which memory, which
 * calls hand out plain pointers. Tables indexed by operation kind, read in the hot loop.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Op, OP_NAMES, type OpName } from '../trace/ops.ts'

function table(names: readonly OpName[]): Uint8Array {
  const out = new Uint8Array(OP_NAMES.length)
  for (const name of names) out[Op[name]] = 1
  return out
}

/** Free functions that take a page, or the address of one, and drop one reference of it. */
export const IS_PAGE_FREE = table(['__free_pages', '__free_page', 'free_pages', 'free_page', 'free_pages_exact'])
/** Page functions that take an address: their argument has provenance. */
export const IS_ADDRESS_FREE = table(['free_pages', 'free_page', 'free_pages_exact'])
export const IS_OBJECT_FREE = table(['kfree', 'kfree_rcu', 'kmem_cache_free', 'kvfree'])
export const IS_AREA_FREE = table(['vfree', 'vfree_atomic', 'vunmap', 'delayed_vfree_work'])
/** Calls that give a vmalloc area up, at once or, where they may not sleep, to a worker. */
export const IS_VFREE = table(['vfree', 'vfree_atomic', 'kvfree'])
/** Calls that hand out a plain pointer into memory. */
export const IS_POINTER_DERIVE = table(['page_address', 'page_to_virt', 'phys_to_virt'])
/** Calls that turn a linear address into a page or physical address. */
export const IS_VIRT_TO = table(['virt_to_page', 'virt_to_head_page', 'virt_to_phys'])
export const IS_VMALLOC_TO = table(['vmalloc_to_page', 'vmalloc_to_pfn'])
/** Gets that may fail by design: the only legal ones on a page one does not own. */
export const IS_TRY_GET = table(['try_get_page', 'get_page_unless_zero', 'folio_try_get'])
/** Calls that take pins, and that give them back. */
export const IS_PIN = table(['pin_user_pages', 'pin_user_pages_fast'])
export const IS_UNPIN = table(['unpin_user_page', 'unpin_user_pages'])
/** References that come from a user address space. */
export const IS_USER_GET = table([
  'get_user_pages',
  'get_user_pages_fast',
  'pin_user_pages',
  'pin_user_pages_fast',
  'vmsplice',
])
/** Calls that treat memory as a folio. */
export const IS_FOLIO_OP = table(['page_folio', 'folio_page', 'folio_get', 'folio_try_get', 'folio_put'])
/** Calls without a family of their own that the rules want to see. */
export const IS_ALWAYS_NOTABLE = table([
  'slub_report',
  'poison_report',
  'use_after_move',
  'borrow_outlived',
  'contract',
  'virt_to_phys',
  'page_flag_set',
  'set_page_mapping',
  'page_flag_clear',
  'call_rcu',
  'vm_flags',
  'vma_lookup',
  'find_vma',
  'mm_count',
  'zap_page_range_single',
  'zap_vma_ptes',
  'unmap_mapping_range',
  'sys_ioctl',
  'sys_read',
  'sys_write',
  'sys_mmap',
  'stale_load',
  'stale_store',
  'tlb_flush',
  'gpu_map',
  'gpu_pte_set',
  'gpu_pte_clear',
  'gpu_tlb_fill',
  'gpu_tlbi',
  'gpu_read',
  'gpu_write',
  'gpu_table_freed',
  'shrink_scan',
  'shrink_scanned',
  'list_lru_status',
  'page_flag_test',
  'compound_order',
  'compound_nr',
  'set_page_private',
  'ksize',
  'split_page',
])
/** Calls that make a page handle out of a number or an address. */
export const IS_LOOKUP = table(['pfn_to_page', 'phys_to_page', 'vmalloc_to_page', 'virt_to_page', 'virt_to_head_page'])
/** Allocations that end or map other memory. */
export const IS_SPECIAL_ALLOC = table([
  'krealloc',
  'vmap',
  'sg_alloc_table',
  'sg_alloc_table_from_pages',
  'sg_alloc_table_from_pages_segment',
  'dma_alloc_coherent',
])
export const IS_CACHE_ALLOC = table(['kmem_cache_alloc', 'kmem_cache_zalloc'])

/** Calls whose new memory is a table's entries: its name is the table's. */
export const IS_TABLE_ALLOC = table([
  'sg_alloc_table',
  'sg_alloc_table_from_pages',
  'sg_alloc_table_from_pages_segment',
])

/** True for operations on scatterlists, DMA mappings and devices: they stand in a row in trace/ops.ts. */
export function isDmaOp(op: number): boolean {
  return op >= FIRST_DMA_OP && op <= LAST_DMA_OP
}
const FIRST_DMA_OP = Op.sg_init_table
const LAST_DMA_OP = Op.device_unbind

/** Operations that make an entry of a user page table: they stand in a row in trace/ops.ts. */
export function isUserMap(op: number): boolean {
  return (op >= Op.vm_insert_page && op <= Op.copy_pte) || op === Op.pte_set
}
/** Second detail of an entry that no count knows of. */
export const PTE_IS_SPECIAL = 2
/** PteKind.HANDED: a fault handler's reference went to the entry. */
export const PTE_IS_HANDED = 3

const KINDS = 16
const FITS = new Uint8Array(OP_NAMES.length * KINDS)
function fits(op: OpName, ...kinds: AllocationKind[]): void {
  for (const kind of kinds) FITS[Op[op] * KINDS + kind] = 1
}
for (const op of ['__free_pages', '__free_page', 'free_pages', 'free_page', 'free_pages_exact'] as const) {
  fits(op, AllocationKind.PAGES, AllocationKind.COMPOUND)
}
fits('kfree', AllocationKind.KMALLOC, AllocationKind.CACHE_OBJECT, AllocationKind.LARGE_KMALLOC)
fits('kfree_rcu', AllocationKind.KMALLOC, AllocationKind.CACHE_OBJECT, AllocationKind.LARGE_KMALLOC)
fits(
  'kvfree',
  AllocationKind.KMALLOC,
  AllocationKind.CACHE_OBJECT,
  AllocationKind.LARGE_KMALLOC,
  AllocationKind.VMALLOC,
)
fits('kmem_cache_free', AllocationKind.CACHE_OBJECT)
fits('vfree', AllocationKind.VMALLOC)
fits('vfree_atomic', AllocationKind.VMALLOC)
fits('delayed_vfree_work', AllocationKind.VMALLOC)
fits('vunmap', AllocationKind.VMAP)
fits('kmem_cache_destroy', AllocationKind.CACHE)

/** True if a free function is the right one for memory of a kind. */
export function freeFits(op: number, kind: number): boolean {
  return FITS[op * KINDS + kind] === 1
}

export function isPageKind(kind: number): boolean {
  return kind === AllocationKind.PAGES || kind === AllocationKind.COMPOUND
}
export function isSlabObject(kind: number): boolean {
  return kind === AllocationKind.KMALLOC || kind === AllocationKind.CACHE_OBJECT
}
/** Kinds whose base is a page frame number. */
export function hasFrameBase(kind: number): boolean {
  return (
    isPageKind(kind) ||
    kind === AllocationKind.LARGE_KMALLOC ||
    kind === AllocationKind.SLAB ||
    kind === AllocationKind.COHERENT ||
    kind === AllocationKind.ANONYMOUS
  )
}
