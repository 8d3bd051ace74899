/** Which kinds of row hot loops are made of (common-rows.ts, quiet-rows.ts). */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Op, OP_FAMILY } from '../trace/ops.ts'
import { freeFits, hasFrameBase, IS_CACHE_ALLOC, IS_PAGE_FREE } from './op-classes.ts'
import { MEANING, Means } from './telling.ts'

/** What such a row does. */
export const Does = { NO: 0, ALLOC: 1, FREE: 2, ACCESS: 3 } as const
/** Bits of `COMMON` that hold it. */
export const DOES_BITS = 3
/** It frees pages. */
export const PAGE_FREE = 4
/** It allocates from a cache of its own. */
export const CACHE_ALLOC = 8
/** It leaves memory as it was, unless its gfp mask asks for zeroes. */
export const DIRTY_ALLOC = 16
/** From here on: which kinds of allocation it may free, a bit each. */
export const FITS_SHIFT = 5

/** All that a row can be, by operation kind, in one word. */
export const COMMON = new Int32Array(OP_FAMILY.length)

const KINDS: readonly number[] = Object.values(AllocationKind)
for (const name of ['alloc_page', 'alloc_pages', '__get_free_page', 'kmalloc', 'kzalloc', 'kmem_cache_alloc'] as const)
  COMMON[Op[name]] = Does.ALLOC
for (const name of ['__free_page', '__free_pages', 'free_page', 'kfree', 'kmem_cache_free'] as const)
  COMMON[Op[name]] = Does.FREE
COMMON[Op.read] = COMMON[Op.write] = Does.ACCESS
for (let op = 0; op < COMMON.length; op++) {
  if (COMMON[op] === Does.ALLOC) {
    if (IS_CACHE_ALLOC[op] === 1) COMMON[op] |= CACHE_ALLOC
    if (MEANING[op] === Means.DIRTY) COMMON[op] |= DIRTY_ALLOC
  } else if (COMMON[op] === Does.FREE) {
    if (IS_PAGE_FREE[op] === 1) COMMON[op] |= PAGE_FREE
    for (const kind of KINDS) if (freeFits(op, kind)) COMMON[op] |= 1 << (FITS_SHIFT + kind)
  }
}
/** Kinds of allocation whose base is a frame, a bit each. */
export const FRAME_BASED = KINDS.filter(hasFrameBase).reduce((bits, kind) => bits | (1 << kind), 0)

/** True if a row of this kind may be one of these. */
export function isCommon(op: number): boolean {
  return COMMON[op] !== Does.NO
}

/** The shadow's columns by frame: who holds it, then who held it last; what it is. */
export interface FrameShadow {
  readonly holders: Int32Array
  readonly frameKinds: Uint8Array
  readonly shift: number
}
