/**
 * A column of the machine's state with keyframes. The state lies in blocks of 32 entries; a block exists from its
 * first write on, all others read as the state at boot. Blocks are packed, in order of their first write, in one
 * growing array, and a keyframe keeps the blocks that changed since the one before it.
 *
 * Going back to a keyframe copies nothing: each block is put back when it is next read or written. So a seek costs
 * what the steps behind the keyframe touch, however much the machine holds.
 */

const BLOCK_BITS = 5
/** Entries in a block. */
export const BLOCK_SIZE = 1 << BLOCK_BITS
const BLOCK_MASK = BLOCK_SIZE - 1
/** The table of blocks is cut in leaves of this many; one that no block was written in is `NO_SLOTS`. */
const LEAF_BITS = 10
const LEAF_MASK = (1 << LEAF_BITS) - 1
const NO_SLOTS = new Int32Array(LEAF_MASK + 1)
const NONE = -1
/** Blocks that there is room for at first. */
const FIRST_SLOTS = 64

type Data = Uint32Array | Uint8Array

export class StateColumn<T extends Data> {
  /** Entries that keyframes hold. */
  held = 0
  /** block → slot + 1; 0 = never written. In leaves, so that blocks far apart cost no memory between them. */
  private readonly leaves: Int32Array[] = []
  private pool: T
  private slots = 0
  /** By slot: its block; `era` in which its entries were put in place; `writes` in which it changed last. */
  private blockOf = new Int32Array(FIRST_SLOTS)
  private placed = new Int32Array(FIRST_SLOTS)
  private changed = new Int32Array(FIRST_SLOTS)
  /** By slot: its newest version, an index into the lists below; NONE = no keyframe keeps it. */
  private newest = new Int32Array(FIRST_SLOTS)
  private versions = 0
  private versionKeyframe = new Int32Array(FIRST_SLOTS)
  private versionBefore = new Int32Array(FIRST_SLOTS)
  private versionOffset = new Int32Array(FIRST_SLOTS)
  /** What each keyframe keeps: the entries of the blocks that changed, one after the other. */
  private readonly keyframes: T[]
  /** Keyframe that the blocks not changed since are equal to. */
  private base = 0
  /** Counts the restores: a block placed in an earlier era has other entries than `base` says. */
  private era = 1
  /** Counts restores and captures: blocks that changed since the last of them are in `dirty`. */
  private writes = 1
  private dirty = new Int32Array(FIRST_SLOTS)
  private dirtyCount = 0

  /**
   * @param make an array of the column's kind with `length` zeros
   * @param boot entries of a block nobody wrote: read only
   */
  constructor(
    private readonly make: (length: number) => T,
    private readonly boot: (block: number) => T,
  ) {
    this.pool = make(FIRST_SLOTS * BLOCK_SIZE)
    this.keyframes = [make(0)]
  }

  /** Value at an index ≥ 0. */
  get(index: number): number {
    const block = index >>> BLOCK_BITS
    const slot = this.slotOf(block)
    if (slot < 0) return this.boot(block)[index & BLOCK_MASK]!
    if (this.placed[slot] !== this.era) this.place(slot)
    return this.pool[slot * BLOCK_SIZE + (index & BLOCK_MASK)]!
  }

  set(index: number, value: number): void {
    // `open` may replace the pool.
    const at = this.open(index >>> BLOCK_BITS)
    this.pool[at + (index & BLOCK_MASK)] = value
  }

  /** True if the block of an index exists: somebody wrote to it, at this step or another. */
  written(index: number): boolean {
    return this.slotOf(index >>> BLOCK_BITS) >= 0
  }

  /** Blocks that exist, in the order of their first writes, to be read before the next write. */
  writtenBlocks(): Int32Array {
    return this.blockOf.subarray(0, this.slots)
  }

  /** Where a block begins in `entries`, its entries in place; -1 if nobody wrote it. Until the next write. */
  offsetOf(block: number): number {
    const slot = this.slotOf(block)
    if (slot < 0) return -1
    if (this.placed[slot] !== this.era) this.place(slot)
    return slot * BLOCK_SIZE
  }

  get entries(): T {
    return this.pool
  }

  /** Entries of a whole block, to be read before the next write. */
  readBlock(block: number): T {
    const slot = this.slotOf(block)
    if (slot < 0) return this.boot(block)
    if (this.placed[slot] !== this.era) this.place(slot)
    return this.pool.subarray(slot * BLOCK_SIZE, (slot + 1) * BLOCK_SIZE) as T
  }

  /** Entries of a whole block, to be written before the next write to another block. */
  writeBlock(block: number): T {
    const at = this.open(block)
    return this.pool.subarray(at, at + BLOCK_SIZE) as T
  }

