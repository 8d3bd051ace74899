/**
 * Vector clocks for runs with many tasks: every callback, interrupt and piece of work is one. Entries lie in blocks,
 * and a block that one clock took over from another is shared until one of them writes to it, so that what two clocks
 * know alike is neither compared nor kept twice.
 */

/** Entries of a block. */
const BLOCK = 32

interface Block {
  readonly times: Int32Array
  /** The clock that may write to it; null = several have it. */
  owner: VectorClock | null
}

/** By task: how many steps of it are known. Missing entries are 0. */
export class VectorClock {
  private readonly blocks: (Block | undefined)[] = []

  get(task: number): number {
    return this.blocks[Math.floor(task / BLOCK)]?.times[task % BLOCK] ?? 0
  }

  /** Knows at least `time` steps of a task from now on. */
  raise(task: number, time: number): void {
    if (this.get(task) >= time) return
    this.writable(Math.floor(task / BLOCK)).times[task % BLOCK] = time
  }

  /** Knows from now on what `other` knows too. */
  join(other: VectorClock | undefined): void {
    if (other === undefined || other === this) return
    const { blocks } = this
    // A block more or less is not worth a copy later.
    const shares = other.blocks.length > 1
    for (let at = 0; at < other.blocks.length; at++) {
      const theirs = other.blocks[at]
      const ours = blocks[at]
      if (theirs === undefined || theirs === ours) continue
      if (ours === undefined) this.share(at, theirs)
      else this.joinBlock(at, ours, theirs, shares)
    }
  }

  private joinBlock(at: number, ours: Block, theirs: Block, shares: boolean): void {
    const { times } = theirs
    let learns = false
    let knowsMore = false
    for (let i = 0; i < BLOCK; i++) {
      const difference = times[i]! - ours.times[i]!
      if (difference > 0) learns = true
      else if (difference < 0) knowsMore = true
    }
    if (!knowsMore && shares) this.share(at, theirs)
    else if (learns) {
      const own = this.writable(at).times
      for (let i = 0; i < BLOCK; i++) if (times[i]! > own[i]!) own[i] = times[i]!
    }
  }

  private share(at: number, block: Block): void {
    block.owner = null
    this.blocks[at] = block
  }

  private writable(at: number): Block {
    const block = this.blocks[at]
    if (block?.owner === this) return block
    const own = { times: block === undefined ? new Int32Array(BLOCK) : block.times.slice(), owner: this }
    this.blocks[at] = own
    return own
  }
}
