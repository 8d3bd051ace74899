/**
 * Rule over bytes that are used before anybody wrote them (KMSAN; SURFACE §8): read into a value that the program uses,
 * compared, or copied to user space. It folds the trace beside the ledger.
 *
 * Simplified: copying inside the kernel initialises the destination; memory that a device or a user program was given
 * counts as written; an object of a cache that was used before counts as written by its last user.
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { ViewsOfChunk, type TraceChunk } from '../../trace/chunk.ts'
import { Field, FrameKind } from '../../trace/fields.ts'
import { Family, Flag, NO_SUBJECT, Op, OP_FAMILY } from '../../trace/ops.ts'
import type { MachineInfo } from '../../trace/record.ts'
import type { AllocationTable } from '../allocation-table.ts'
import { DeltaScan, Wanted } from '../delta-scan.ts'
import { hasFrameBase, isSlabObject } from '../op-classes.ts'
import type { Scene } from '../scene.ts'
import { GFP_ZERO, IN_ALLOC, IN_OTHERS, MEANING, Means, TELLING } from '../telling.ts'
import { Bytes, UnwrittenBytes } from '../unwritten-bytes.ts'
import type { Pending } from './races.ts'

/** Longest plain read of one value. */
const VALUE = 8

export class Uninitialised {
  /** Bytes that nobody wrote since they were allocated. */
  private readonly unwritten: UnwrittenBytes
  private readonly telling = new DeltaScan(TELLING)
  private readonly told = new Set<number>()
  private readonly views = new ViewsOfChunk()
  private readonly pageSize: number
  private readonly shift: number
  /** Frames of each live allocation of vmalloc space, and of the one that a step is making (negative). */
  private readonly areas = new Map<number, number[]>()

  /** `older`: the allocations of earlier batches. */
  constructor(
    machine: MachineInfo,
    private readonly older: AllocationTable,
  ) {
    this.pageSize = 2 ** machine.pageShift
    this.shift = machine.pageShift
    this.unwritten = new UnwrittenBytes(machine.frames, this.pageSize)
  }

  /** `Bytes` by frame if allocations and frees say nothing new where nobody wrote yet anyway; null if they may. */
  get quietFrames(): Uint8Array | null {
    return this.areas.size === 0 ? this.unwritten.states : null
  }

  /** Folds rows [from, to) of a chunk; returns what there is to tell, in the order of the run. */
  feed(chunk: TraceChunk, from: number, to: number): readonly Pending[] {
    const { kind, allocation, subject, a, b, flags, deltaEnd } = chunk.ops
    const { kind: kinds, base, size } = chunk.allocations
    const last = to === 0 ? 0 : deltaEnd[to - 1]
    let telling = -1
    const { areas, unwritten, pageSize } = this
    const out: Pending[] = []
    let end = from === 0 ? 0 : deltaEnd[from - 1]
    for (let i = from; i < to; i++) {
      if (isQuiet(kind[i])) {
        if (telling < end) telling = this.telling.next(chunk.deltas, end, last)
        const next = telling < last ? i : this.quiet(chunk, i, to)
        if (next === to) break
        if (next !== i) end = deltaEnd[next - 1]
        i = next
      }
      const first = end
      end = deltaEnd[i]
      const means = MEANING[kind[i]]
      if (means === Means.DIRTY || means === Means.CLEAN) {
        if (telling < first) telling = this.telling.next(chunk.deltas, first, last)
        if (telling < end && this.tells(chunk, first, end, IN_ALLOC)) this.deltas(chunk, i, true)
        const at = allocation[i] - chunk.firstAllocation
        if ((flags[i] & Flag.FAILED) !== 0 || at < 0 || at >= chunk.allocationCount) continue
        const what = kinds[at]
        const isUnwritten = means === Means.DIRTY && (b[i] & GFP_ZERO) === 0
        if (what === AllocationKind.PAGES && size[at] === pageSize) unwritten.setIn(base[at], 0, pageSize, isUnwritten)
        else if (what === AllocationKind.KMALLOC) unwritten.set(base[at], size[at], isUnwritten)
        else this.allocated(chunk, i)
      } else if (means === Means.READ) {
        if (this.unwritten.frames > 0 && this.reads(chunk, i)) {
          const [step, id, end] = [chunk.firstStep + i, allocation[i], b[i] + a[i]]
          if (this.told.has(id) || b[i] < 0) continue
          this.told.add(id)
          out.push({ step, tell: (scene) => usedUninitialised(scene, step, id, end) })
        }
      } else if (means === Means.WRITE) {
        if (this.unwritten.frames > 0 && (flags[i] & Flag.FAULT) === 0)
          this.writes(chunk, allocation[i], subject[i], a[i])
      } else if (means !== Means.NOTHING && unwritten.frames !== 0) {
        if (means === Means.GIVEN) this.given(chunk, allocation[i])
        else if (means === Means.FREE && areas.size > 0) areas.delete(allocation[i])
        if (telling < first) telling = this.telling.next(chunk.deltas, first, last)
        if (telling < end && this.tells(chunk, first, end, IN_OTHERS)) this.deltas(chunk, i, false)
      }
    }
    return out
  }

