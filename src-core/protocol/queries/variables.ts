/**
 * What each variable of the program is at a step: the owner of its memory, a reference, a borrow, moved on, or a name
 * of memory that was freed. A variable is a call whose value is stored under a name (`Site.assigned`); what it stands
 * for is the memory that the last such call up to the step gave.
 *
 * Simplified: a move is what the trace has as one (`into_raw` and its kind); `const b = a` alone leaves no row.
 */
import { IS_POINTER_DERIVE } from '../../ownership/op-classes.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { useAllocation } from '../../trace/fields.ts'
import { Family, Op, OP_FAMILY, OP_NAMES } from '../../trace/ops.ts'
import type { Calls, VariableRow } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { objectsOfFrame, slabAt } from './slab-objects.ts'
import { lastUpTo, variableSteps } from './variable-steps.ts'

/** Rows of one answer at most. */
const MOST_ROWS = 500
/** Operations that give a page or folio for an address, for an entry of a list or for another page. */
const PAGE_HANDLE = /_to_(head_)?page$|^virt_to_folio$|^page_folio$|^sg_page$/

/** A call that stored its value. */
interface Stored {
  readonly step: number
  readonly op: number
  /** What its row names. */
  readonly named: number
  readonly subject: number
}

/** Answers `variables`: one row for each place of the source that has stored something by then. */
export function variables(view: RunView, ask: Calls['variables']['ask']): { readonly rows: readonly VariableRow[] } {
  const { stored, empty } = variableSteps(view)
  const rows: VariableRow[] = []
  for (const [site, steps] of stored) {
    const step = lastUpTo(steps, ask.step)
    const place = view.run.program.sites[site]
    if (step === 0 || place === undefined || rows.length === MOST_ROWS) continue
    if (lastUpTo(empty.get(site) ?? [], ask.step) > step) continue
    const { chunk, row } = view.store.place(step)
    const { kind, allocation, subject } = chunk.ops
    const value = { step, op: kind[row], named: allocation[row], subject: subject[row] }
    const memory = standsFor(view, value, ask.step)
    const { file, line, column } = view.span(site)
    const state = stateOf(view, value, memory, ask.step)
    rows.push({ name: place.assigned ?? '', file, line, column, state, allocation: memory, step })
  }
  return { rows }
}

/**
 * The memory that a handle or a pointer stands for. The handle of a slab's page is one of the page, not of the object
 * that it was asked for; a pointer to a slab's page is one into the object there, if there was only one. What stood for
 * a page of a block that was split stands for the page.
 */
function standsFor(view: RunView, value: Stored, now: number): number {
  const { op, named, step } = value
  const { ledger } = view.run
  if (PAGE_HANDLE.test(OP_NAMES[op] ?? '')) {
    const slab = ledger.allocations.slab(named)
    if (slab !== 0) return slab
  }
  const pointer = IS_POINTER_DERIVE[op] === 1 || op === Op.kmap || op === Op.kmap_local_page
  if (pointer && ledger.allocations.kind(named) === AllocationKind.SLAB) return asked(view, value, onlyObject)
  const split = ledger.splitAt(named)
  const later = split > step && split <= now && OP_FAMILY[op] !== Family.ALLOC
  return later ? asked(view, value, pageOfSplit) : named
}

/** What `find` says of a value, which is the same at each playhead. */
function asked(view: RunView, value: Stored, find: (view: RunView, value: Stored) => number): number {
  const { pointed } = variableSteps(view)
  let found = pointed.get(value.step)
  if (found === undefined) pointed.set(value.step, (found = find(view, value)))
  return found
}

function onlyObject(view: RunView, { step, named, subject }: Stored): number {
  view.cursor.seek(step)
  const place = slabAt(view, subject)
  const used = place === null ? [] : objectsOfFrame(view, place, subject).filter((each) => each.allocation !== 0)
  return used.length === 1 ? (used[0]?.allocation ?? named) : named
}

function pageOfSplit(view: RunView, { named, subject }: Stored): number {
  view.cursor.seek(view.run.ledger.splitAt(named))
  return useAllocation(view.cursor.use(subject)) || named
}

function stateOf(view: RunView, value: Stored, memory: number, now: number): VariableRow['state'] {
  const { allocations } = view.run.ledger
  if (isOver(allocations.freedAt(memory), now)) return 'freed'
  const family = OP_FAMILY[value.op] ?? Family.NONE
  const ended = isOver(rightEnd(view, value), now)
  // A mapping that has ended is no address of anything any more; a reference that was put is somebody else's memory.
  if (ended) return family === Family.MAP ? 'freed' : 'moved'
  if (lastUpTo(variableSteps(view).moved.get(memory) ?? [], now) > value.step) return 'moved'
  if (family === Family.GET) return 'reference'
  if (family !== Family.ALLOC && family !== Family.MOVE) return 'borrowed'
  // Others keep the memory: a reference, a mapping, a grace period.
  return isOver(allocations.ownerEnd(memory), now) ? 'moved' : 'owner'
}

function isOver(end: number, now: number): boolean {
  return end !== 0 && end <= now
}

/** Step that ended the right which the call took; 0 = it took none, or holds it. */
function rightEnd(view: RunView, { named, step }: Stored): number {
  const { allocations, rights } = view.run.ledger
  for (let row = allocations.rights(named); row !== 0 && rights.from(row) >= step; row = rights.older(row)) {
    if (rights.from(row) === step) return rights.to(row)
  }
  return 0
}
