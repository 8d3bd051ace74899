/**
 * Rows of hot loops, folded as the ledger's general loop would: one task's plain allocations and frees of single pages
 * and slab objects, and accesses. All that they do to the shadow is spelled out here, without a call: it is the judge's
 * most expensive loop. Any other row is left to the ledger.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { ViewsOfChunk, type TraceChunk } from '../trace/chunk.ts'
import { Field, LAST_FIELD, MAX_ALLOCATION } from '../trace/fields.ts'
import { Flag, Op } from '../trace/ops.ts'
import { Mark, MARK_SHIFT, ORDER_SHIFT, ROW_SHIFT, Word, WORDS, type AllocationTable } from './allocation-table.ts'
import { CACHE_ALLOC, COMMON, Does, DOES_BITS, FITS_SHIFT, FRAME_BASED, PAGE_FREE } from './common-kinds.ts'
import type { FrameShadow } from './common-kinds.ts'
import { DeltaScan, Wanted } from './delta-scan.ts'
import { hasFrameBase } from './op-classes.ts'

/** Deltas that are left to the ledger: entries of user page tables, counters of a context. */
const RARE = new Uint8Array(LAST_FIELD + 1)
for (let field = Field.DMA_ADDRESS + 1; field <= LAST_FIELD; field++) RARE[field] = Wanted.YES

/** `Mark.FREED` in a row's first word, and all marks. */
const FREED = 0x100
const MARKS = 0xff00
const RIGHTS = Mark.RIGHTS << MARK_SHIFT

export class CommonRows {
  private readonly rare = new DeltaScan(RARE)
  private readonly views = new ViewsOfChunk()

  constructor(
    private readonly table: AllocationTable,
    private readonly frames: FrameShadow,
  ) {}

