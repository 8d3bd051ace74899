/**
 * Invariants of a running machine. After each step only what the step touched is looked at: the frames that its deltas
 * name. A full scan looks at everything.
 */
import { invariant } from '../../src-core/base/assert.ts'
import type { Kernel } from '../../src-core/mm/kernel.ts'
import { checkInvariants } from '../../src-core/mm/invariants.ts'
import { ZERO_PFN } from '../../src-core/mm/user-map.ts'
import type { Surface } from '../../src-core/surface/surface.ts'
import { Field, FrameKind } from '../../src-core/trace/fields.ts'
import type { TraceChunk } from '../../src-core/trace/chunk.ts'

const FRAME_FIELDS: readonly number[] = [
  Field.REFCOUNT,
  Field.MAPCOUNT,
  Field.USE,
  Field.FLAGS,
  Field.ORDER,
  Field.HEAD,
  Field.SLAB,
  Field.MAPPING,
]
const IS_FRAME_FIELD = new Uint8Array(256)
for (const field of FRAME_FIELDS) IS_FRAME_FIELD[field] = 1

export class Watch {
  private chunk: TraceChunk | undefined
  private at = 0
  private calls = 0
  private readonly touched = new Set<number>()
  private readonly written: number[] = []

  constructor(
    private readonly kernel: Kernel,
    private readonly surface: Surface,
    private readonly fullEvery: number,
  ) {}

  /** The trace goes on in a new chunk; what the old one has left is looked at with it. */
  opened(chunk: TraceChunk): void {
    if (this.chunk !== undefined) this.read(this.chunk)
    this.chunk = chunk
    this.at = 0
  }

  private read(chunk: TraceChunk): void {
    const { field, index } = chunk.deltas
    const lengths = chunk.deltas.new
    let { at } = this
    for (; at < field.length && field[at] !== 0; at++) {
      const kind = field[at]!
      if (IS_FRAME_FIELD[kind] === 1) this.touched.add(index[at]!)
      else if (kind === Field.BYTES || kind === Field.FILL) this.written.push(index[at]!, lengths[at]!)
    }
    this.at = at
  }

  /** After a call of the program. */
  step(): void {
    if (this.chunk !== undefined) this.read(this.chunk)
    for (const pfn of this.touched) this.frame(pfn)
    this.bytes()
    this.touched.clear()
    if (++this.calls % this.fullEvery === 0) this.full()
  }

  /** Bytes of a free frame stay as they are: who writes there has no right to. */
  private bytes(): void {
    const { frames, info } = this.kernel
    const { written } = this
    for (let i = 0; i < written.length; i += 2) {
      const first = written[i]! >>> 0
      const pfn = Math.floor(first / 2 ** info.pageShift)
      const kind = frames.kindOf(pfn)
      if (kind !== FrameKind.BUDDY && kind !== FrameKind.PCP) continue
      invariant(this.touched.has(pfn), `bytes at ${first} of free frame ${pfn} changed`)
    }
    written.length = 0
  }

  private frame(pfn: number): void {
    const { frames } = this.kernel
    if (!frames.valid(pfn)) return
    const kind = frames.kindOf(pfn)
    const count = frames.refcount[pfn]!
    if (kind === FrameKind.BUDDY || kind === FrameKind.PCP) {
      // One look first: the words are made only when they are needed.
      const rest = count | frames.mapcount[pfn]! | frames.allocationOf(pfn) | frames.mapping[pfn]! | frames.head[pfn]!
      if (rest !== 0) {
        invariant(count === 0, `free frame ${pfn} has a count of ${count}`)
        invariant(frames.mapcount[pfn] === 0, `free frame ${pfn} is mapped`)
        invariant(frames.allocationOf(pfn) === 0, `free frame ${pfn} names an allocation`)
        invariant(frames.mapping[pfn] === 0, `free frame ${pfn} has a mapping`)
        invariant(false, `free frame ${pfn} is a tail`)
      }
      if (frames.isBuddy(pfn) && frames.order[pfn]! > 0) {
        const order = frames.order[pfn]! - 1
        invariant(pfn % 2 ** order === 0, `buddy block ${pfn} of order ${order} is not aligned`)
        invariant(frames.list[pfn] !== 0, `buddy block ${pfn} is on no list`)
      }
      return
    }
    if (count < 0) invariant(false, `frame ${pfn} has a count of ${count}`)
    if (frames.mapcount[pfn]! < 0) invariant(false, `frame ${pfn} is mapped ${frames.mapcount[pfn]} times`)
    const head = frames.head[pfn]!
    if (head !== 0) {
      const order = frames.compoundOrder(head - 1)
      invariant(order > 0 && pfn < head - 1 + 2 ** order, `tail ${pfn} points at ${head - 1}, which has no such tail`)
      invariant(count === 0, `tail ${pfn} has a count of ${count}`)
    }
    const counted = frames.refcount[frames.headOf(pfn)]!
    if (frames.mapcount[pfn]! > 0 && kind !== FrameKind.RESERVED)
      invariant(
        counted >= frames.mapcount[pfn]!,
        `frame ${pfn}: ${counted} references, ${frames.mapcount[pfn]} mappings`,
      )
  }

  /** Everything: lists, slabs, and every entry of every page table. */
  full(): void {
    checkInvariants(this.kernel)
    this.entries()
  }

  private entries(): void {
    const { frames } = this.kernel
    const { map } = this.surface.users
    const counted = new Map<number, number>()
    for (const mm of map.spaces) {
      for (const address of mm.rights.keys()) {
        const pte = mm.table.get(address)
        invariant(pte !== null, `address ${address} of space ${mm.id} has a right and no entry`)
        if (!frames.valid(pte.pfn) || pte.pfn === ZERO_PFN) continue
        const kind = frames.kindOf(pte.pfn)
        invariant(
          kind !== FrameKind.BUDDY && kind !== FrameKind.PCP,
          `an entry at ${address} maps free frame ${pte.pfn}`,
        )
        if (!pte.special) counted.set(pte.pfn, (counted.get(pte.pfn) ?? 0) + 1)
      }
    }
    for (let pfn = 0; pfn < frames.count; pfn++) {
      if (frames.kindOf(pfn) === FrameKind.SLAB || frames.slab[pfn] !== 0) continue
      const entries = counted.get(pfn) ?? 0
      if (frames.mapcount[pfn] === entries) continue
      invariant(false, `frame ${pfn}: mapcount ${frames.mapcount[pfn]}, ${entries} entries`)
    }
  }
}
