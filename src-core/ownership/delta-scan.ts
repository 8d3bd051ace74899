/** Finds, in the deltas of a trace, the few that somebody has to look at. */
import type { DeltaColumns } from '../trace/chunk.ts'
import { Field, FrameKind } from '../trace/fields.ts'

/** Which deltas of a field are wanted. USE only where the frame becomes a slab. */
export const Wanted = { NO: 0, YES: 1, SLAB: 2 } as const

export class DeltaScan {
  private columns: DeltaColumns | null = null
  private from = 0
  /** No delta from `from` up to here is wanted. */
  private at = 0

  /** `wanted`: one of `Wanted` by field. */
  constructor(private readonly wanted: Uint8Array) {}

  /**
   * The first wanted delta of [from, to), or `to` or more if there is none. Asked in ascending order of `from`, it
   * looks at each delta once.
   */
  next(columns: DeltaColumns, from: number, to: number): number {
    if (columns !== this.columns || from < this.from || from > this.at) {
      this.columns = columns
      this.at = from
    }
    this.from = from
    const { wanted } = this
    const { field, new: next } = columns
    let { at } = this
    for (; at < to; at++) {
      const want = wanted[field[at]]
      if (want === 0) continue
      if (want === Wanted.YES || (field[at] === Field.USE && next[at] >>> 28 === FrameKind.SLAB)) break
    }
    this.at = at
    return at
  }
}
