/**
 * Uses of memory through a reference that outlived it: a pointer or handle that is used after the free, a device that
 * still writes, a TLB that still knows. Such a step meets whoever has the memory now, so which of several allocations
 * got it makes a difference: the dependence relation is a finer one then (docs/exploring.md).
 *
 * A `Ptr` says which memory it was made for. A page handle names a frame and says no more: whether one that names the
 * frame of memory that took the place of other memory was made for this or for that is found out by handle-check.ts.
 */
import type { Kernel } from '../mm/kernel.ts'
import { FrameKind } from '../trace/fields.ts'
import { DMA_RIGHTS, Flag, NO_SUBJECT, Op, OP_NAMES } from '../trace/ops.ts'
import { Code, CODE_OF } from './footprint-codes.ts'
import { isFree, type Occupants } from './occupants.ts'

/** What a row says about the reference that it used. */
export const Reference = { FRESH: 0, DOUBTFUL: 1, STALE: 2 } as const
export type Reference = (typeof Reference)[keyof typeof Reference]

/** How the subject of a row tells where it went. */
const Where = { NOWHERE: 0, FRAME: 1, ADDRESS: 2 } as const
type Where = (typeof Where)[keyof typeof Where]

/** Rows about pages that name them by a handle of the program. */
const BY_HANDLE: ReadonlySet<number> = new Set([
  Op.vm_insert_page,
  Op.vm_insert_pages,
  Op.vm_map_pages,
  Op.vmf_insert_mixed,
  Op.page_fault,
  Op.unpin_user_page,
  Op.unpin_user_pages,
  Op.memcpy_to_page,
  Op.memcpy_from_page,
  Op.__free_page,
  Op.__free_pages,
])
/** Frees by address: the pointer says which memory it was made for. */
const BY_ADDRESS: ReadonlySet<number> = new Set([Op.free_page, Op.free_pages, Op.free_pages_exact])
const HANDLE_CODES: ReadonlySet<Code> = new Set<Code>([Code.FRAME_READ, Code.FRAME_WRITE, Code.PUT, Code.PLACE_READ])
/** Codes of rows that touch the memory they name: only the order of these and its free matters. */
const TOUCHING: ReadonlySet<Code> = new Set<Code>([
  Code.GLOBAL,
  Code.READ,
  Code.WRITE,
  Code.FREE,
  Code.FRAME_READ,
  Code.FRAME_WRITE,
  Code.PUT,
  Code.PLACE_READ,
  Code.USER_READ,
  Code.USER_WRITE,
  Code.USER_PAGE,
  Code.DMA,
  Code.LISTS,
  Code.LISTS_READ,
  Code.LRU,
])
/** By operation: 1 = its rows are looked at. */
export const TOUCHES: Uint8Array = Uint8Array.from(OP_NAMES, (_, op) =>
  TOUCHING.has(CODE_OF[op] as Code) || op === Op.dma_read || op === Op.dma_write ? 1 : 0,
)
/** Rows of things that keep a reference, and do not say for whom: a newcomer is taken for the wrong one. */
const KEEPS: ReadonlySet<number> = new Set([Op.stale_load, Op.stale_store])
const KEEPING_CODES: ReadonlySet<Code> = new Set<Code>([Code.LISTS, Code.LISTS_READ])

const WHERE: Uint8Array = Uint8Array.from(OP_NAMES, (_, op) => whereOf(op))
const BY_GPU: Uint8Array = Uint8Array.from(OP_NAMES, (name) => (name.startsWith('gpu_') ? 1 : 0))

function whereOf(op: number): Where {
  const code = CODE_OF[op] as Code
  if (code === Code.READ || code === Code.WRITE || code === Code.USER_READ || code === Code.USER_WRITE)
    return Where.ADDRESS
  if (HANDLE_CODES.has(code) || code === Code.USER_PAGE || BY_HANDLE.has(op) || BY_ADDRESS.has(op)) return Where.FRAME
  return code === Code.FREE ? Where.ADDRESS : Where.NOWHERE
}

export class StaleUses {
  /** A stale reference was used in this execution. */
  found = false
  /** One may have been. */
  doubtful = false
  /** The running step reached memory that nobody has by a physical address. */
  reachedNobody = false
  private readonly pageShift: number

  constructor(
    private readonly occupants: Occupants,
    private readonly kernel: Kernel,
  ) {
    this.pageShift = kernel.info.pageShift
  }

  /** Before an execution. */
  reset(): void {
    this.found = this.doubtful = this.reachedNobody = false
  }

  /** Looks at a row of `TOUCHES`; who occupies what is as it was before the step. */
  row(op: number, id: number, subject: number, a: number, b: number, flags: number): Reference {
    const reference = this.referenceOf(op, id, subject, a, b, flags)
    if (reference === Reference.STALE) this.found = true
    else if (reference === Reference.DOUBTFUL) this.doubtful = true
    return reference
  }

  private referenceOf(op: number, id: number, subject: number, a: number, b: number, flags: number): Reference {
    const { occupants } = this
    const code = CODE_OF[op] as Code
    if (id === 0) return this.isNobodys(op, subject, flags) ? Reference.STALE : Reference.FRESH
    if (occupants.dead.has(id) || (op === Op.krealloc && occupants.dead.has(b))) return Reference.STALE
    if (!occupants.successors.has(id)) return Reference.FRESH
    if (KEEPS.has(op) || KEEPING_CODES.has(code) || BY_GPU[op] === 1) return Reference.STALE
    if ((op === Op.dma_read || op === Op.dma_write) && a % DMA_RIGHTS === 0) return Reference.STALE
    return HANDLE_CODES.has(code) || BY_HANDLE.has(op) ? Reference.DOUBTFUL : Reference.FRESH
  }

  /** True if a row without memory is about a frame that belongs to nobody. */
  private isNobodys(op: number, subject: number, flags: number): boolean {
    if ((flags & (Flag.WILD | Flag.NULL)) !== 0) return false
    if (op === Op.dma_read || op === Op.dma_write) return this.reachedNobody
    if (subject === NO_SUBJECT || WHERE[op] === Where.NOWHERE) return false
    const pfn = WHERE[op] === Where.FRAME ? subject : subject >>> this.pageShift
    const { frames } = this.kernel
    if (!frames.valid(pfn)) return false
    // An object that is on no freelist has an allocation.
    return isFree(frames.use[pfn]!) || (WHERE[op] === Where.ADDRESS && frames.kindOf(pfn) === FrameKind.SLAB)
  }

  /** Visits the physical addresses that a row went to by a reference; false if it does not say which. */
  spots(op: number, subject: number, a: number, flags: number, visit: (low: number, high: number) => void): boolean {
    const where = WHERE[op] as Where
    if (subject === NO_SUBJECT || where === Where.NOWHERE || (flags & Flag.VMALLOC) !== 0) return false
    const { pageShift } = this
    const frame = (pfn: number): void => visit(pfn * 2 ** pageShift, (pfn + 1) * 2 ** pageShift)
    if (where === Where.ADDRESS) {
      visit(subject, subject + (CODE_OF[op] === Code.FREE ? 1 : Math.max(1, a)))
      return true
    }
    frame(subject)
    // The count of a compound page is its head's.
    const head = this.kernel.frames.valid(subject) ? this.kernel.frames.headOf(subject) : subject
    if (head !== subject) frame(head)
    return true
  }
}
