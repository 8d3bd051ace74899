/** What a piece of memory is, from its allocation to its free. Part of the trace format: append, never renumber. */
export const AllocationKind = {
  NONE: 0,
  /** A block of 2^order frames from the page allocator. base = pfn, size in bytes. */
  PAGES: 1,
  /** A compound block. base = pfn of the head, size in bytes. */
  COMPOUND: 2,
  /** A slab object from kmalloc. base = physical address, size = bytes asked for. */
  KMALLOC: 3,
  /** A slab object from kmem_cache_alloc. base = physical address, size = object size of the cache. */
  CACHE_OBJECT: 4,
  /** kmalloc beyond the largest cache: a compound block. base = pfn, size = bytes asked for. */
  LARGE_KMALLOC: 5,
  /** A vmalloc area. base = page number inside vmalloc space, size = bytes asked for. */
  VMALLOC: 6,
  /** A vmap area: a second mapping of pages somebody owns. base = page number inside vmalloc space. */
  VMAP: 7,
  /** The frames behind a slab, owned by the slab allocator. base = pfn. */
  SLAB: 8,
  /** A cache made by kmem_cache_create. base = cache id. */
  CACHE: 9,
  /** A user-defined owner in the Rust surface (Owned<T> and friends). base = 0. */
  OWNED: 10,
  /** An address that came from outside: an integer, a C string constant. */
  FOREIGN: 11,
  /** Coherent DMA memory in the linear map: a block of frames. base = pfn, size in bytes. */
  COHERENT: 12,
  /** A page of anonymous user memory. base = pfn. */
  ANONYMOUS: 13,
} as const
export type AllocationKind = (typeof AllocationKind)[keyof typeof AllocationKind]

/** Names as they appear in reports (`memory.kind`). */
export const ALLOCATION_KIND_NAMES = [
  'none',
  'page-block',
  'page-block',
  'slab-object',
  'slab-object',
  'large-kmalloc',
  'vmalloc-area',
  'vmap-area',
  'slab',
  'cache',
  'owned',
  'foreign',
  'coherent-memory',
  'anonymous-memory',
] as const
