/** One per-cpu list: free blocks of one order, newest first. A ring that grows, so that both ends are cheap. */
export class PcpList {
  private ring = new Int32Array(64)
  /** Room, a power of two. (`length` of a typed array is a call in a locked-down realm.) */
  private room = 64
  /** Index of the newest block. */
  private head = 0
  /** Blocks on the list. */
  size = 0

  /** Adds a block as the newest. */
  push(pfn: number): void {
    if (this.size === this.room) this.grow()
    const at = (this.head - 1) & (this.room - 1)
    this.ring[at] = pfn
    this.head = at
    this.size++
  }

  /** Adds a block as the oldest. */
  append(pfn: number): void {
    if (this.size === this.room) this.grow()
    this.ring[(this.head + this.size) & (this.room - 1)] = pfn
    this.size++
  }

  /** True if the next `push` has to make room. */
  get isFull(): boolean {
    return this.size === this.room
  }

  /** The newest block, which stays on the list; the list may not be empty. */
  get newest(): number {
    return this.ring[this.head]
  }

  /** Takes the newest block, or -1. */
  pop(): number {
    if (this.size === 0) return -1
    const pfn = this.ring[this.head]
    this.head = (this.head + 1) & (this.room - 1)
    this.size--
    return pfn
  }

  /** Takes the oldest block, or -1. */
  popOldest(): number {
    if (this.size === 0) return -1
    this.size--
    return this.ring[(this.head + this.size) & (this.room - 1)]
  }

  /** Takes a block out from wherever it is; false = it is not on the list. */
  remove(pfn: number): boolean {
    const blocks = this.blocks()
    const at = blocks.indexOf(pfn)
    if (at < 0) return false
    blocks.splice(at, 1)
    this.size = 0
    for (const block of blocks) this.append(block)
    return true
  }

  /** The blocks, newest first. */
  blocks(): number[] {
    return Array.from({ length: this.size }, (_, i) => this.ring[(this.head + i) & (this.room - 1)])
  }

  private grow(): void {
    const blocks = this.blocks()
    this.room *= 2
    this.ring = new Int32Array(this.room)
    this.head = 0
    this.ring.set(blocks)
  }
}
