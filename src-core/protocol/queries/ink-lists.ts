/** What the colours of the map are made with: lists of cells, columns that serve again, the answer as it travels. */
import type { InkRuns } from '../ink-runs.ts'
import type { MapInks } from '../messages.ts'

/** The lists of an answer in one buffer, which travels faster than one for each. */
export function packed(
  { from, to, inks }: InkRuns,
  length: number,
  changed: Uint32Array,
  broken: readonly number[],
): Pick<MapInks, 'from' | 'to' | 'inks' | 'changed' | 'broken'> {
  const lists = [from.subarray(0, length), to.subarray(0, length), changed, broken]
  const words = lists.reduce((sum, list) => sum + list.length, 0)
  const buffer = new ArrayBuffer(4 * words + length)
  let at = 0
  const put = (list: ArrayLike<number>): Uint32Array => {
    const out = new Uint32Array(buffer, at, list.length)
    out.set(list)
    at += 4 * list.length
    return out
  }
  const answer = { from: put(lists[0]), to: put(lists[1]), changed: put(changed), broken: put(broken) }
  const runs = new Uint8Array(buffer, at, length)
  runs.set(inks.subarray(0, length))
  return { ...answer, inks: runs }
}

/** Columns of inks that nobody wants any more, for those to come: a million bytes are dear to get and to collect. */
export class SpareInks {
  private readonly spare: Uint8Array<ArrayBuffer>[] = []

  give(inks: Uint8Array<ArrayBuffer>): void {
    this.spare.push(inks)
    if (this.spare.length > 2) this.spare.shift()
  }

  /** A column of so many cells, with any inks. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const at = this.spare.findIndex((each) => each.length === count)
    return at < 0 ? new Uint8Array(count) : this.spare.splice(at, 1)[0]
  }
}

/** Tells for the lists of cells of one view which cell is on which, in one column for all of them. */
export class CellMarks {
  /** By cell: number of the list it was put on last. */
  private readonly listed: Uint32Array
  private lists = 0

  constructor(count: number) {
    this.listed = new Uint32Array(count)
  }

  newList(): CellList {
    return new CellList(this.listed, ++this.lists)
  }
}

/** Cells, each once. */
export class CellList {
  cells = new Uint32Array(256)
  length = 0

  constructor(
    private readonly listed: Uint32Array,
    private readonly number: number,
  ) {}

  add(cell: number): void {
    if (this.listed[cell] === this.number || cell >= this.listed.length) return
    this.listed[cell] = this.number
    if (this.length === this.cells.length) {
      const longer = new Uint32Array(this.length * 2)
      longer.set(this.cells)
      this.cells = longer
    }
    this.cells[this.length++] = cell
  }
}
