/**
 * The machine's state at any step of a run: columns that deltas move forwards and backwards.
 *
 * A seek starts from the nearest of three states (where the cursor stands, the keyframe before, the keyframe after)
 * and applies the deltas between. Keyframes are made on the first way forward, one every `KEYFRAME_DELTAS` deltas,
 * and keep only the blocks that changed (state-column.ts). When they hold much, later ones stand further apart.
 */
import type { TraceChunk } from './chunk.ts'
import { Field, LAST_FIELD } from './fields.ts'
import { bootBlocks } from './boot-blocks.ts'
import { BLOCK_SIZE, column32, column8, type StateColumn } from './state-column.ts'
import type { MachineInfo } from './record.ts'
import type { TraceStore } from './store.ts'

const KEYFRAME_DELTAS = 8192
/** What a delta behind a keyframe costs, in deltas: the block that it changes may have to be put back first. */
const RESTORED_COST = 3
/** Bytes that keyframes may hold before the distance between them is doubled. */
const HELD_BYTES = 64 << 20
const FIELDS = LAST_FIELD + 1

interface Keyframe {
  readonly step: number
  /** Deltas of the whole trace before it. */
  readonly delta: number
}

export class Cursor {
  /** Last step whose effects the columns show; 0 = the state at boot. */
  step = 0
  private delta = 0
  /** By `Field`. BYTES and FILL stand for the same memory, which `memory` holds. */
  private readonly columns: StateColumn<Uint32Array>[]
  private readonly memory: StateColumn<Uint8Array>
  private readonly bootBytes: (block: number) => Uint8Array
  /** The first is the state at boot. */
  private readonly keyframes: Keyframe[] = [{ step: 0, delta: 0 }]
  private interval: number
  private allowed = HELD_BYTES
  /** Deltas before each chunk. */
  private readonly before: number[] = [0]

  /** A cursor at step 0. `interval` is the number of deltas between keyframes, for tests. */
  constructor(
    private readonly store: TraceStore,
    info: MachineInfo,
    interval = KEYFRAME_DELTAS,
  ) {
    const boot = bootBlocks(info)
    this.columns = Array.from({ length: FIELDS }, () => column32())
    this.columns[Field.USE] = column32(boot.use)
    this.columns[Field.REFCOUNT] = column32(boot.refcount)
    this.columns[Field.FLAGS] = column32(boot.flags)
    this.columns[Field.ORDER] = column32(boot.order)
    this.memory = column8(boot.bytes)
    this.bootBytes = boot.bytes
    this.interval = interval
  }

  /** Moves to the state after `step` operations, cut to what the store has. Returns the step reached. */
  seek(step: number): number {
    const target = Math.max(0, Math.min(step, this.store.steps))
    if (target === this.step) return target
    const delta = this.deltasBefore(target + 1)
    const index = this.keyframeBefore(delta)
    let best = -1
    let cost = Math.abs(delta - this.delta)
    for (let i = index; i <= index + 1 && i < this.keyframes.length; i++) {
      const price = Math.abs(delta - this.keyframes[i]!.delta) * RESTORED_COST
      if (price >= cost) continue
      best = i
      cost = price
    }
    if (best >= 0) this.restore(best)
    if (target > this.step) this.forward(target)
    else this.backward(target, delta)
    return target
  }

