/** Ticks of the timeline's bars: events of each piece of memory, merged to at most one a pixel. */
import { Family, Op, OP_FAMILY } from '../../trace/ops.ts'
import type { TimelineTick } from '../messages.ts'
import type { RunView } from './run-view.ts'

type TickKind = TimelineTick['kind']

const KIND_OF_FAMILY: Readonly<Record<number, TickKind>> = {
  [Family.ALLOC]: 'allocate',
  [Family.FREE]: 'free',
  [Family.GET]: 'reference',
  [Family.PUT]: 'put',
  [Family.READ]: 'read',
  [Family.WRITE]: 'write',
  [Family.MAP]: 'map',
  [Family.UNMAP]: 'unmap',
  [Family.DERIVE]: 'derive',
  [Family.MOVE]: 'move',
}
/** What is shown when several events share a pixel: the first of these. */
const PRIORITY: readonly TickKind[] = [
  'violation',
  'invalidated',
  'free',
  'allocate',
  'move',
  'reference',
  'put',
  'map',
  'unmap',
  'derive',
  'write',
  'read',
]
const RANK = Object.fromEntries(PRIORITY.map((kind, i) => [kind, PRIORITY.length - i])) as Record<TickKind, number>

/** Collects the ticks of one bar; events come in any order of steps within a pixel, pixels in order. */
class TickRow {
  readonly ticks: { step: number; kind: TickKind; count: number }[] = []
  private pixel = -1

  constructor(
    private readonly from: number,
    private readonly perPixel: number,
  ) {}

  add(step: number, kind: TickKind): void {
    const pixel = Math.floor((step - this.from) / this.perPixel)
    const last = this.ticks.at(-1)
    if (last === undefined || pixel !== this.pixel) {
      this.pixel = pixel
      this.ticks.push({ step, kind, count: 1 })
      return
    }
    last.count++
    if (RANK[kind] <= RANK[last.kind]) return
    last.kind = kind
    last.step = step
  }
}

/** Ticks of each of the allocations `ids`, between two steps. */
export function barTicks(
  view: RunView,
  ids: readonly number[],
  from: number,
  to: number,
  perPixel: number,
): (readonly TimelineTick[])[] {
  const { ledger } = view.run
  const rows = ids.map(() => new TickRow(from, perPixel))
  const rowOf = new Int32Array(ledger.allocations.lastId + 1).fill(-1)
  ids.forEach((id, row) => {
    rowOf[id] = row
  })
  const marks = ruleMarks(view, ids, rowOf, from, to)
  let next = 0
  const markUpTo = (step: number): void => {
    for (; next < marks.length && marks[next].step <= step; next++)
      rows[marks[next].row].add(marks[next].step, marks[next].kind)
  }
  for (const chunk of view.store.chunks) {
    const { kind, allocation } = chunk.ops
    const last = Math.min(chunk.opCount - 1, to - chunk.firstStep)
    for (let i = Math.max(0, from - chunk.firstStep); i <= last; i++) {
      const row = allocation[i] < rowOf.length ? rowOf[allocation[i]] : -1
      if (row < 0) continue
      const word = OP_FAMILY[kind[i]] === Family.LRU ? lruTick(kind[i]) : KIND_OF_FAMILY[OP_FAMILY[kind[i]]]
      if (word === undefined) continue
      const step = chunk.firstStep + i
      markUpTo(step - 1)
      rows[row].add(step, word)
    }
  }
  markUpTo(to)
  return rows.map((row) => row.ticks)
}

/** An item that is put on a list_lru can be reached through it, like a mapping. */
function lruTick(op: number): TickKind {
  return op === Op.list_lru_add ? 'map' : 'unmap'
}

/** Broken rules, and frees that came about without naming the memory (the last put of a page), in order of steps. */
function ruleMarks(
  view: RunView,
  ids: readonly number[],
  rowOf: Int32Array,
  from: number,
  to: number,
): { readonly step: number; readonly row: number; readonly kind: TickKind }[] {
  const { allocations } = view.run.ledger
  const marks: { step: number; row: number; kind: TickKind }[] = []
  const add = (step: number, row: number, kind: TickKind): void => {
    if (step >= from && step <= to) marks.push({ step, row, kind })
  }
  for (const violation of view.violations) {
    const row = rowOf[violation.allocation] ?? -1
    if (row >= 0) add(violation.step, row, 'violation')
  }
  ids.forEach((id, row) => {
    const freed = allocations.freedAt(id)
    if (freed !== 0 && view.store.opAllocation(freed) !== id) add(freed, row, 'free')
    const ended = allocations.ownerEnd(id)
    if (ended !== 0 && freed !== ended) add(ended, row, 'invalidated')
  })
  return marks.sort((x, y) => x.step - y.step)
}
