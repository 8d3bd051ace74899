/**
 * The ledger: who holds which right on which memory, folded from the operation and delta columns of a trace
 * (DESIGN §1.1, §1.3). It keeps its own shadow and never asks the machine.
 *
 * Every row is first judged plain or notable: a plain row only updates the shadow; a notable one is shown to the
 * witness (the rules) before it takes effect. The rows of a driver's hot loop are plain.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field, MAX_ALLOCATION } from '../trace/fields.ts'
import { Family, Flag, Op, OP_FAMILY } from '../trace/ops.ts'
import { AccessSets } from './access-sets.ts'
import { Mark, MARK_SHIFT, ORDER_SHIFT, Word, WORDS } from './allocation-table.ts'
import { isCommon } from './common-kinds.ts'
import { CommonRows } from './common-rows.ts'
import {
  freeFits,
  IS_ALWAYS_NOTABLE,
  IS_FOLIO_OP,
  IS_LOOKUP,
  IS_PIN,
  IS_USER_GET,
  isDmaOp,
  IS_PAGE_FREE,
  IS_SPECIAL_ALLOC,
  IS_VMALLOC_TO,
  isPageKind,
  isUserMap,
  PTE_IS_HANDED,
  PTE_IS_SPECIAL,
} from './op-classes.ts'
import { QuietRows } from './quiet-rows.ts'
import { RightKind } from './right-table.ts'
import { Row } from './row.ts'
import { maySleep } from './sleepers.ts'
import { STOPPED } from './shadow.ts'

export type { Right } from './access-sets.ts'

/** What sees the notable rows, each before it takes effect on the ledger. */
export interface Witness {
  row(row: Row): void
}

/** Counts from here on may wrap: gets of such pages are notable. */
const NEAR_OVERFLOW = 0x4000_0000

export class Ledger extends AccessSets {
  /** Whether hot loops are folded by `CommonRows` and `QuietRows`. All ways come to the same; a test turns it off. */
  hasFastRows = true
  private readonly commonRows = new CommonRows(this.allocations, this)
  private readonly quietRows = new QuietRows(this.allocations, this)
  private readonly current = new Row()
  /** A shrinker was made: from now on locks and allocations are notable. */
  private hasShrinkers = false