  refcount(pfn: number): number {
    return this.columns[Field.REFCOUNT]!.get(pfn) | 0
  }
  /** `_mapcount + 1`. */
  mapcount(pfn: number): number {
    return this.columns[Field.MAPCOUNT]!.get(pfn) | 0
  }
  /** `packUse` value. */
  use(pfn: number): number {
    return this.columns[Field.USE]!.get(pfn)
  }
  flags(pfn: number): number {
    return this.columns[Field.FLAGS]!.get(pfn)
  }
  /** Order + 1; 0 = none stored. */
  order(pfn: number): number {
    return this.columns[Field.ORDER]!.get(pfn)
  }
  /** pfn + 1 of the compound head; 0 = not a tail. */
  head(pfn: number): number {
    return this.columns[Field.HEAD]!.get(pfn)
  }
  /** Cache id + 1 of the slab that starts here; 0 = none. */
  slab(pfn: number): number {
    return this.columns[Field.SLAB]!.get(pfn)
  }
  /** Rights other than references. */
  rights(pfn: number): number {
    return this.columns[Field.RIGHTS]!.get(pfn) | 0
  }
  /** `page->private`. */
  private(pfn: number): bigint {
    return wordOf(this.columns[Field.PRIVATE_HIGH]!.get(pfn), this.columns[Field.PRIVATE]!.get(pfn))
  }
  /** `page->mapping`. */
  mapping(pfn: number): bigint {
    return wordOf(this.columns[Field.MAPPING_HIGH]!.get(pfn), this.columns[Field.MAPPING]!.get(pfn))
  }
  pincount(pfn: number): number {
    return this.columns[Field.PINCOUNT]!.get(pfn) | 0
  }
  /** Allocation that occupies the slab object at a physical address; 0 = on a freelist. */
  object(address: number): number {
    return this.columns[Field.OBJECT]!.get(Math.floor(address / 8))
  }
  /** pfn + 1 that a page of vmalloc space maps; 0 = unmapped. */
  vmap(page: number): number {
    return this.columns[Field.VMAP]!.get(page)
  }
  /** Value of a field that has no reader of its own: entries of scatterlists, of page tables. */
  value(field: Field, index: number): number {
    return this.columns[field]!.get(index)
  }
  /** `TaskState`. */
  task(id: number): number {
    return this.columns[Field.TASK]!.get(id)
  }

  /** True if a step seen so far changed use, counts or rights of a frame of this frame's block (BLOCK_SIZE). */
  touchedFrames(pfn: number): boolean {
    const { columns } = this
    return (
      columns[Field.USE].written(pfn) ||
      columns[Field.REFCOUNT].written(pfn) ||
      columns[Field.RIGHTS].written(pfn) ||
      columns[Field.MAPCOUNT].written(pfn)
    )
  }

  /**
   * Blocks (BLOCK_SIZE) of a column that a step seen so far wrote to, in the order of the first writes; all others are
   * as at boot. To be read before the next `seek` only.
   */
  writtenBlocks(field: Field): Int32Array {
    return this.columns[field]!.writtenBlocks()
  }

  /** Where a block (BLOCK_SIZE) begins in `entries` of its column; -1 if it is as at boot. Until the next `seek`. */
  offset(field: Field, block: number): number {
    return this.columns[field]!.offsetOf(block)
  }

  /** Entries of all written blocks of a column, for `offset`. Until the next `seek`. */
  entries(field: Field): Uint32Array {
    return this.columns[field]!.entries
  }

  /** Entries of a block (BLOCK_SIZE) of a column, to be read before the next `seek` only. */
  block(field: Field, block: number): Uint32Array {
    return this.columns[field]!.readBlock(block)
  }

