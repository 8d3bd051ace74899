/**
 * The memory map as a table: frames in use or marked with a broken rule, neighbours that are alike in one row. Looks at
 * frames that the run ever used only, and makes the rows that are asked for only.
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field, FrameKind, useAllocation, useKind } from '../../trace/fields.ts'
import { BLOCK_SIZE } from '../../trace/state-column.ts'
import { CellMark, type Calls, type FrameRow } from '../messages.ts'
import { mapCells, markViolations, ownerSlot } from './map.ts'
import type { RunView } from './run-view.ts'
import { firstObjectOfFrame, slabAt } from './slab-objects.ts'

/** Rows by their frames, two numbers a row: the first frame, and how many. */
interface Runs {
  readonly frames: Uint32Array
}

/** Answers `frameRows`. */
export function frameRows(view: RunView, ask: Calls['frameRows']['ask']): Calls['frameRows']['answer'] {
  const step = view.cursor.seek(ask.step)
  const { frames } = view.rowsCache.get(String(step), () => runsOf(view, step))
  const total = frames.length / 2
  const rows: FrameRow[] = []
  for (let row = ask.from; row < Math.min(total, ask.from + ask.count); row++) {
    rows.push(rowOf(view, step, frames[2 * row], frames[2 * row + 1]))
  }
  return { rows, total }
}

function rowOf(view: RunView, step: number, pfn: number, frames: number): FrameRow {
  const cells = mapCells(view, { run: 0, step, from: pfn, to: pfn + 1, cells: 1 })
  const [kind, marks] = [cells.kind[0], cells.marks[0]]
  return {
    pfn,
    frames,
    kind,
    allocation: cells.allocation[0],
    owner: cells.owner[0],
    refcount: cells.refcount[0],
    rightsLeft: (marks & CellMark.RIGHTS_LEFT) !== 0,
    usedInvalid: (marks & CellMark.USED_INVALID) !== 0,
    mapped: (marks & CellMark.MAPPED) !== 0,
  }
}

/** The rows at the cursor's step. */
function runsOf(view: RunView, step: number): Runs {
  const { cursor } = view
  const { frames: machine } = view.info
  const broken = new Map<number, number>()
  markViolations(view, step, (pfn, bit) => broken.set(pfn, (broken.get(pfn) ?? 0) | bit))
  const blocks = new Set<number>(cursor.writtenBlocks(Field.USE))
  for (const pfn of broken.keys()) blocks.add(Math.floor(pfn / BLOCK_SIZE))
  const out: number[] = []
  /** The row that is being made: its first frame, what it shares, and the frame after it. */
  let [first, end] = [0, 0]
  let row: Alike | null = null
  let [allocation, head] = [0, -1]
  const close = (): void => {
    if (row !== null) out.push(first, end - first)
    row = null
  }
  for (const block of Uint32Array.from(blocks).sort()) {
    const uses = cursor.block(Field.USE, block)
    for (let i = 0; i < BLOCK_SIZE; i++) {
      const pfn = block * BLOCK_SIZE + i
      const use = uses[i]
      const marks = broken.get(pfn) ?? 0
      if (pfn >= machine || (useKind(use) <= FrameKind.PCP && marks === 0)) {
        close()
        continue
      }
      if (useAllocation(use) !== allocation) {
        allocation = useAllocation(use)
        head = headOf(view, allocation)
      }
      const seen = alike(view, pfn, use, marks)
      const joins = row !== null && end === pfn && pfn !== head && same(row, seen)
      if (!joins) {
        close()
        first = pfn
        row = seen
      }
      end = pfn + 1
    }
  }
  close()
  return { frames: Uint32Array.from(out) }
}

/** What the frames of one row have in common. */
interface Alike {
  readonly use: number
  readonly marks: number
  /** Of a slab page, whose objects may belong to others than those of its neighbour. */
  readonly owner: number
  /** Of frames that no allocation has. */
  readonly refcount: number
}

function alike(view: RunView, pfn: number, use: number, marks: number): Alike {
  const slab = useKind(use) === FrameKind.SLAB ? slabAt(view, pfn) : null
  const object = slab === null ? 0 : firstObjectOfFrame(view, slab, pfn)
  return {
    use,
    marks,
    owner: object === 0 ? 0 : ownerSlot(view, object),
    refcount: useAllocation(use) === 0 ? view.cursor.refcount(pfn) : 0,
  }
}

function same(a: Alike, b: Alike): boolean {
  return a.use === b.use && a.marks === b.marks && a.owner === b.owner && a.refcount === b.refcount
}

/** First frame of memory of several frames, which begins a row; -1 if it has none. */
function headOf(view: RunView, allocation: number): number {
  const record = view.store.allocation(allocation)
  if (record === null || record.kind === AllocationKind.NONE || view.frameCount(record) < 2) return -1
  return view.firstFrame(record)
}