  /** Folds rows [from, to) of a chunk. Chunks and rows come in the order of the trace, none twice. */
  feed(chunk: TraceChunk, from: number, to: number, witness: Witness | null = null): void {
    this.steps.add(chunk)
    const { kind, task, site, allocation, subject, a, b, flags, deltaEnd } = chunk.ops
    const { field, index, old, new: next } = chunk.deltas
    const table = this.allocations
    const { occupants, lastOccupants, frameKinds, lookups } = this
    const { contexts } = this
    let runs = -1
    let atomic = false
    let delta = from === 0 ? 0 : deltaEnd[from - 1]
    let step = chunk.firstStep + from - 1
    for (let i = from; i < to; i++) {
      if (task[i] === runs && isCommon(kind[i]) && !atomic && this.mayFoldCommon) {
        const next = this.commonRows.fold(chunk, i, to, this.slabMappings !== 0)
        if (next !== i) {
          i = next
          if (i === to) break
          step = chunk.firstStep + i - 1
          delta = deltaEnd[i - 1]
        }
      }
      step++
      const op = kind[i]
      const firstDelta = delta
      const family = OP_FAMILY[op]
      const id = allocation[i]
      if (id > table.lastId) this.ingest(chunk, step, op, a[i])
      if (task[i] !== runs) {
        runs = task[i]
        atomic = contexts.of(runs) !== 0
      }
      if ((!atomic || !maySleep(op)) && this.isPlain(op, family, id, subject[i], a[i], b[i], flags[i])) {
        if (family === Family.READ || family === Family.WRITE) {
          delta = deltaEnd[i] // Bytes only.
          continue
        }
      } else {
        if (chunk.allocationCount > table.lastId - chunk.firstAllocation + 1) this.ingest(chunk, step, op, a[i])
        this.step = step
        if (witness !== null) {
          this.current.load(chunk, i, delta)
          witness.row(this.current)
        }
        // What a plain free gave back is in its deltas.
        if (family === Family.FREE) this.free(op, id, subject[i], step, task[i], flags[i])
      }
      if (family === Family.PUT && id !== 0 && (flags[i] & STOPPED) === 0) {
        this.put(op, id, subject[i], step, task[i], site[i])
      }
      for (const end = deltaEnd[i]; delta < end; delta++) {
        const what = field[delta]
        if (what === Field.USE) {
          const pfn = index[delta]
          const before = old[delta] & MAX_ALLOCATION
          const after = next[delta] & MAX_ALLOCATION
          occupants[pfn] = after
          frameKinds[pfn] = next[delta] >>> 28
          if (after !== 0) lastOccupants[pfn] = after
          if (before !== 0 && before !== after) this.vacated(before, pfn, step)
          if (after !== 0 && lookups.size > 0 && lookups.has(pfn)) table.addMark(after, Mark.FLAGGED)
        } else if (what === Field.OBJECT) {
          if (next[delta] === 0) this.released(old[delta], step)
        } else if (what >= Field.PTE_ADDRESS && what <= Field.PTE_AREA) {
          this.entries.set(what, index[delta], old[delta], next[delta])
        } else if (what === Field.LRU_BATCH) {
          this.foldBatch(index[delta], next[delta] > old[delta], step, task[i])
        } else if (what === Field.CONTEXT) {
          contexts.set(index[delta], next[delta], step)
          runs = -1
        }
      }
      switch (family) {
        case Family.ALLOC:
          if (id !== 0) this.alloc(chunk, i, op, id, step)
          break
        case Family.GET:
          if (id !== 0 && (flags[i] & STOPPED) === 0) {
            if (IS_USER_GET[op] === 1) table.addMark(id, Mark.USERS)
            this.take(takenBy(op, flags[i]), id, subject[i], step, task[i], 0)
          }
          break
        case Family.MAP:
          if (id !== 0 && (flags[i] & STOPPED) === 0 && !isDmaOp(op)) {
            if (!isUserMap(op)) this.map(op, id, subject[i], step, task[i], a[i])
            else if ((flags[i] & Flag.FAILED) === 0)
              this.mapUser(
                id,
                subject[i],
                step,
                task[i],
                a[i],
                b[i] === PTE_IS_SPECIAL,
                op === Op.pte_set || b[i] === PTE_IS_HANDED,
              )
          }
          break
        case Family.MOVE:
          if (op === Op.split_page && id !== 0 && (flags[i] & STOPPED) === 0) this.split(chunk, id, step, op)
          // The owner of an Owned<T> is gone without a release.
          else if (op === Op.into_raw && (flags[i] & Flag.LAST) !== 0) this.released(id, step)
          break
        case Family.RCU:
          // kfree_rcu(): the object belongs to the callback from now on.
          if (op === Op.call_rcu && id !== 0 && (flags[i] & (STOPPED | Flag.WARNED)) === 0) this.endOwner(id, step)
          break
        case Family.UNMAP:
          if (op === Op.zap_pte) this.unmapUser(a[i], step)
          else if (op === Op.pte_clear) this.forgetUser(a[i], step, task[i])
          else if (!isDmaOp(op)) this.unmap(a[i], step)
          break
        case Family.LRU:
          if ((flags[i] & STOPPED) === 0) this.foldLru(op, id, subject[i], step, task[i], a[i])
          break
        case Family.NONE:
          if (op >= Op.gpu_pte_set && op <= Op.gpu_tlbi) this.foldDevice(op, id, subject[i], step, task[i], a[i], b[i])
          else if (op === Op.shrinker_alloc) this.hasShrinkers = true
          else if (op === Op.set_page_count && a[i] > NEAR_OVERFLOW) table.addMark(id, Mark.FLAGGED)
          break
        case Family.DERIVE:
          if (IS_LOOKUP[op] === 1 && subject[i] < occupants.length)
            lookups.set(subject[i], { step, occupant: occupants[subject[i]] })
          if (id !== 0 && id <= table.lastId) {
            table.words[id * WORDS + Word.POINTERS] = this.pointers.add(step, subject[i], table.pointers(id))
          }
          break
      }
      if (isDmaOp(op)) {
        this.current.load(chunk, i, firstDelta)
        this.foldDma(this.current)
      }
    }
    step = chunk.firstStep + to - 1
    this.step = step
    if (chunk.allocationCount > table.lastId - chunk.firstAllocation + 1) this.ingest(chunk, step, 0, 0)
  }

