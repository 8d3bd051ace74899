/**
 * Inks of a map as runs of neighbouring cells of one ink: how they travel, and how they are painted. Frames that are
 * used together lie together, so a machine of a million frames is a few thousand runs.
 */

/** A list of runs that grows, to be filled again and again. */
export class InkRuns {
  /** By run: its first cell, the cell after its last, and the ink of all. */
  from = new Uint32Array(256)
  to = new Uint32Array(256)
  inks = new Uint8Array(256)
  length = 0

  /** Adds cells; a run that goes on where the last one ended, in the same ink, is one with it. */
  add(from: number, to: number, ink: number): void {
    const last = this.length - 1
    if (last >= 0 && this.to[last] === from && this.inks[last] === ink) {
      this.to[last] = to
      return
    }
    if (this.length === this.from.length) this.grow()
    const at = this.length++
    this.from[at] = from
    this.to[at] = to
    this.inks[at] = ink
  }

  private grow(): void {
    const [from, to, inks] = [this.from, this.to, this.inks]
    this.from = new Uint32Array(2 * from.length)
    this.to = new Uint32Array(2 * from.length)
    this.inks = new Uint8Array(2 * from.length)
    this.from.set(from)
    this.to.set(to)
    this.inks.set(inks)
  }
}

/** The inks of cells, four at a time: what `runEnd` compares. The cells have a buffer of their own. */
export function wordsOf(cells: Uint8Array): Uint32Array {
  return new Uint32Array(cells.buffer, cells.byteOffset, cells.length >>> 2)
}

/** The first cell after `at`, at most `end`, that has another ink. */
export function runEnd(cells: Uint8Array, words: Uint32Array, at: number, end: number): number {
  const ink = cells[at]!
  let i = at + 1
  for (; i < end && (i & 3) !== 0; i++) if (cells[i] !== ink) return i
  if (i < end) {
    const four = Math.imul(ink, 0x01010101) >>> 0
    const last = end >>> 2
    let word = i >>> 2
    while (word < last && words[word] === four) word++
    for (i = word << 2; i < end && cells[i] === ink;) i++
  }
  return i
}
