/**
 * What a delta can change. A delta is (field, index, old, new): all four fit in 32 bits, so that the whole
 * history of a run lies in four typed-array columns and can be applied forwards or backwards.
 *
 * The numbers are part of the trace format (docs/trace-format.md): append, never renumber.
 */
export const Field = {
  /** `_refcount` of a frame. index = pfn. */
  REFCOUNT: 1,
  /** `_mapcount + 1` of a frame (what `page_mapcount()` returns). index = pfn. */
  MAPCOUNT: 2,
  /** What a frame is used for and by which allocation: `packUse(kind, allocation)`. index = pfn. */
  USE: 3,
  /** `PG_*` bits of a frame. index = pfn. */
  FLAGS: 4,
  /** Compound/buddy order + 1 stored with a frame (0 = none stored). index = pfn. */
  ORDER: 5,
  /** pfn + 1 of the compound head a tail points at; 0 = not a tail. index = pfn. */
  HEAD: 6,
  /** Cache id + 1 of the slab that starts at a frame; 0 = no slab. index = pfn of the slab's first frame. */
  SLAB: 7,
  /** Allocation that occupies a slab object; 0 = on a freelist. index = physical address / 8. */
  OBJECT: 8,
  /** Bytes written. index = physical address, old = arena offset of the old bytes, new = number of bytes;
   *  the arena holds `new` old bytes, then `new` new bytes. */
  BYTES: 9,
  /** Bytes set to one value. index = physical address, old = arena offset, new = length in bytes;
   *  the arena holds the fill byte, one byte 1 if the old bytes follow (0: they were all zero), then the old bytes. */
  FILL: 10,
  /** pfn + 1 that a page of vmalloc space maps; 0 = unmapped. index = page number inside vmalloc space. */
  VMAP: 11,
  /** Rights other than references that are left on a frame (kmap, vmap, sg, DMA). index = pfn. */
  RIGHTS: 12,
  /** `page->private`, its low 32 bits. index = pfn. */
  PRIVATE: 13,
  /** State of a task (`TaskState`). index = task id. */
  TASK: 14,
  /** Pins of a large folio (`_pincount`). index = pfn of the head. */
  PINCOUNT: 15,
  /** Physical address of the first byte that a scatterlist entry names; 0 = none. index = entry. */
  SG_ADDRESS: 16,
  /** Bytes that a scatterlist entry names. index = entry. */
  SG_LENGTH: 17,
  /**
   * What a DMA mapping covers: physical address of its first byte, of a list's the first entry; 0 = ended. index =
   * right id.
   */
  DMA_RANGE: 18,
  /** DMA address of a mapping (low 32 bits); 0 = ended. index = right id. */
  DMA_ADDRESS: 19,
  /** What keeps a task from sleeping: counters packed as in `Context`; 0 = it may sleep. index = task id. */
  CONTEXT: 20,
  /** `page->mapping`, its low 32 bits: bit 0 = anonymous memory; 0 = NULL. index = pfn. */
  MAPPING: 21,
  /** Where an entry of a user page table was made: low 32 bits of its page number. index = right id. */
  PTE_ADDRESS: 22,
  /** Address space that an entry belongs to. index = right id. */
  PTE_SPACE: 23,
  /** `vm_flags` of the area that an entry was made in. index = right id. */
  PTE_AREA: 24,
  /**
   * Where a `vm_area_struct` stands, what it maps and in which address space: `packArea`; 0 = there is none. index =
   * area id, counted from 1 over the run.
   */
  VMA_SPACE: 25,
  /** `vm_start`, page number, low 32 bits. index = area id. */
  VMA_START: 26,
  /** `vm_end`, page number, low 32 bits. index = area id. */
  VMA_END: 27,
  /** `vm_pgoff`, low 32 bits. index = area id. */
  VMA_PGOFF: 28,
  /** The higher bits of the last three, 10 bits each, `vm_start` lowest. index = area id. */
  VMA_HIGH: 29,
  /** `vm_flags`. index = area id. */
  VMA_FLAGS: 30,
  /** Index + 1 of the name of the file that an area maps, in the strings of the run; 0 = no file. index = area id. */
  VMA_FILE: 31,
  /**
   * Which cpus remember an entry of a user page table: bit n = cpu n of sixteen, bit 16 + n = it may write through it.
   * index = right id of the entry * 4 + cpu / 16.
   */
  TLB: 32,
  /** Device + 1 that a DMA mapping is for; 0 = ended. index = right id. */
  DMA_DEVICE: 33,
  /**
   * Where a page of bus addresses behind an IOMMU leads: pfn + 1, with `IO_READ` and `IO_WRITE`; 0 = nowhere.
   * index = device * `IO_PAGES` + page.
   */
  IO_PAGE: 34,
  /** Frame + 1 that a frame of a bounce buffer stands for; 0 = it is none. index = pfn. */
  BOUNCE: 35,
  /** Page + 1 of the IO address that a device's TLB knows by an entry; 0 = dropped. index = right id of the entry. */
  DEVICE_TLB: 36,
  /**
   * Pages of a range of vmalloc space that was given out, the guard page among them; with `VMAP_LAZY` it was freed and
   * is not purged yet; 0 = free. index = first page of the range.
   */
  VMAP_RANGE: 37,
  /** Frame + 1 that the top table of a device starts at; 0 = it has none. index = device table. */
  DEVICE_ROOT: 38,
  /** `page->private`, its high 32 bits. index = pfn. */
  PRIVATE_HIGH: 39,
  /** `page->mapping`, its high 32 bits. index = pfn. */
  MAPPING_HIGH: 40,
  /** References of a page that per-cpu batches hold until it is on its LRU list (mm/swap.c). index = pfn. */
  LRU_BATCH: 41,
} as const
export type Field = (typeof Field)[keyof typeof Field]
/** Pages of bus addresses of one device in the index of Field.IO_PAGE. */
export const IO_PAGES = 2 ** 20
/** Devices whose pages Field.IO_PAGE has; those of later ones are not recorded. */
export const IO_DEVICES = 256
/** In Field.IO_PAGE: the device may read, may write. */
export const IO_READ = 2 ** 30
export const IO_WRITE = 2 ** 31
/** In Field.VMAP_RANGE: freed, not to be given out before a purge. */
export const VMAP_LAZY = 2 ** 31
/** The largest field number. */
export const LAST_FIELD: number = Math.max(...Object.values(Field))

