/**
 * A column of the machine's state with keyframes. The state lies in blocks of one growing array; a block exists from
 * its first write on, all others read as the state at boot. A keyframe keeps the blocks that changed since the one
 * before it, so going back to it copies only what may differ and allocates nothing.
 */

const BLOCK_BITS = 5
/** Entries in a block. */
export const BLOCK_SIZE = 1 << BLOCK_BITS
const BLOCK_MASK = BLOCK_SIZE - 1
const NONE = -1

type Data = Uint32Array | Uint8Array
/** Makes an array of the column's kind with `length` zeros. */
type Make<T extends Data> = (length: number) => T

export class StateColumn<T extends Data> {
  /** Entries that keyframes hold. */
  held = 0
  /** block → slot + 1; 0 = never written. */
  private table = new Int32Array(16)
  private pool: T
  private slots = 0
  private readonly blockOf: number[] = []
  /** Newest version of a slot, an index into the three lists below; NONE = the boot state is the only one. */
  private readonly newest: number[] = []
  private readonly versionKeyframe: number[] = []
  private readonly versionBefore: number[] = []
  private readonly versionOffset: number[] = []
  /** Slots that each keyframe keeps, and their entries. */
  private readonly changed: number[][] = [[]]
  private readonly kept: T[]
  /** Keyframe that the slots not listed in `dirty` are equal to. */
  private base = 0
  private dirty: number[] = []
  private isDirty = new Uint8Array(16)

  /** @param boot entries of a block nobody wrote: read only */
  constructor(private readonly make: Make<T>, private readonly boot: (block: number) => T) {
    this.pool = make(16 * BLOCK_SIZE)
    this.kept = [make(0)]
  }

  /** Value at an index ≥ 0. */
  get(index: number): number {
    const block = index >>> BLOCK_BITS
    const slot = block < this.table.length ? this.table[block]! : 0
    if (slot === 0) return this.boot(block)[index & BLOCK_MASK]!
    return this.pool[(slot - 1) * BLOCK_SIZE + (index & BLOCK_MASK)]!
  }

  set(index: number, value: number): void {
    const at = this.open(index >>> BLOCK_BITS)
    this.pool[at + (index & BLOCK_MASK)] = value
  }

  /** Entries of a whole block, to be read before the next write. */
  readBlock(block: number): T {
    const slot = block < this.table.length ? this.table[block]! : 0
    if (slot === 0) return this.boot(block)
    return this.pool.subarray((slot - 1) * BLOCK_SIZE, slot * BLOCK_SIZE) as T
  }

  /** Entries of a whole block, to be written before the next write to another block. */
  writeBlock(block: number): T {
    const at = this.open(block)
    return this.pool.subarray(at, at + BLOCK_SIZE) as T
  }

  /** Where a block starts in the pool; it counts as changed from here on. */
  private open(block: number): number {
    if (block >= this.table.length) this.growTable(block)
    let slot = this.table[block]! - 1
    if (slot < 0) slot = this.addSlot(block)
    if (this.isDirty[slot] === 0) {
      this.isDirty[slot] = 1
      this.dirty.push(slot)
    }
    return slot * BLOCK_SIZE
  }

  private growTable(block: number): void {
    const table = new Int32Array(Math.max(block + 1, this.table.length * 2))
    table.set(this.table)
    this.table = table
  }

  private addSlot(block: number): number {
    const slot = this.slots++
    if (slot === this.isDirty.length) {
      const pool = this.make(this.pool.length * 2)
      pool.set(this.pool)
      this.pool = pool
      const flags = new Uint8Array(this.isDirty.length * 2)
      flags.set(this.isDirty)
      this.isDirty = flags
    }
    this.table[block] = slot + 1
    this.blockOf.push(block)
    this.newest.push(NONE)
    this.pool.set(this.boot(block), slot * BLOCK_SIZE)
    return slot
  }

  /** Blocks written since the last `capture` or `restore`. */
  get dirtyBlocks(): number {
    return this.dirty.length
  }

  /** Makes the next keyframe of the state now. All that changed since the last keyframe must have been written since then. */
  capture(): void {
    const keyframe = this.changed.length
    const data = this.make(this.dirty.length * BLOCK_SIZE)
    this.dirty.forEach((slot, i) => {
      data.set(this.pool.subarray(slot * BLOCK_SIZE, (slot + 1) * BLOCK_SIZE), i * BLOCK_SIZE)
      this.versionKeyframe.push(keyframe)
      this.versionBefore.push(this.newest[slot]!)
      this.versionOffset.push(i * BLOCK_SIZE)
      this.newest[slot] = this.versionKeyframe.length - 1
      this.isDirty[slot] = 0
    })
    this.held += data.length
    this.changed.push(this.dirty)
    this.kept.push(data)
    this.dirty = []
    this.base = keyframe
  }

  /** Back to a keyframe; 0 is the state at boot. */
  restore(keyframe: number): void {
    const low = Math.min(this.base, keyframe)
    const high = Math.max(this.base, keyframe)
    for (const slot of this.dirty) {
      this.isDirty[slot] = 0
      this.copyVersion(slot, keyframe)
    }
    for (let i = low + 1; i <= high; i++) {
      for (const slot of this.changed[i]!) this.copyVersion(slot, keyframe)
    }
    this.dirty = []
    this.base = keyframe
  }

  private copyVersion(slot: number, keyframe: number): void {
    let version = this.newest[slot]!
    while (version !== NONE && this.versionKeyframe[version]! > keyframe) version = this.versionBefore[version]!
    const at = slot * BLOCK_SIZE
    const { pool } = this
    if (version === NONE) {
      pool.set(this.boot(this.blockOf[slot]!), at)
      return
    }
    const data = this.kept[this.versionKeyframe[version]!]!
    const from = this.versionOffset[version]!
    for (let i = 0; i < BLOCK_SIZE; i++) pool[at + i] = data[from + i]!
  }
}

const ZEROS_32 = new Uint32Array(BLOCK_SIZE)
const ZEROS_8 = new Uint8Array(BLOCK_SIZE)

/** A column of 32-bit values; `boot` gives a block's entries at boot, zeros if it is missing. */
export function column32(boot?: (block: number) => Uint32Array): StateColumn<Uint32Array> {
  return new StateColumn<Uint32Array>((length) => new Uint32Array(length), boot ?? (() => ZEROS_32))
}

/** A column of bytes, zeros at boot. */
export function column8(): StateColumn<Uint8Array> {
  return new StateColumn<Uint8Array>((length) => new Uint8Array(length), () => ZEROS_8)
}
