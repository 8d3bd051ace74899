/**
 * The vector clocks of an execution's events, in one array: a row for each depth, an entry for each process. The entry
 * of a process is the ordinal of its last event that happens before (or is) the event of the row; 0 = none.
 */

/** Entries of a row at first. Grows when a program has more processes. */
const FIRST_STRIDE = 32
const FIRST_ROWS = 256

export class Clocks {
  /** Entries of a row. */
  stride = FIRST_STRIDE
  /** Row after row. Replaced when it grows: do not keep it. */
  entries = new Int32Array(FIRST_STRIDE * FIRST_ROWS)

  /** Makes room for the row of a depth. */
  reach(depth: number): void {
    if ((depth + 1) * this.stride <= this.entries.length) return
    const grown = new Int32Array(this.entries.length * 2)
    grown.set(this.entries)
    this.entries = grown
  }

  /** Makes room for a process. */
  admit(process: number): void {
    while (process >= this.stride) this.widen()
  }

  private widen(): void {
    const { stride, entries } = this
    const rows = Math.floor(entries.length / stride)
    const wide = new Int32Array(rows * stride * 2)
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < stride; i++) wide[row * stride * 2 + i] = entries[row * stride + i]!
    }
    this.stride = stride * 2
    this.entries = wide
  }

  /** Begins the row of a depth with that of another one; -1 = with nothing. */
  begin(depth: number, from: number): void {
    const { entries, stride } = this
    const at = depth * stride
    const other = from * stride
    for (let i = 0; i < stride; i++) entries[at + i] = from < 0 ? 0 : entries[other + i]!
  }

  /** What happens before the event at `from` happens before the one at `depth`. */
  join(depth: number, from: number): void {
    const { entries, stride } = this
    const at = depth * stride
    const other = from * stride
    for (let i = 0; i < stride; i++) if (entries[other + i]! > entries[at + i]!) entries[at + i] = entries[other + i]!
  }

  /** The entry of a process. */
  get(depth: number, process: number): number {
    return process < this.stride ? this.entries[depth * this.stride + process]! : 0
  }

  set(depth: number, process: number, ordinal: number): void {
    this.entries[depth * this.stride + process] = ordinal
  }
}