  /**
   * Passes over rows from `from` on that say nothing new, as those of a hot loop: single pages and small objects where
   * nobody wrote yet anyway. None of the rows before `to` has a delta that says something. Returns the first that it
   * does not know.
   */
  private quiet(chunk: TraceChunk, from: number, to: number): number {
    const views = this.views.of(chunk)
    if (views === null) return from
    const { ops, halves, allocations, opStride, allocationStride } = views
    const { kind: kinds } = chunk.allocations
    const { firstAllocation, allocationCount } = chunk
    const { pageSize, shift } = this
    const { states } = this.unwritten
    const frees = this.areas.size === 0 ? Means.FREE : Means.NOTHING
    let i = from
    for (; i < to; i++) {
      const means = MEANING[halves[i]]
      if (means === Means.NOTHING || means === frees) continue
      if (means !== Means.DIRTY) break
      const made = (ops[(i + opStride) | 0] - firstAllocation) | 0
      if (made < 0 || made >= allocationCount || (ops[(i + 4 * opStride) | 0] & GFP_ZERO) !== 0) break
      const base = allocations[(made + allocationStride) | 0]
      const size = allocations[(made + 2 * allocationStride) | 0]
      let pfn = base
      if (kinds[made] === AllocationKind.PAGES) {
        if (size !== pageSize) break
      } else {
        if (kinds[made] !== AllocationKind.KMALLOC || (base & (pageSize - 1)) + size > pageSize) break
        pfn = base >>> shift
      }
      if (states[pfn] !== Bytes.UNWRITTEN) break
    }
    return i
  }

  /** True if one of the deltas [from, to) says something, by a table of `Wanted`. */
  private tells({ deltas }: TraceChunk, from: number, to: number, wanted: Uint8Array): boolean {
    const { field, new: next } = deltas
    for (let d = from; d < to; d++) {
      const want = wanted[field[d]]
      if (want === Wanted.YES || (want === Wanted.SLAB && next[d] >>> 28 === FrameKind.SLAB)) return true
    }
    return false
  }

  /** A row made memory other than a single page or a kmalloc object. */
  private allocated(chunk: TraceChunk, i: number): void {
    const { kind, allocation, b } = chunk.ops
    const op = kind[i]
    const id = allocation[i]
    const at = id - chunk.firstAllocation
    const { kind: kinds, base, size } = chunk.allocations
    const what = kinds[at]
    const zeroed = MEANING[op] !== Means.DIRTY || (b[i] & GFP_ZERO) !== 0
    if (what === AllocationKind.VMALLOC) {
      const making = -(chunk.firstStep + i)
      const area = this.areas.get(making) ?? []
      this.areas.delete(making)
      this.areas.set(id, area)
      for (const pfn of area) this.set(pfn * this.pageSize, this.pageSize, !zeroed)
      return
    }
    if (what === AllocationKind.CACHE_OBJECT) {
      if (zeroed) this.set(base[at], size[at], false)
      return
    }
    const isBlock =
      what === AllocationKind.PAGES ||
      what === AllocationKind.COMPOUND ||
      what === AllocationKind.LARGE_KMALLOC ||
      what === AllocationKind.COHERENT
    if (isBlock) this.set(base[at] * this.pageSize, size[at], !zeroed)
  }

  /** Bytes that a row wrote, frames that became a slab, pages of a new area. */
  private deltas(chunk: TraceChunk, i: number, isAlloc: boolean): void {
    const { field, index, new: next } = chunk.deltas
    const { deltaEnd } = chunk.ops
    for (let d = i === 0 ? 0 : deltaEnd[i - 1]; d < deltaEnd[i]; d++) {
      const what = field[d]
      if (what === Field.USE) {
        if (next[d] >>> 28 === FrameKind.SLAB) this.set(index[d] * this.pageSize, this.pageSize, true)
      } else if (what === Field.VMAP && isAlloc && next[d] !== 0) {
        const making = -(chunk.firstStep + i)
        const area = this.areas.get(making)
        if (area === undefined) this.areas.set(making, [next[d] - 1])
        else area.push(next[d] - 1)
      } else if (what === Field.SG_ADDRESS && next[d] !== 0) {
        this.set(next[d] - (next[d] % this.pageSize), this.pageSize, false)
      } else if (!isAlloc && (what === Field.BYTES || what === Field.FILL)) this.set(index[d], next[d], false)
    }
  }