  /** Bytes at a physical address, copied. Memory never written reads as at boot. */
  bytes(address: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const at = address + done
      const offset = at % BLOCK_SIZE
      const take = Math.min(BLOCK_SIZE - offset, length - done)
      out.set(this.memory.readBlock(Math.floor(at / BLOCK_SIZE)).subarray(offset, offset + take), done)
      done += take
    }
    return out
  }

  /** Deltas of all steps before `step`. */
  private deltasBefore(step: number): number {
    if (step <= 1) return 0
    const index = this.store.chunkOf(step - 1)
    for (let i = this.before.length; i <= index; i++) {
      this.before.push(this.before[i - 1]! + this.store.chunks[i - 1]!.deltaCount)
    }
    const chunk = this.store.chunks[index]!
    return this.before[index]! + chunk.ops.deltaEnd[step - 1 - chunk.firstStep]!
  }

  /** Index of the last keyframe at or before a delta. */
  private keyframeBefore(delta: number): number {
    let low = 0
    let high = this.keyframes.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.keyframes[middle]!.delta <= delta) low = middle
      else high = middle - 1
    }
    return low
  }

  private restore(index: number): void {
    for (const column of this.columns) column.restore(index)
    this.memory.restore(index)
    const keyframe = this.keyframes[index]!
    this.step = keyframe.step
    this.delta = keyframe.delta
  }

  private forward(target: number): void {
    while (this.step < target) {
      const index = this.store.chunkOf(this.step + 1)
      const chunk = this.store.chunks[index]!
      const base = this.deltasBefore(chunk.firstStep)
      const row = this.rowAt(chunk, this.keyframes.at(-1)!.delta + this.interval - base)
      const last = Math.min(target, chunk.firstStep + chunk.opCount - 1, Math.max(this.step + 1, chunk.firstStep + row))
      const end = chunk.ops.deltaEnd[last - chunk.firstStep]!
      this.apply(chunk, this.delta - base, end)
      this.step = last
      this.delta = base + end
      if (this.delta >= this.keyframes.at(-1)!.delta + this.interval) this.addKeyframe()
    }
  }

  /** First row of a chunk whose deltas end at or after a delta of the chunk; the last row if there is none. */
  private rowAt(chunk: TraceChunk, delta: number): number {
    let low = 0
    let high = chunk.opCount - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (chunk.ops.deltaEnd[middle]! >= delta) high = middle
      else low = middle + 1
    }
    return low
  }

  private addKeyframe(): void {
    this.keyframes.push({ step: this.step, delta: this.delta })
    this.memory.capture()
    let held = this.memory.held
    for (const column of this.columns) {
      column.capture()
      held += column.held * 4
    }
    if (held <= this.allowed) return
    this.allowed += HELD_BYTES / 2
    this.interval *= 2
  }

  private backward(target: number, delta: number): void {
    while (this.step > target) {
      const chunk = this.store.chunks[this.store.chunkOf(this.step)]!
      const base = this.deltasBefore(chunk.firstStep)
      this.unapply(chunk, Math.max(0, delta - base), this.delta - base)
      this.step = Math.max(target, chunk.firstStep - 1)
      this.delta = Math.max(delta, base)
    }
  }

  private apply(chunk: TraceChunk, from: number, to: number): void {
    const { field, index, old, new: value } = chunk.deltas
    const { columns } = this
    for (let d = from; d < to; d++) {
      const what = field[d]!
      if (what === Field.BYTES) this.putBytes(index[d]!, chunk.arena, old[d]! + value[d]!, value[d]!)
      else if (what === Field.FILL) this.putFill(index[d]!, value[d]!, chunk.arena[old[d]!]!)
      else columns[what]!.set(index[d]!, value[d]!)
    }
  }

  private unapply(chunk: TraceChunk, from: number, to: number): void {
    const { field, index, old, new: value } = chunk.deltas
    const { columns } = this
    for (let d = to - 1; d >= from; d--) {
      const what = field[d]!
      if (what === Field.BYTES) this.putBytes(index[d]!, chunk.arena, old[d]!, value[d]!)
      else if (what !== Field.FILL) columns[what]!.set(index[d]!, old[d]!)
      else if (chunk.arena[old[d]! + 1] === 1) this.putBytes(index[d]!, chunk.arena, old[d]! + 2, value[d]!)
      else this.putFill(index[d]!, value[d]!, this.bootBytes(Math.floor(index[d]! / BLOCK_SIZE))[0]!)
    }
  }

  private putBytes(address: number, arena: Uint8Array, from: number, length: number): void {
    if (length === 1) return this.memory.set(address, arena[from]!)
    for (let done = 0; done < length;) {
      const offset = (address + done) % BLOCK_SIZE
      const take = Math.min(BLOCK_SIZE - offset, length - done)
      const block = this.memory.writeBlock(Math.floor((address + done) / BLOCK_SIZE))
      block.set(arena.subarray(from + done, from + done + take), offset)
      done += take
    }
  }

  private putFill(address: number, length: number, byte: number): void {
    for (let done = 0; done < length;) {
      const offset = (address + done) % BLOCK_SIZE
      const take = Math.min(BLOCK_SIZE - offset, length - done)
      this.memory.writeBlock(Math.floor((address + done) / BLOCK_SIZE)).fill(byte, offset, offset + take)
      done += take
    }
  }
}

/** A word of 64 bits from its halves. */
function wordOf(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}