  /**
   * Folds rows [from, to) as `feed` does, as far as no rule has anything to say to them: plain allocations and frees of
   * one task in memory that is `unwritten` (QuietRows.fold). Returns the first row that it did not.
   */
  feedQuiet(chunk: TraceChunk, from: number, to: number, unwritten: Uint8Array): number {
    const { kind, task } = chunk.ops
    if (!isCommon(kind[from]) || !this.mayFoldCommon || this.contexts.of(task[from]) !== 0) return from
    this.steps.add(chunk)
    const next = this.quietRows.fold(chunk, from, to, this.slabMappings !== 0, unwritten)
    if (next !== from) this.step = chunk.firstStep + next - 1
    return next
  }

  private get mayFoldCommon(): boolean {
    return this.hasFastRows && !this.hasShrinkers && this.lookups.size === 0
  }

  /** False if the rules have to see the row. Reads the state before the row. */
  private isPlain(
    op: number,
    family: number,
    id: number,
    subject: number,
    a: number,
    b: number,
    flags: number,
  ): boolean {
    const { words } = this.allocations
    const at = id * WORDS
    const kind = words[at] & 0xff
    const mark = (words[at] >>> MARK_SHIFT) & 0xff
    if (this.hasShrinkers && (family === Family.LOCK || family === Family.UNLOCK || family === Family.ALLOC))
      return false
    switch (family) {
      case Family.LRU:
        return flags === 0
      case Family.ALLOC:
        return flags === 0 && IS_SPECIAL_ALLOC[op] === 0
      case Family.FREE: {
        if (flags !== Flag.LAST || id === 0 || mark !== 0 || !freeFits(op, kind)) return false
        if (IS_PAGE_FREE[op] === 1) return subject === words[at + Word.BASE] && a === words[at] >>> ORDER_SHIFT
        if (a !== 0 || this.slabMappings !== 0) return false
        if (kind === AllocationKind.CACHE_OBJECT)
          return op !== Op.kmem_cache_free || b + 1 === words[at] >>> ORDER_SHIFT
        return kind === AllocationKind.KMALLOC || kind === AllocationKind.LARGE_KMALLOC
      }
      case Family.READ:
      case Family.WRITE:
        return (
          id !== 0 &&
          (mark & ~Mark.RIGHTS) === 0 &&
          (flags & ~Flag.VMALLOC) === 0 &&
          b >= 0 &&
          b + a <= words[at + Word.SIZE] >>> 0 &&
          kind !== AllocationKind.SLAB
        )
      case Family.GET:
        return (
          id !== 0 &&
          flags === 0 &&
          (mark & ~Mark.RIGHTS) === 0 &&
          (kind === AllocationKind.COMPOUND || (kind === AllocationKind.PAGES && subject === words[at + Word.BASE]))
        )
      case Family.PUT:
        return (
          id !== 0 &&
          flags === 0 &&
          (mark & ~Mark.RIGHTS) === 0 &&
          isPageKind(kind) &&
          (kind !== AllocationKind.PAGES || subject === words[at + Word.BASE])
        )
      case Family.MAP:
        return (
          flags === 0 &&
          id !== 0 &&
          (mark & (Mark.FREED | Mark.TAINTED | Mark.FLAGGED)) === 0 &&
          !isDmaOp(op) &&
          !isUserMap(op)
        )
      case Family.UNMAP:
        return flags === 0 && a === b && a !== 0 && !isDmaOp(op) && op !== Op.zap_pte
      case Family.DERIVE:
        return (
          flags === 0 && (mark & Mark.FLAGGED) === 0 && IS_VMALLOC_TO[op] === 0 && IS_FOLIO_OP[op] === 0 && !isDmaOp(op)
        )
      case Family.DMA:
      case Family.ASSERT:
      case Family.EXCEPTION:
      case Family.NOT_SIMULATED:
        return false
      default:
        return (flags & (Flag.NULL | Flag.FAULT | Flag.WILD)) === 0 && IS_ALWAYS_NOTABLE[op] === 0
    }
  }
}

/** Kind of the right that a get takes. */
function takenBy(op: number, flags: number): RightKind {
  if ((flags & Flag.DECLINED) !== 0) return RightKind.BELIEF
  return op === Op.vmsplice ? RightKind.PIPE : IS_PIN[op] === 1 ? RightKind.PIN : RightKind.REFERENCE
}