  /**
   * Folds rows of [from, to) and returns the first that it did not. The task of the first row may sleep, and nothing
   * waits for a lookup or a shrinker. `hasMappedSlabs`: while kmap rights are in force on slab pages, freeing an object
   * is no common row.
   */
  fold(chunk: TraceChunk, from: number, to: number, hasMappedSlabs: boolean): number {
    const views = this.views.of(chunk)
    if (views === null) return from
    // V8 forgets at each turn of a loop what it knows of an array: few arrays, and no loop inside for the usual row.
    const { ops, halves, deltas, allocations, opStride, deltaStride, allocationStride, halfStride } = views
    const { flags, deltaEnd } = chunk.ops
    const { field } = chunk.deltas
    const { kind: kinds } = chunk.allocations
    const { firstStep, firstAllocation, allocationCount } = chunk
    const { holders, frameKinds, shift } = this.frames
    const frames = frameKinds.length
    const { table } = this
    const words = table.reserve(to - from)
    const pageSize = 1 << shift
    const by = halves[halfStride + from]
    let delta = from === 0 ? 0 : deltaEnd[from - 1]
    const rare = this.rare.next(chunk.deltas, delta, deltaEnd[to - 1])
    let { lastId } = table
    let i = from
    for (; i < to; i++) {
      const op = halves[i]
      const fits = COMMON[op]
      const common = fits & DOES_BITS
      const id = ops[(i + opStride) | 0]
      const a = ops[(i + 3 * opStride) | 0]
      const end = ops[(i + 5 * opStride) | 0]
      const flag = flags[i]
      if (common === Does.NO || halves[(i + halfStride) | 0] !== by || end > rare) break
      const step = (firstStep + i) | 0
      const row = id << ROW_SHIFT
      if (common === Does.ALLOC) {
        const made = (id - firstAllocation) | 0
        const more = (made + 1) | 0
        // One new allocation, and it is the row's.
        if (flag !== 0 || id !== ((lastId + 1) | 0) || made >= allocationCount) break
        if (more < allocationCount && allocations[more] <= step) break
        const what = kinds[made]
        const size = allocations[(made + 2 * allocationStride) | 0]
        let head: number = what
        if (what === AllocationKind.PAGES) {
          if (size !== pageSize) break
        } else if (what !== AllocationKind.KMALLOC) {
          if (what !== AllocationKind.CACHE_OBJECT || (fits & CACHE_ALLOC) === 0) break
          head = what | ((a + 1) << ORDER_SHIFT)
        }
        lastId = id
        words[row] = head
        words[row | Word.BASE] = allocations[(made + allocationStride) | 0]
        words[row | Word.SIZE] = size
        words[row | Word.BORN] = step
      } else {
        if (id === 0 || id > lastId) break
        const head = words[row]
        if (common === Does.FREE) {
          if (flag !== Flag.LAST || (head & MARKS) !== 0) break
          if (((fits >>> FITS_SHIFT) & (1 << (head & 0xff))) === 0) break
          if ((fits & PAGE_FREE) !== 0) {
            if (ops[(i + 2 * opStride) | 0] !== words[row | Word.BASE] || a !== head >>> ORDER_SHIFT) break
          } else {
            if (a !== 0 || hasMappedSlabs) break
            if (op === Op.kmem_cache_free && ops[(i + 4 * opStride) | 0] + 1 !== head >>> ORDER_SHIFT) break
          }
        } else {
          const b = ops[(i + 4 * opStride) | 0]
          if ((head & MARKS & ~RIGHTS) !== 0 || (head & 0xff) === AllocationKind.SLAB) break
          if ((flag & ~Flag.VMALLOC) !== 0 || b < 0 || b + a > words[row | Word.SIZE] >>> 0) break
          delta = end // Bytes only.
          continue
        }
      }
      let rest = delta
      delta = end
      // A page: its use and its count, in either order. An object: its owner.
      if (rest < end && field[rest] === Field.REFCOUNT) rest++
      if (rest < end && field[rest] === Field.OBJECT) {
        if (deltas[(rest + 2 * deltaStride) | 0] === 0) {
          const left = deltas[(rest + deltaStride) | 0] << ROW_SHIFT
          const head = words[left]
          if (left !== 0 && (head & FREED) === 0) {
            words[left] = head | FREED
            words[left | Word.FREED] = step
          }
        }
        rest++
      } else if (rest < end && field[rest] === Field.USE) {
        const pfn = deltas[rest]
        const before = deltas[(rest + deltaStride) | 0] & MAX_ALLOCATION
        const use = deltas[(rest + 2 * deltaStride) | 0]
        const after = use & MAX_ALLOCATION
        holders[pfn] = after
        frameKinds[pfn] = use >>> 28
        if (after !== 0) holders[(pfn + frames) | 0] = after
        if (before !== 0 && before !== after) {
          // A frame left an allocation: if it was the first one, the memory went back.
          const left = before << ROW_SHIFT
          const head = words[left]
          const isGone = (head & FREED) === 0 && ((FRAME_BASED >>> (head & 0xff)) & 1) === 1
          if (isGone && words[left | Word.BASE] === pfn) {
            words[left] = head | FREED
            words[left | Word.FREED] = step
          }
        }
        rest++
        if (rest < end && field[rest] === Field.REFCOUNT) rest++
      }
      if (rest < end) this.more(chunk, rest, end, step)
      if (common === Does.ALLOC && (words[row] & 0xff) !== AllocationKind.PAGES)
        words[row | Word.SLAB] = holders[words[row | Word.BASE] >>> shift]
    }
    table.lastId = lastId
    return i
  }

  /** What deltas [from, to) of a row do to the shadow: those that a usual row has not. */
  private more({ deltas }: TraceChunk, from: number, to: number, step: number): void {
    const { field, index, old, new: next } = deltas
    const { holders, frameKinds } = this.frames
    const { words } = this.table
    for (let d = from; d < to; d++) {
      const what = field[d]
      let gone = 0
      if (what === Field.USE) {
        const pfn = index[d]
        const before = old[d] & MAX_ALLOCATION
        const after = next[d] & MAX_ALLOCATION
        holders[pfn] = after
        frameKinds[pfn] = next[d] >>> 28
        if (after !== 0) holders[pfn + frameKinds.length] = after
        const left = before * WORDS
        if (before !== after && words[left + Word.BASE] === pfn && hasFrameBase(words[left] & 0xff)) gone = before
      } else if (what === Field.OBJECT && next[d] === 0) gone = old[d]
      if (gone === 0 || (words[gone * WORDS] & FREED) !== 0) continue
      words[gone * WORDS] |= FREED
      words[gone * WORDS + Word.FREED] = step
    }
  }
}
