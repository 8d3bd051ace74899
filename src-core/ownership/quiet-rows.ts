/**
 * The most common rows of hot loops, to which no rule has anything to say: one task allocates and frees single pages
 * and slab objects where nobody wrote yet, with the deltas that this always has. One loop does for them what the
 * ledger, the races and the unwritten bytes would come to each in a loop of its own. It ends at the first row that is
 * otherwise.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { ViewsOfChunk, type TraceChunk } from '../trace/chunk.ts'
import { Field, FrameKind, MAX_ALLOCATION } from '../trace/fields.ts'
import { Flag, Op } from '../trace/ops.ts'
import { ANY_MARK, Mark, MARK_SHIFT, ORDER_SHIFT, ROW_SHIFT, Word, type AllocationTable } from './allocation-table.ts'
import { CACHE_ALLOC, COMMON, DIRTY_ALLOC, Does, DOES_BITS, FITS_SHIFT, PAGE_FREE } from './common-kinds.ts'
import type { FrameShadow } from './common-kinds.ts'
import { GFP_ZERO } from './telling.ts'
import { Bytes } from './unwritten-bytes.ts'

const FREED = Mark.FREED << MARK_SHIFT

export class QuietRows {
  private readonly views = new ViewsOfChunk()

  constructor(
    private readonly table: AllocationTable,
    private readonly frames: FrameShadow,
  ) {}

  /**
   * Folds rows of [from, to) and returns the first that it did not. The task of the first row may sleep, nothing waits
   * for a lookup or a shrinker, and no rule follows an access or an area. `hasMappedSlabs`: while kmap rights are in
   * force on slab pages, freeing an object is not quiet. `unwritten`: `Bytes` by frame.
   */
  fold(chunk: TraceChunk, from: number, to: number, hasMappedSlabs: boolean, unwritten: Uint8Array): number {
    const views = this.views.of(chunk)
    if (views === null) return from
    const { ops, halves, deltas, allocations } = views
    const { flags } = chunk.ops
    const { field } = chunk.deltas
    const { kind: kinds } = chunk.allocations
    const { holders, frameKinds } = this.frames
    const { table } = this
    const words = table.reserve(to - from)
    // Whole numbers to V8 from the start, not at each turn.
    const opStride = views.opStride | 0
    const halfStride = views.halfStride | 0
    const deltaStride = views.deltaStride | 0
    const allocationStride = views.allocationStride | 0
    const allocationCount = chunk.allocationCount | 0
    const shift = this.frames.shift | 0
    const frames = frameKinds.length | 0
    const pageSize = (1 << shift) | 0
    const stepOf = chunk.firstStep | 0
    const by = halves[halfStride + from] | 0
    let made = (table.lastId + 1 - chunk.firstAllocation) | 0
    let nextId = (table.lastId + 1) | 0
    let delta = (from === 0 ? 0 : chunk.ops.deltaEnd[from - 1]) | 0
    let i = from | 0
    for (; i < to; i = (i + 1) | 0) {
      const op = halves[i]
      const fits = COMMON[op]
      const does = fits & DOES_BITS
      const id = ops[(i + opStride) | 0]
      const end = ops[(i + 5 * opStride) | 0]
      if (halves[(i + halfStride) | 0] !== by) break
      const step = (stepOf + i) | 0
      const row = id << ROW_SHIFT
      // One delta: an object changed hands. Two: a page did, its use and its count in either order.
      const count = (end - delta) | 0
      const isPage = count === 2
      let at = delta
      if (isPage) {
        const first = field[at]
        const second = field[(at + 1) | 0]
        if (first === Field.REFCOUNT && second === Field.USE) at = (at + 1) | 0
        else if (first !== Field.USE || second !== Field.REFCOUNT) break
      } else if (count !== 1 || field[at] !== Field.OBJECT) break
      const before = deltas[(at + deltaStride) | 0]
      const after = deltas[(at + 2 * deltaStride) | 0]
      if (does === Does.ALLOC) {
        const more = (made + 1) | 0
        // One new allocation, and it is the row's.
        if (flags[i] !== 0 || id !== nextId || made >= allocationCount || (fits & DIRTY_ALLOC) === 0) break
        if ((ops[(i + 4 * opStride) | 0] & GFP_ZERO) !== 0) break
        if (more < allocationCount && allocations[more] <= step) break
        const kind = kinds[made]
        const base = allocations[(made + allocationStride) | 0]
        const size = allocations[(made + 2 * allocationStride) | 0]
        if (isPage) {
          const isPlain = kind === AllocationKind.PAGES && size === pageSize && base === deltas[at]
          if (!isPlain || (before & MAX_ALLOCATION) !== 0 || (after & MAX_ALLOCATION) !== id) break
          if (unwritten[base] !== Bytes.UNWRITTEN || after >>> 28 === FrameKind.SLAB) break
          holders[base] = id
          holders[(base + frames) | 0] = id
          frameKinds[base] = after >>> 28
          words[row] = kind
        } else {
          if (after !== id) break
          const pfn = base >>> shift
          if (kind === AllocationKind.KMALLOC) {
            if ((base & (pageSize - 1)) + size > pageSize || unwritten[pfn] !== Bytes.UNWRITTEN) break
            words[row] = kind
          } else {
            if (kind !== AllocationKind.CACHE_OBJECT || (fits & CACHE_ALLOC) === 0) break
            words[row] = kind | ((ops[(i + 3 * opStride) | 0] + 1) << ORDER_SHIFT)
          }
          words[row | Word.SLAB] = holders[pfn]
        }
        words[row | Word.BASE] = base
        words[row | Word.SIZE] = size
        words[row | Word.BORN] = step
        nextId = (nextId + 1) | 0
        made = more
      } else {
        if (does !== Does.FREE || id === 0 || id >= nextId || flags[i] !== Flag.LAST) break
        const head = words[row]
        const a = ops[(i + 3 * opStride) | 0]
        if ((head & ANY_MARK) !== 0 || ((fits >>> FITS_SHIFT) & (1 << (head & 0xff))) === 0) break
        if (isPage) {
          const base = words[row | Word.BASE]
          const isPlain = (fits & PAGE_FREE) !== 0 && a === head >>> ORDER_SHIFT && base === deltas[at]
          if (!isPlain || ops[(i + 2 * opStride) | 0] !== base || (before & MAX_ALLOCATION) !== id) break
          if ((after & MAX_ALLOCATION) !== 0 || after >>> 28 === FrameKind.SLAB) break
          holders[base] = 0
          frameKinds[base] = after >>> 28
        } else {
          if ((fits & PAGE_FREE) !== 0 || a !== 0 || hasMappedSlabs || before !== id || after !== 0) break
          if (op === Op.kmem_cache_free && ops[(i + 4 * opStride) | 0] + 1 !== head >>> ORDER_SHIFT) break
        }
        words[row] = head | FREED
        words[row | Word.FREED] = step
      }
      delta = end
    }
    table.lastId = (nextId - 1) | 0
    return i
  }
}
