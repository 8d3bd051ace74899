/**
 * Puts whose reference cannot be known: several that were taken at different places fit alike. What is said because of
 * such a put is possible, and names every candidate.
 */
export class Doubts {
  private readonly byPut = new Map<number, readonly number[]>()
  private readonly byRight = new Map<number, readonly number[]>()

  /** The put at `step` may have dropped any of these rows of the right table (two or more). */
  add(step: number, rows: readonly number[]): void {
    this.byPut.set(step, rows)
    const all = [...new Set(rows.flatMap((row) => [row, ...(this.byRight.get(row) ?? [])]))].sort((x, y) => x - y)
    for (const row of all) this.byRight.set(row, all)
  }

  /** References that the put at a step may have dropped; empty = it is known which. */
  ofPut(step: number): readonly number[] {
    return this.byPut.get(step) ?? []
  }

  /** References that may be meant by what is said of one; empty = it is known. */
  ofRight(row: number): readonly number[] {
    return this.byRight.get(row) ?? []
  }
}
