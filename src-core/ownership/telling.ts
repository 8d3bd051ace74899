/** What rows and deltas say about bytes that nobody wrote (rules/uninitialised.ts). */
import { Field, LAST_FIELD } from '../trace/fields.ts'
import { Family, Op, OP_FAMILY, type OpName } from '../trace/ops.ts'
import { Wanted } from './delta-scan.ts'

/** Bit of the gfp mask, the second detail of an allocation, that asks for zeroes. */
export const GFP_ZERO = 0x100

/** Allocations that leave memory as it was unless their gfp mask asks for zeroes. */
const DIRTY_ALLOCS: readonly OpName[] = [
  'alloc_pages',
  'alloc_page',
  '__get_free_pages',
  '__get_free_page',
  'folio_alloc',
  'alloc_pages_exact',
  'kmalloc',
  'kmalloc_array',
  'kmem_cache_alloc',
  'kvmalloc',
  'vmalloc',
]

/** What a row means. CLEAN: it allocates memory that is written. GIVEN: others get at it. */
export const Means = { NOTHING: 0, OTHER: 1, DIRTY: 2, CLEAN: 3, READ: 4, WRITE: 5, FREE: 6, GIVEN: 7 } as const

/** `Means` by operation kind. */
export const MEANING = Uint8Array.from(OP_FAMILY, (family, op) => {
  switch (family) {
    case Family.CELL:
    case Family.LOCK:
      return Means.NOTHING
    case Family.ALLOC:
      return Means.CLEAN
    case Family.READ:
      return Means.READ
    case Family.WRITE:
      return Means.WRITE
    case Family.FREE:
      return Means.FREE
    case Family.MAP:
      return op === Op.kmap_local_page || op === Op.kmap ? Means.OTHER : Means.GIVEN
    default:
      return Means.OTHER
  }
})
for (const name of DIRTY_ALLOCS) MEANING[Op[name]] = Means.DIRTY

/**
 * `Wanted` by field: which deltas say something, of a row that allocates, and of any other. USE only if the frame
 * becomes a slab.
 */
export const IN_ALLOC = new Uint8Array(LAST_FIELD + 1)
export const IN_OTHERS = new Uint8Array(LAST_FIELD + 1)
IN_ALLOC[Field.USE] = IN_OTHERS[Field.USE] = Wanted.SLAB
IN_ALLOC[Field.SG_ADDRESS] = IN_OTHERS[Field.SG_ADDRESS] = Wanted.YES
IN_ALLOC[Field.VMAP] = IN_OTHERS[Field.BYTES] = IN_OTHERS[Field.FILL] = Wanted.YES
/** Those of either. */
export const TELLING = IN_ALLOC.map((wanted, field) => Math.max(wanted, IN_OTHERS[field] ?? 0))
