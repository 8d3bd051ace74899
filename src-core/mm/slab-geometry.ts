/**
 * How large an object is in its slab, and how large the slab: the arithmetic of a cache, done once.
 *
 * Kernel: mm/slub.c, calculate_sizes(), calculate_order(), calc_slab_order(); mm/kasan/generic.c,
 * kasan_cache_create() and optimal_redzone(); mm/slab_common.c, calculate_alignment().
 * Measured for one cpu, plain and with generic KASAN and with slab_debug=FZPU (KERNEL_FACTS 3.10).
 */
import { CACHE_LINE, hasKasan, SLAB_MINALIGN, trackSize, wordSize } from '../trace/abi.ts'
import { maxPageOrder } from '../trace/boot-state.ts'
import type { MachineInfo } from '../trace/record.ts'
import { slotParts, type SlotPart } from '../trace/slot-parts.ts'
import {
  SLAB_HWCACHE_ALIGN,
  SLAB_KMALLOC,
  SLAB_POISON,
  SLAB_RED_ZONE,
  SLAB_STORE_USER,
  SLAB_TYPESAFE_BY_RCU,
} from './slab-flags.ts'

const MAX_SLAB_ORDER = 3
/**
 * sizeof(struct kasan_alloc_meta) and of struct kasan_free_meta with CONFIG_KASAN_EXTRA_INFO, as the measured kernel
 * has it. The latter lies inside the object where it fits.
 */
const KASAN_ALLOC_META = 24
const KASAN_FREE_META = 24

/** What a machine gives to the arithmetic. Sizes in bytes. */
export interface SlabMachine {
  readonly pageSize: number
  /** sizeof(void *). */
  readonly word: 4 | 8
  readonly cpus: number
  /** MAX_PAGE_ORDER. */
  readonly maxOrder: number
  /** Generic KASAN is on. */
  readonly kasan: boolean
}

export interface SlabGeometry {
  /** Bytes from one object to the next. */
  readonly stride: number
  /** Offset of the first object in the slab. */
  readonly firstObject: number
  /** Bytes up to the end of the object and its red zone (`inuse`). */
  readonly inuse: number
  /** The free pointer lies behind `inuse` (freeptr_outside_object). */
  readonly hasOuterPointer: boolean
  /** What one place consists of, from its left red zone to its padding. */
  readonly parts: readonly SlotPart[]
  readonly align: number
  readonly order: number
  readonly objects: number
  /** The smallest slab, for when memory is short (`min`): it holds one object or as many as fit beside it. */
  readonly minOrder: number
  readonly minObjects: number
}

/** ALIGN(): a mask, so that an alignment that is no power of two does what it does in the kernel. */
export const alignUp = (value: number, align: number): number => ((value + align - 1) & -align) >>> 0
const fls = (value: number): number => 32 - Math.clz32(value)

/** What the arithmetic has to know of a machine. */
export function slabMachine(info: MachineInfo): SlabMachine {
  return {
    pageSize: 2 ** info.pageShift,
    word: wordSize(info),
    cpus: info.cpus,
    maxOrder: maxPageOrder(info),
    kasan: hasKasan(info),
  }
}

/** calculate_alignment(). */
export function slabAlign(flags: number, align: number, size: number, word: number): number {
  let result = align
  if ((flags & SLAB_HWCACHE_ALIGN) !== 0) {
    let line = CACHE_LINE
    while (size <= line / 2) line /= 2
    result = Math.max(result, line)
  }
  return alignUp(Math.max(result, SLAB_MINALIGN), word)
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

/** kasan_cache_create(): the size of the records behind an object, and with a red zone that is large enough for it. */
function kasanSize(machine: SlabMachine, inuse: number, cache: CacheRequest): { size: number; records: number } {
  // KMALLOC_MAX_SIZE
  const most = machine.pageSize << machine.maxOrder
  const { objectSize, flags, hasCtor, slubDebug } = cache
  let size = inuse + KASAN_ALLOC_META
  if (size > most) size = inuse
  const without = size
  const keepsContent = (flags & SLAB_TYPESAFE_BY_RCU) !== 0 || hasCtor
  if (keepsContent) size += KASAN_FREE_META
  else if (objectSize < KASAN_FREE_META) {
    // The record of a free begins in the object and ends behind it, unless SLUB's debugging may have data of its own
    // there.
    size += slubDebug ? KASAN_FREE_META : KASAN_FREE_META - objectSize
  }
  if (size > most) size = without
  return { size: Math.max(size, Math.min(objectSize + kasanRedzone(objectSize), most)), records: size - inuse }
}

/** What a cache asks for: the arguments of kmem_cache_create(). */
export interface CacheRequest {
  readonly objectSize: number
  /** As given; 0 for the default. */
  readonly align: number
  /** SLAB_* flags. */
  readonly flags: number
  readonly hasCtor: boolean
  /** Some cache, this one or one before it, has a debug flag (the static key `slub_debug_enabled`). */
  readonly slubDebug: boolean
}

/** The geometry of a cache on a machine. */
export function slabGeometry(machine: SlabMachine, cache: CacheRequest): SlabGeometry {
  const { pageSize, word, cpus } = machine
  const { objectSize, flags, hasCtor } = cache
  const align = slabAlign(flags, cache.align, objectSize, word)
  let size = alignUp(objectSize, word)
  const redZone = (flags & SLAB_RED_ZONE) !== 0
  if (redZone && size === objectSize) size += word
  const inuse = size
  // slub_debug_orig_size(): the bytes that kmalloc() was asked for are kept.
  const keepsSize = (flags & SLAB_STORE_USER) !== 0 && (flags & SLAB_KMALLOC) !== 0
  const hasOuterPointer =
    (flags & (SLAB_TYPESAFE_BY_RCU | SLAB_POISON)) !== 0 || hasCtor || (redZone && (objectSize < word || keepsSize))
  if (hasOuterPointer) size += word
  // Allocated by, freed by.
  const track = (flags & SLAB_STORE_USER) !== 0 ? trackSize(word) : 0
  size += 2 * track + (keepsSize ? word : 0)
  const tracked = size
  const kasan = machine.kasan ? kasanSize(machine, size, cache) : { size, records: 0 }
  size = kasan.size
  let firstObject = 0
  if (redZone) {
    firstObject = alignUp(word, align)
    size += word + firstObject
  }
  const stride = alignUp(size, align)
  const order = slabOrder(stride, pageSize, cpus)
  const minOrder = orderOf(stride, pageSize)
  return {
    stride,
    firstObject,
    inuse,
    hasOuterPointer,
    parts: slotParts([
      ['left-red-zone', firstObject],
      ['object', objectSize],
      [redZone ? 'right-red-zone' : 'padding', inuse - objectSize],
      ['free-pointer', hasOuterPointer ? word : 0],
      ['alloc-track', track],
      ['free-track', track],
      ['requested-size', keepsSize ? word : 0],
      ['kasan-record', kasan.records],
      ['kasan-red-zone', kasan.size - tracked - kasan.records],
      ['padding', stride - firstObject - kasan.size],
    ]),
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