  /** Memory that somebody else may write from now on. */
  private given(chunk: TraceChunk, id: number): void {
    if (id === 0) return
    const at = id - chunk.firstAllocation
    const isNew = at >= 0 && at < chunk.allocationCount
    const kind = isNew ? chunk.allocations.kind[at] : this.older.kind(id)
    const base = isNew ? chunk.allocations.base[at] : this.older.base(id)
    const size = isNew ? chunk.allocations.size[at] : this.older.size(id)
    if (hasFrameBase(kind)) this.set(base * this.pageSize, size, false)
    else if (isSlabObject(kind)) this.set(base, size, false)
    for (const pfn of this.areas.get(id) ?? []) this.set(pfn * this.pageSize, this.pageSize, false)
  }

  private writes(chunk: TraceChunk, id: number, phys: number, size: number): void {
    if (phys === NO_SUBJECT) return
    // Neighbouring pages of an area lie anywhere.
    if ((phys % this.pageSize) + size > this.pageSize && this.areas.has(id)) this.given(chunk, id)
    else this.set(phys, size, false)
  }

  /** True if the row uses bytes that nobody wrote. */
  private reads(chunk: TraceChunk, i: number): boolean {
    const { kind, allocation, subject, a, flags, site } = chunk.ops
    const op = kind[i]
    if (allocation[i] === 0 || subject[i] === NO_SUBJECT || (flags[i] & (Flag.FAULT | Flag.NULL)) !== 0) return false
    if (op === Op.read) {
      // The source of a copy: the next row of the same call is its destination.
      const copies = i + 1 < chunk.opCount && kind[i + 1] !== Op.read && site[i + 1] === site[i] && isCopy(kind[i + 1])
      if (copies || a[i] > VALUE) return false
    } else if (op !== Op.copy_to_user && op !== Op.memcmp) return false
    const size = Math.min(a[i], this.pageSize - (subject[i] % this.pageSize))
    return this.unwritten.some(subject[i], size)
  }

  private set(phys: number, size: number, unwritten: boolean): void {
    this.unwritten.set(phys, size, unwritten)
  }
}

/** True if a row of this kind may say nothing new. */
function isQuiet(op: number): boolean {
  const means = MEANING[op]
  return means === Means.DIRTY || means === Means.FREE || means === Means.NOTHING
}

function isCopy(op: number): boolean {
  return OP_FAMILY[op] === Family.WRITE && op !== Op.write && op !== Op.memset
}

function usedUninitialised(scene: Scene, step: number, id: number, end: number): void {
  const { ledger, names, story, desk } = scene
  const { steps } = ledger
  const site = steps.site(step)
  const op = steps.op(step)
  // What lies past the end of an object is another mistake.
  const table = ledger.allocations
  if (end > table.size(id) || table.freedAt(id) !== 0 || desk.blameFor(id) !== null) return
  // A value that nobody uses is no use: KMSAN speaks at the use too.
  if (op === Op.read && names.site(site)?.unused === true) return
  const leak = op === Op.copy_to_user
  const call = names.call(site, op)
  desk.raise({
    code: 'uninitialised-read',
    // Pages are raw buffers more often than not: reading one early is worth knowing, and no more.
    severity: leak || isSlabObject(ledger.allocations.kind(id)) ? 'error' : 'note',
    step,
    allocation: id,
    message: leak
      ? `${call} gives bytes of ${names.described(id)} to a user program that nobody wrote: what the last owner ` +
        `left there`
      : `${call} uses bytes of ${names.described(id)} that nobody wrote`,
    story: [story.allocated(id), { role: 'used', step, text: `${call}, by ${story.task(steps.task(step))}` }],
    fix: 'write them first, or allocate zeroed memory (kzalloc, __GFP_ZERO)',
    kernel: leak
      ? 'BUG: KMSAN: kernel-infoleak in _copy_to_user'
      : `BUG: KMSAN: uninit-value in ${names.within(site, story.task(steps.task(step)))}`,
  })
}
