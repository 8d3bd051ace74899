/** Who occupies which memory in the present execution, as the deltas of the trace tell, and how to name it. */
import type { Frames } from '../machine/frames.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field, FrameKind, MAX_ALLOCATION } from '../trace/fields.ts'
import { EVERYTHING, keyOf, Thing, Way, type Event } from './event.ts'
import type { Names } from './names.ts'

export class Occupants {
  /** By frame: the allocation that occupied it last, as far as this execution changed it. */
  readonly byFrame = new Map<number, number>()
  /** By address in units of eight bytes: the object that lay there last. */
  readonly objects = new Map<number, number>()
  /** By allocation: its first frame. */
  readonly firstFrame = new Map<number, number>()
  /** Allocations that were freed. */
  readonly dead = new Set<number>()
  /** Allocations that took the place of others: of frames, of objects. */
  readonly successors = new Set<number>()
  /** A frame was freed to which mappings lead still. */
  dangling = false

  constructor(
    private readonly names: Names,
    private readonly frames: Frames,
  ) {}

  /** Before an execution. */
  reset(): void {
    if (this.byFrame.size > 0) {
      this.byFrame.clear()
      this.firstFrame.clear()
    }
    if (this.objects.size > 0) this.objects.clear()
    if (this.dead.size > 0) this.dead.clear()
    if (this.successors.size > 0) this.successors.clear()
    this.dangling = false
  }

  /** Name of the memory that a frame belongs to, or belonged to last. */
  frame(pfn: number): number {
    return this.names.memory(this.byFrame.get(pfn) ?? 0, pfn)
  }

  /** Name of the memory of a row about a frame. */
  rowName(allocation: number, subject: number): number {
    if (allocation !== 0) return this.names.memory(allocation, 0)
    return this.names.memory(this.byFrame.get(subject) ?? 0, subject)
  }

  /** Who occupies what from now on. An allocation that reuses memory touches what was there before. */
  occupy(chunk: TraceChunk, from: number, to: number, event: Event | null): void {
    const { deltaEnd } = chunk.ops
    const end = to === 0 ? 0 : deltaEnd[to - 1]!
    const { field, index, old, new: next } = chunk.deltas
    for (let d = from === 0 ? 0 : deltaEnd[from - 1]!; d < end; d++) {
      const what = field[d]!
      if (what === Field.USE) {
        const id = next[d]! & MAX_ALLOCATION
        const pfn = index[d]!
        if (id === 0) {
          if (isFree(next[d]!)) this.freed(pfn, old[d]! & MAX_ALLOCATION)
          continue
        }
        const before = this.byFrame.get(pfn)
        if (before === id) continue
        this.byFrame.set(pfn, id)
        const first = this.firstFrame.get(id)
        if (first === undefined || pfn < first) this.firstFrame.set(id, pfn)
        if (before !== undefined) this.reuse(event, before, id)
      } else if (what === Field.OBJECT) {
        const id = next[d]!
        if (id === 0) {
          this.dead.add(old[d]!)
          continue
        }
        const before = this.objects.get(index[d]!)
        this.objects.set(index[d]!, id)
        if (before !== undefined && before !== id) this.reuse(event, before, id)
      }
    }
  }

  /** A frame went back to its allocator. What is left of a block that was cut is as alive as its first frame. */
  private freed(pfn: number, id: number): void {
    if (id === 0) return
    if ((this.firstFrame.get(id) ?? pfn) === pfn) this.dead.add(id)
    if (this.frames.rights[pfn]! > 0) this.dangling = true
  }

  /**
   * Memory has a new occupant: whoever reaches the place without a right meets one or the other. Which of several
   * allocations takes it makes no difference to them: frames are names, so these changes commute.
   */
  private reuse(event: Event | null, before: number, after: number): void {
    this.successors.add(after)
    if (event === null) return
    for (const id of [before, after]) {
      const name = this.names.memory(id, 0)
      const way = id === before ? Way.SHARED : Way.WRITE
      event.touch(keyOf(Thing.FRAME, name), 0, EVERYTHING, way)
      event.touch(keyOf(Thing.BYTES, name), 0, EVERYTHING, way)
      event.touch(keyOf(Thing.PLACE, name), 0, 1, way)
    }
    event.unsure = true
  }
}

/** True if a frame of this use belongs to nobody. */
export function isFree(use: number): boolean {
  const kind = use >>> 28
  return kind === FrameKind.BUDDY || kind === FrameKind.PCP
}
