/** The frames in use as rows of a table: neighbours with the same use and allocation are one row. */
import { CellMark, type MapCells } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'

export interface FrameRow {
  readonly pfn: number
  readonly frames: number
  readonly kind: number
  readonly allocation: number
  readonly owner: number
  readonly refcount: number
  readonly rightsLeft: boolean
  readonly usedInvalid: boolean
  readonly mapped: boolean
}

/** At most `most` rows; `hidden` is how many more there are. */
export function frameRows(
  cells: MapCells,
  most: number,
): { readonly rows: readonly FrameRow[]; readonly hidden: number } {
  const rows: FrameRow[] = []
  let hidden = 0
  const broken = CellMark.RIGHTS_LEFT | CellMark.USED_INVALID
  const { kind, allocation, owner, refcount, marks, framesPerCell } = cells
  for (let at = 0; at < kind.length; at++) {
    const used = kind[at]! > FrameKind.PCP
    if (!used && (marks[at]! & broken) === 0) continue
    let end = at + 1
    const same = (i: number): boolean =>
      kind[i] === kind[at] &&
      allocation[i] === allocation[at] &&
      owner[i] === owner[at] &&
      (allocation[at] !== 0 || refcount[i] === refcount[at]) &&
      (marks[i]! & broken) === (marks[at]! & broken) &&
      (marks[i]! & CellMark.HEAD) === 0
    while (end < kind.length && same(end)) end++
    if (rows.length < most) {
      rows.push({
        pfn: cells.from + at * framesPerCell,
        frames: (end - at) * framesPerCell,
        kind: kind[at]!,
        allocation: allocation[at]!,
        owner: owner[at]!,
        refcount: refcount[at]!,
        rightsLeft: (marks[at]! & CellMark.RIGHTS_LEFT) !== 0,
        usedInvalid: (marks[at]! & CellMark.USED_INVALID) !== 0,
        mapped: (marks[at]! & CellMark.MAPPED) !== 0,
      })
    } else hidden += 1
    at = end - 1
  }
  return { rows, hidden }
}