  /** Slot of a block; negative if nobody wrote it. */
  private slotOf(block: number): number {
    const leaf = block >>> LEAF_BITS
    return leaf < this.leaves.length ? this.leaves[leaf]![block & LEAF_MASK]! - 1 : NONE
  }

  /** The leaf of a block, to be written. */
  private leafFor(block: number): Int32Array {
    const { leaves } = this
    const at = block >>> LEAF_BITS
    while (leaves.length <= at) leaves.push(NO_SLOTS)
    const leaf = leaves[at]!
    return leaf === NO_SLOTS ? (leaves[at] = new Int32Array(LEAF_MASK + 1)) : leaf
  }

  /** Where a block starts in the pool; it counts as changed from here on. */
  private open(block: number): number {
    let slot = this.slotOf(block)
    if (slot < 0) slot = this.addSlot(block)
    else if (this.placed[slot] !== this.era) this.place(slot)
    if (this.changed[slot] !== this.writes) {
      this.changed[slot] = this.writes
      this.dirty[this.dirtyCount++] = slot
    }
    return slot * BLOCK_SIZE
  }

  private addSlot(block: number): number {
    const slot = this.slots++
    if (slot === this.blockOf.length) {
      const pool = this.make(this.pool.length * 2)
      pool.set(this.pool)
      this.pool = pool
      this.blockOf = longer(this.blockOf, slot + 1)
      this.placed = longer(this.placed, slot + 1)
      this.changed = longer(this.changed, slot + 1)
      this.newest = longer(this.newest, slot + 1)
      this.dirty = longer(this.dirty, slot + 1)
    }
    this.leafFor(block)[block & LEAF_MASK] = slot + 1
    this.blockOf[slot] = block
    this.newest[slot] = NONE
    this.placed[slot] = this.era
    this.pool.set(this.boot(block), slot * BLOCK_SIZE)
    return slot
  }

  /** Puts the entries of a block in place as the keyframe `base` has them. */
  private place(slot: number): void {
    this.placed[slot] = this.era
    const { base, versionKeyframe, versionBefore } = this
    let version = this.newest[slot]!
    while (version !== NONE && versionKeyframe[version]! > base) version = versionBefore[version]!
    if (version === NONE) this.pool.set(this.boot(this.blockOf[slot]!), slot * BLOCK_SIZE)
    else copyBlock(this.keyframes[versionKeyframe[version]!]!, this.versionOffset[version]!, this.pool, slot)
  }

  /** Makes the next keyframe of the state now. All that changed since the last one has been written since `base`. */
  capture(): void {
    const keyframe = this.keyframes.length
    const data = this.make(this.dirtyCount * BLOCK_SIZE)
    const room = this.versions + this.dirtyCount
    if (room > this.versionKeyframe.length) {
      this.versionKeyframe = longer(this.versionKeyframe, room)
      this.versionBefore = longer(this.versionBefore, room)
      this.versionOffset = longer(this.versionOffset, room)
    }
    for (let i = 0; i < this.dirtyCount; i++) {
      const slot = this.dirty[i]!
      copyBlock(this.pool, slot * BLOCK_SIZE, data, i)
      const version = this.versions++
      this.versionKeyframe[version] = keyframe
      this.versionBefore[version] = this.newest[slot]!
      this.versionOffset[version] = i * BLOCK_SIZE
      this.newest[slot] = version
    }
    this.held += data.length
    this.keyframes.push(data)
    this.dirtyCount = 0
    this.writes++
    this.base = keyframe
  }

  /** Back to a keyframe; 0 is the state at boot. */
  restore(keyframe: number): void {
    this.dirtyCount = 0
    this.writes++
    this.era++
    this.base = keyframe
  }
}

/** Copies a block's entries; a loop is faster than `set` for so few. */
function copyBlock(from: Data, at: number, to: Data, slot: number): void {
  const start = slot * BLOCK_SIZE
  for (let i = 0; i < BLOCK_SIZE; i++) to[start + i] = from[at + i]!
}

function longer(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(Math.max(length, column.length * 2))
  next.set(column)
  return next
}

const ZEROS_32 = new Uint32Array(BLOCK_SIZE)
const ZEROS_8 = new Uint8Array(BLOCK_SIZE)

/** A column of 32-bit values; `boot` gives a block's entries at boot, zeros if it is missing. */
export function column32(boot?: (block: number) => Uint32Array): StateColumn<Uint32Array> {
  return new StateColumn<Uint32Array>((length) => new Uint32Array(length), boot ?? (() => ZEROS_32))
}

/** A column of bytes, zeros at boot. */
export function column8(boot: (block: number) => Uint8Array = () => ZEROS_8): StateColumn<Uint8Array> {
  return new StateColumn<Uint8Array>((length) => new Uint8Array(length), boot)
}
