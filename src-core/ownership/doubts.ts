/**
 * Puts whose reference cannot be known: several that were taken at different places fit alike. What is said because of
 * such a put is possible, and names every candidate.
 */
interface Group {
  readonly rows: number[]
  sorted: boolean
}

export class Doubts {
  private readonly byPut = new Map<number, readonly number[]>()
  /** The group of each right in doubt; rights of one group share it. */
  private readonly byRight = new Map<number, Group>()

  /** The put at `step` may have dropped any of these rows of the right table (two or more). */
  add(step: number, rows: readonly number[]): void {
    this.byPut.set(step, rows)
    let group: Group = { rows: [], sorted: true }
    for (const row of rows) {
      const other = this.byRight.get(row) ?? this.alone(row)
      if (other === group) continue
      const [small, large] = other.rows.length < group.rows.length ? [other, group] : [group, other]
      for (const moved of small.rows) {
        large.rows.push(moved)
        this.byRight.set(moved, large)
      }
      large.sorted &&= small.rows.length === 0
      group = large
    }
  }

  private alone(row: number): Group {
    const group = { rows: [row], sorted: true }
    this.byRight.set(row, group)
    return group
  }

  /** References that the put at a step may have dropped; empty = it is known which. */
  ofPut(step: number): readonly number[] {
    return this.byPut.get(step) ?? []
  }

  /** References that may be meant by what is said of one; empty = it is known. */
  ofRight(row: number): readonly number[] {
    const group = this.byRight.get(row)
    if (group === undefined) return []
    if (!group.sorted) group.rows.sort((x, y) => x - y)
    group.sorted = true
    return group.rows
  }
}
