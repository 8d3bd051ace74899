/**
 * Who holds a piece of memory over time: moves of ownership in the trace, and rights that are no row of the ledger's
 * right table: scatterlist entries that name it, and borrows.
 *
 * The trace has no row for the end of a borrow: it is told until its owner's right ends, or until the last use of it
 * that outlived the owner.
 */
import type { TraceChunk } from '../../trace/chunk.ts'
import { Field } from '../../trace/fields.ts'
import { Flag, Op } from '../../trace/ops.ts'
import type { TimelineBar, TimelineMove } from '../messages.ts'
import type { RunView } from './run-view.ts'

type Nested = TimelineBar['rights'][number]
/** Rows kept of one memory at most. */
const MOST = 64
const STOPPED = Flag.FAILED | Flag.NULL | Flag.FAULT

export class Holders {
  private readonly nested = new Map<number, { kind: string; from: number; to: number; holder: number }[]>()
  private readonly moved = new Map<number, TimelineMove[]>()
  /** What each scatterlist entry names now. */
  private readonly entries = new Map<number, { allocation: number; right: { to: number } | null }>()

  constructor(private readonly view: RunView) {
    for (const chunk of view.store.chunks) this.fold(chunk)
    this.endBorrows()
  }

  /** Entries and borrows of a memory; `to` 0 = until the end of the run. */
  nestedOf(allocation: number): readonly Nested[] {
    return this.nested.get(allocation) ?? []
  }

  /** Moves of a memory in order of steps; the last may be its free by another task than its owner. */
  movesOf(allocation: number): readonly TimelineMove[] {
    const { allocations } = this.view.run.ledger
    const moves = this.moved.get(allocation) ?? []
    const freed = allocations.freedAt(allocation)
    if (freed === 0) return moves
    const last = moves.at(-1)
    const holder = last === undefined ? allocations.task(allocation) : last.task
    const by = allocations.freeTask(allocation)
    if (holder < 0 || holder === by || last?.step === freed) return moves
    return [...moves, { step: freed, task: by, what: 'freed by another task' }]
  }

  private fold(chunk: TraceChunk): void {
    const { kind, task, allocation, subject, flags, deltaEnd } = chunk.ops
    const { field, index, new: value } = chunk.deltas
    let delta = 0
    for (let row = 0; row < chunk.opCount; row++) {
      const end = deltaEnd[row]
      const step = chunk.firstStep + row
      const id = allocation[row]
      for (; delta < end; delta++)
        if (field[delta] === Field.SG_ADDRESS && value[delta] === 0) this.endEntry(index[delta], step)
      if (id === 0 || (flags[row] & STOPPED) !== 0) continue
      switch (kind[row]) {
        case Op.sg_set_page:
        case Op.sg_set_buf:
        case Op.sg_init_one: {
          this.endEntry(subject[row], step)
          const right = this.add(id, 'sg', step, task[row])
          this.entries.set(subject[row], { allocation: id, right })
          break
        }
        case Op.borrow:
          this.add(id, 'borrow', step, task[row])
          break
        case Op.borrow_outlived:
          for (const each of this.nested.get(id) ?? []) if (each.kind === 'borrow') each.to = step
          break
        case Op.into_raw:
          this.move(id, { step, task: -1, what: 'raw pointer' })
          break
        case Op.from_raw:
          this.move(id, { step, task: task[row], what: 'taken back' })
          break
        case Op.call_rcu:
          this.move(id, { step, task: -1, what: 'RCU' })
          break
        default:
      }
    }
  }

  private add(id: number, kind: string, from: number, holder: number): { to: number } | null {
    const list = this.nested.get(id) ?? []
    if (list.length >= MOST) return null
    const right = { kind, from, to: 0, holder }
    list.push(right)
    this.nested.set(id, list)
    return right
  }

  private move(id: number, move: TimelineMove): void {
    const list = this.moved.get(id) ?? []
    if (list.length < MOST) list.push(move)
    this.moved.set(id, list)
  }

  private endEntry(entry: number, step: number): void {
    const named = this.entries.get(entry)
    if (named === undefined) return
    if (named.right !== null && named.right.to === 0) named.right.to = step
    this.entries.delete(entry)
  }

  private endBorrows(): void {
    const { allocations } = this.view.run.ledger
    for (const [id, list] of this.nested) {
      const ended = allocations.ownerEnd(id)
      for (const each of list) {
        if (each.kind === 'borrow' && each.to < ended) each.to = Math.max(ended, each.from)
      }
    }
  }
}

const KNOWN = new WeakMap<RunView, Holders>()

/** Holders of a run's memories, folded once. */
export function holdersOf(view: RunView): Holders {
  let holders = KNOWN.get(view)
  if (holders === undefined) KNOWN.set(view, (holders = new Holders(view)))
  return holders
}