/** What a page frame is, at one moment. Every frame is in exactly one of these states. */
export const FrameKind = {
  /** Not RAM that the allocator manages: kernel image, memmap, firmware. */
  RESERVED: 0,
  /** In a buddy free list (PageBuddy on the first frame of a block). */
  BUDDY: 1,
  /** On a per-cpu list: free, but not PageBuddy. */
  PCP: 2,
  /** Allocated from the page allocator by a driver (`alloc_pages`). */
  PAGE: 3,
  /** A folio (`folio_alloc`, page cache, anonymous memory). */
  FOLIO: 4,
  /** Backs a slab. */
  SLAB: 5,
  /** kmalloc larger than KMALLOC_MAX_CACHE_SIZE. */
  LARGE_KMALLOC: 6,
  /** Backs a vmalloc area. */
  VMALLOC: 7,
  /** A page-table page. */
  TABLE: 8,
  /** Refused by the bad-page check and leaked on purpose. */
  BAD: 9,
} as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]
export const FRAME_KIND_NAMES = [
  'reserved',
  'buddy',
  'pcp',
  'page',
  'folio',
  'slab',
  'large-kmalloc',
  'vmalloc',
  'page-table',
  'bad',
] as const

const ALLOCATION_BITS = 28
/** Largest allocation id a frame can name (28 bits). */
export const MAX_ALLOCATION = (1 << ALLOCATION_BITS) - 1

/** Packs a frame's kind and the allocation that occupies it (0 = none) into one unsigned 32-bit value. */
export function packUse(kind: FrameKind, allocation: number): number {
  return ((kind << ALLOCATION_BITS) | allocation) >>> 0
}
export function useKind(use: number): FrameKind {
  return (use >>> ALLOCATION_BITS) as FrameKind
}
export function useAllocation(use: number): number {
  return use & MAX_ALLOCATION
}

/**
 * Where an area stands. NEW: the driver's mmap hook runs, it is in no tree yet. DETACHED: it left the tree, and its
 * entries are not cleared yet.
 */
export const AreaState = { NONE: 0, NEW: 1, IN_TREE: 2, DETACHED: 3 } as const
export type AreaState = (typeof AreaState)[keyof typeof AreaState]
/** What an area maps. */
export const AreaBacking = { ANONYMOUS: 0, SHARED_ANONYMOUS: 1, FILE: 2 } as const
export type AreaBacking = (typeof AreaBacking)[keyof typeof AreaBacking]

/** Packs a value of `Field.VMA_SPACE`; `space` is the number of the `mm_struct` (at most 24 bits). */
export function packArea(state: AreaState, backing: AreaBacking, space: number): number {
  return ((state << 28) | (backing << 24) | space) >>> 0
}
export function areaState(packed: number): AreaState {
  return (packed >>> 28) as AreaState
}
export function areaBacking(packed: number): AreaBacking {
  return ((packed >>> 24) & 15) as AreaBacking
}
export function areaSpace(packed: number): number {
  return packed & 0xff_ffff
}

/** State of a task as delta value. */
export const TaskState = { NEW: 0, RUNNABLE: 1, BLOCKED: 2, ENDED: 3, OOPSED: 4 } as const
export type TaskState = (typeof TaskState)[keyof typeof TaskState]

/**
 * Counters of Field.CONTEXT, one unit each: preempt_count() as the kernel packs it (preemption off by preempt_disable
 * and spinlocks; softirq; hardirq), then interrupts off, then RCU read-side sections. Running a softirq counts 1 in its
 * counter, keeping softirqs off 2 (SOFTIRQ_DISABLE_OFFSET).
 */
export const Context = {
  PREEMPT: 1,
  SOFTIRQ: 1 << 8,
  BH_OFF: 2 << 8,
  HARDIRQ: 1 << 16,
  IRQS_OFF: 1 << 20,
  RCU: 1 << 24,
} as const
/** The bits of each counter. */
export const ContextMask = {
  PREEMPT: 0xff,
  SOFTIRQ: 0xff00,
  HARDIRQ: 0xf_0000,
  IRQS_OFF: 0xf0_0000,
  RCU: 0x7f00_0000,
} as const
