/**
 * A column of the machine's state with keyframes. The state lies in blocks of 32 entries; a block exists from its
 * first write on, all others read as the state at boot. Blocks are packed, in order of their first write, into pages
 * of one growing array, and a keyframe keeps the pages that changed since the one before it: going back to it is a few
 * large copies and allocates nothing.
 */

const BLOCK_BITS = 5
/** Entries in a block. */
export const BLOCK_SIZE = 1 << BLOCK_BITS
const BLOCK_MASK = BLOCK_SIZE - 1
/** Blocks in a page. */
const PAGE_BITS = 8
const PAGE_BLOCKS = 1 << PAGE_BITS
const PAGE_SIZE = BLOCK_SIZE << PAGE_BITS
const NONE = -1

type Data = Uint32Array | Uint8Array

/** What a keyframe keeps of a column. */
interface Kept<T extends Data> {
  /** Pages that changed, and their entries one after the other. */
  readonly pages: readonly number[]
  readonly data: T
  /** Blocks that existed. */
  readonly slots: number
}

export class StateColumn<T extends Data> {
  /** Entries that keyframes hold. */
  held = 0
  /** block → slot + 1; 0 = never written. */
  private table = new Int32Array(16)
  private pool: T
  private readonly blockOf: number[] = []
  /** Newest version of a page, an index into the three lists below; NONE = no keyframe keeps it. */
  private readonly newest: number[] = []
  private readonly versionKeyframe: number[] = []
  private readonly versionBefore: number[] = []
  private readonly versionOffset: number[] = []
  private readonly keyframes: Kept<T>[]
  /** Keyframe that the pages not listed in `dirty` are equal to. */
  private base = 0
  private dirty: number[] = []
  private isDirty = new Uint8Array(1)

  /**
   * @param make an array of the column's kind with `length` zeros
   * @param boot entries of a block nobody wrote: read only
   */
  constructor(
    private readonly make: (length: number) => T,
    private readonly boot: (block: number) => T,
  ) {
    this.pool = make(PAGE_SIZE)
    this.keyframes = [{ pages: [], data: make(0), slots: 0 }]
  }

  /** Value at an index ≥ 0. */
  get(index: number): number {
    const block = index >>> BLOCK_BITS
    const slot = block < this.table.length ? this.table[block]! : 0
    if (slot === 0) return this.boot(block)[index & BLOCK_MASK]!
    return this.pool[(slot - 1) * BLOCK_SIZE + (index & BLOCK_MASK)]!
  }

  set(index: number, value: number): void {
    // `open` may replace the pool.
    const at = this.open(index >>> BLOCK_BITS)
    this.pool[at + (index & BLOCK_MASK)] = value
  }

  /** True if the block of an index exists: somebody wrote to it, at this step or another. */
  written(index: number): boolean {
    return (this.table[index >>> BLOCK_BITS] ?? 0) !== 0
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

  /** Where a block starts in the pool; its page counts as changed from here on. */
  private open(block: number): number {
    if (block >= this.table.length) this.growTable(block)
    let slot = this.table[block]! - 1
    if (slot < 0) slot = this.addSlot(block)
    const page = slot >>> PAGE_BITS
    if (this.isDirty[page] === 0) {
      this.isDirty[page] = 1
      this.dirty.push(page)
    }
    return slot * BLOCK_SIZE
  }

  private growTable(block: number): void {
    const table = new Int32Array(Math.max(block + 1, this.table.length * 2))
    table.set(this.table)
    this.table = table
  }

  private addSlot(block: number): number {
    const slot = this.blockOf.length
    if (slot * BLOCK_SIZE === this.pool.length) {
      const pool = this.make(this.pool.length * 2)
      pool.set(this.pool)
      this.pool = pool
      const flags = new Uint8Array(this.isDirty.length * 2)
      flags.set(this.isDirty)
      this.isDirty = flags
    }
    this.table[block] = slot + 1
    this.blockOf.push(block)
    if (slot % PAGE_BLOCKS === 0) this.newest.push(NONE)
    this.pool.set(this.boot(block), slot * BLOCK_SIZE)
    return slot
  }

  /** Pages written since the last `capture` or `restore`. */
  get dirtyPages(): number {
    return this.dirty.length
  }

  /** Makes the next keyframe of the state now. All that changed since the last one has been written since `base`. */
  capture(): void {
    const keyframe = this.keyframes.length
    const data = this.make(this.dirty.length * PAGE_SIZE)
    this.dirty.forEach((page, i) => {
      data.set(this.pool.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE), i * PAGE_SIZE)
      this.versionKeyframe.push(keyframe)
      this.versionBefore.push(this.newest[page]!)
      this.versionOffset.push(i * PAGE_SIZE)
      this.newest[page] = this.versionKeyframe.length - 1
      this.isDirty[page] = 0
    })
    this.held += data.length
    this.keyframes.push({ pages: this.dirty, data, slots: this.blockOf.length })
    this.dirty = []
    this.base = keyframe
  }

  /** Back to a keyframe; 0 is the state at boot. */
  restore(keyframe: number): void {
    const low = Math.min(this.base, keyframe)
    const high = Math.max(this.base, keyframe)
    for (let i = low + 1; i <= high; i++) {
      for (const page of this.keyframes[i]!.pages) {
        if (this.isDirty[page] !== 0) continue
        this.isDirty[page] = 1
        this.dirty.push(page)
      }
    }
    for (const page of this.dirty) {
      this.isDirty[page] = 0
      this.restorePage(page, keyframe)
    }
    this.dirty = []
    this.base = keyframe
  }

  private restorePage(page: number, keyframe: number): void {
    let version = this.newest[page]!
    while (version !== NONE && this.versionKeyframe[version]! > keyframe) version = this.versionBefore[version]!
    let known = 0
    if (version !== NONE) {
      const kept = this.keyframes[this.versionKeyframe[version]!]!
      const from = this.versionOffset[version]!
      this.pool.set(kept.data.subarray(from, from + PAGE_SIZE), page * PAGE_SIZE)
      known = kept.slots
    }
    const end = Math.min((page + 1) * PAGE_BLOCKS, this.blockOf.length)
    for (let slot = Math.max(known, page * PAGE_BLOCKS); slot < end; slot++) {
      this.pool.set(this.boot(this.blockOf[slot]!), slot * BLOCK_SIZE)
    }
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
  return new StateColumn<Uint8Array>(
    (length) => new Uint8Array(length),
    () => ZEROS_8,
  )
}
