/**
 * How large an object is in its slab, and how large the slab: the arithmetic of a cache, done once.
 *
 * Kernel: mm/slub.c, calculate_sizes(), calculate_order(), calc_slab_order(); mm/kasan/generic.c,
 * kasan_cache_create() and optimal_redzone(); mm/slab_common.c, calculate_alignment().
 * Measured for one cpu, plain and with generic KASAN and with slab_debug=FZPU (KERNEL_FACTS 3.10).
 */
import {
  SLAB_DEBUG_FLAGS,
  SLAB_HWCACHE_ALIGN,
  SLAB_KMALLOC,
  SLAB_POISON,
  SLAB_RED_ZONE,
  SLAB_STORE_USER,
  SLAB_TYPESAFE_BY_RCU,
} from './slab-flags.ts'

const WORD = 8
/** Two `struct track` (allocated by, freed by). */
const TRACKS = 2 * 32
const CACHE_LINE = 64
const MAX_SLAB_ORDER = 3
/**
 * sizeof(struct kasan_alloc_meta) and of struct kasan_free_meta with CONFIG_KASAN_EXTRA_INFO, as the measured kernel
 * has it. The latter lies inside the object where it fits.
 */
const KASAN_ALLOC_META = 24
const KASAN_FREE_META = 24
const KMALLOC_MAX_SIZE = 4 * 1024 * 1024

export interface SlabGeometry {
  /** Bytes from one object to the next. */
  readonly stride: number
  /** Offset of the first object in the slab. */
  readonly firstObject: number
  /** Bytes up to the end of the object and its red zone (`inuse`). */
  readonly inuse: number
  /** The free pointer lies behind `inuse` (freeptr_outside_object). */
  readonly hasOuterPointer: boolean
  readonly align: number
  readonly order: number
  readonly objects: number
  /** The smallest slab, for when memory is short (`min`): it holds one object or as many as fit beside it. */
  readonly minOrder: number
  readonly minObjects: number
}

const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align
const fls = (value: number): number => 32 - Math.clz32(value)

/** calculate_alignment(). */
export function slabAlign(flags: number, align: number, size: number): number {
  let result = align
  if ((flags & SLAB_HWCACHE_ALIGN) !== 0) {
    let line = CACHE_LINE
    while (size <= line / 2) line /= 2
    result = Math.max(result, line)
  }
  return alignUp(Math.max(result, WORD), WORD)
}

/** Bytes that KASAN wants free behind an object of a size. */
function kasanRedzone(size: number): number {
  if (size <= 64 - 16) return 16
  if (size <= 128 - 32) return 32
  if (size <= 512 - 64) return 64
  if (size <= 4096 - 128) return 128
  if (size <= (1 << 14) - 256) return 256
  if (size <= (1 << 15) - 512) return 512
  return size <= (1 << 16) - 1024 ? 1024 : 2048
}

/** kasan_cache_create(): the records behind an object, and a red zone that is large enough for its size. */
function kasanSize(inuse: number, objectSize: number, flags: number, hasCtor: boolean): number {
  let size = inuse + KASAN_ALLOC_META
  if (size > KMALLOC_MAX_SIZE) size = inuse
  const without = size
  const keepsContent = (flags & SLAB_TYPESAFE_BY_RCU) !== 0 || hasCtor
  if (keepsContent) size += KASAN_FREE_META
  else if (objectSize < KASAN_FREE_META) {
    // The record of a free begins in the object and ends behind it, unless SLUB's debugging has its own data there.
    size += (flags & SLAB_DEBUG_FLAGS) !== 0 ? KASAN_FREE_META : KASAN_FREE_META - objectSize
  }
  if (size > KMALLOC_MAX_SIZE) size = without
  return Math.max(size, Math.min(objectSize + kasanRedzone(objectSize), KMALLOC_MAX_SIZE))
}

/** The geometry of a cache on a machine with so many cpus; `kasan` = generic KASAN is on. */
export function slabGeometry(
  objectSize: number,
  givenAlign: number,
  flags: number,
  hasCtor: boolean,
  pageSize: number,
  cpus: number,
  kasan: boolean,
): SlabGeometry {
  const align = slabAlign(flags, givenAlign, objectSize)
  let size = alignUp(objectSize, WORD)
  const redZone = (flags & SLAB_RED_ZONE) !== 0
  if (redZone && size === objectSize) size += WORD
  const inuse = size
  const hasOuterPointer =
    (flags & (SLAB_TYPESAFE_BY_RCU | SLAB_POISON)) !== 0 || hasCtor || (redZone && objectSize < WORD)
  if (hasOuterPointer) size += WORD
  if ((flags & SLAB_STORE_USER) !== 0) size += TRACKS + ((flags & SLAB_KMALLOC) !== 0 ? WORD : 0)
  if (kasan) size = kasanSize(size, objectSize, flags, hasCtor)
  let firstObject = 0
  if (redZone) {
    firstObject = alignUp(WORD, align)
    size += WORD + firstObject
  }
  const stride = alignUp(size, align)
  const order = slabOrder(stride, pageSize, cpus)
  const minOrder = orderOf(stride, pageSize)
  return {
    stride,
    firstObject,
    inuse,
    hasOuterPointer,
    align,
    order,
    objects: Math.floor((pageSize << order) / stride),
    minOrder,
    minObjects: Math.floor((pageSize << minOrder) / stride),
  }
}

/** calculate_order(): the smallest order that holds enough objects and wastes little. */
function slabOrder(stride: number, pageSize: number, cpus: number): number {
  const most = Math.max(1, Math.floor((pageSize << MAX_SLAB_ORDER) / stride))
  const wanted = Math.min(4 * (fls(cpus) + 1), most)
  const minOrder = orderOf(wanted * stride, pageSize)
  for (let fraction = 16; fraction > 1; fraction /= 2) {
    for (let order = minOrder; order <= MAX_SLAB_ORDER; order++) {
      const bytes = pageSize << order
      if (bytes % stride <= Math.floor(bytes / fraction)) return order
    }
  }
  return orderOf(stride, pageSize)
}

function orderOf(bytes: number, pageSize: number): number {
  const pages = Math.ceil(bytes / pageSize)
  return pages <= 1 ? 0 : fls(pages - 1)
}

/** Objects that a cpu may keep free on its partial slabs (set_cpu_partial). */
export function cpuPartialObjects(stride: number, pageSize: number): number {
  if (stride >= pageSize) return 6
  if (stride >= 1024) return 24
  return stride >= 256 ? 52 : 120
}

/** Slabs that a node keeps although they are empty (set_min_partial: MIN_PARTIAL 5 to MAX_PARTIAL 10). */
export function minPartial(stride: number): number {
  return Math.max(5, Math.min(10, Math.floor((fls(stride) - 1) / 2)))
}
