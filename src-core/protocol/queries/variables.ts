/**
 * What each variable of the program is at a step: the owner of its memory, a reference, a borrow, moved on, or a name
 * of memory that was freed. A variable is a call whose value is stored under a name (`Site.assigned`); what it stands
 * for is the allocation of the last such call up to the step.
 *
 * Simplified: a move is what the trace has as one (`into_raw` and its kind); `const b = a` alone leaves no row.
 */
import { IS_POINTER_DERIVE } from '../../ownership/op-classes.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Family, Flag, OP_FAMILY, OP_NAMES } from '../../trace/ops.ts'
import type { Calls, VariableRow } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { objectsOfFrame, slabAt } from './slab-objects.ts'

/** Rows of one answer at most. */
const MOST_ROWS = 500
/** Operations that give a page or folio for an address or for another page. */
const PAGE_HANDLE = /_to_(head_)?page$|^virt_to_folio$|^page_folio$/

interface VariableSteps {
  /** Ascending steps by site that stored its value under a name. */
  readonly stored: ReadonlyMap<number, readonly number[]>
  /** Ascending steps by allocation at which its ownership moved on. */
  readonly moved: ReadonlyMap<number, readonly number[]>
  /** Allocations that pointers to slab pages stand for, by the step that made the pointer, as far as asked. */
  readonly pointed: Map<number, number>
}

const indexes = new WeakMap<RunView, VariableSteps>()

/** Answers `variables`: one row for each place of the source that has stored something by then. */
export function variables(view: RunView, ask: Calls['variables']['ask']): { readonly rows: readonly VariableRow[] } {
  const { stored, moved } = indexOf(view)
  const rows: VariableRow[] = []
  for (const [site, steps] of stored) {
    const step = lastUpTo(steps, ask.step)
    const place = view.run.program.sites[site]
    if (step === 0 || place === undefined || rows.length === MOST_ROWS) continue
    const { chunk, row } = view.store.place(step)
    const op = chunk.ops.kind[row]
    const named = chunk.ops.allocation[row]
    const allocation = standsFor(view, op, named, chunk.ops.subject[row], step)
    const { file, line, column } = view.span(site)
    const state = stateOf(view, OP_FAMILY[op] ?? Family.NONE, allocation, step, ask.step, moved)
    rows.push({ name: place.assigned ?? '', file, line, column, state, allocation, step })
  }
  return { rows }
}

/**
 * The memory that a handle or a pointer stands for. The handle of a slab's page is one of the page, not of the object
 * that it was asked for; a pointer to a slab's page is one into the object there, if there was only one.
 */
function standsFor(view: RunView, op: number, named: number, subject: number, step: number): number {
  const { allocations } = view.run.ledger
  if (PAGE_HANDLE.test(OP_NAMES[op] ?? '')) return allocations.slab(named) || named
  if (IS_POINTER_DERIVE[op] !== 1 || allocations.kind(named) !== AllocationKind.SLAB) return named
  const { pointed } = indexOf(view)
  const known = pointed.get(step)
  if (known !== undefined) return known
  view.cursor.seek(step)
  const place = slabAt(view, subject)
  const used = place === null ? [] : objectsOfFrame(view, place, subject).filter((each) => each.allocation !== 0)
  const found = used.length === 1 ? (used[0]?.allocation ?? named) : named
  pointed.set(step, found)
  return found
}

function stateOf(
  view: RunView,
  family: number,
  allocation: number,
  stored: number,
  now: number,
  moved: VariableSteps['moved'],
): VariableRow['state'] {
  const freed = view.run.ledger.allocations.freedAt(allocation)
  if (freed !== 0 && freed <= now) return 'freed'
  if (lastUpTo(moved.get(allocation) ?? [], now) > stored) return 'moved'
  if (family === Family.ALLOC || family === Family.MOVE) return 'owner'
  return family === Family.GET ? 'reference' : 'borrowed'
}

function indexOf(view: RunView): VariableSteps {
  const known = indexes.get(view)
  if (known !== undefined) return known
  const { sites } = view.run.program
  const named = Uint8Array.from(sites, (site) => (site.assigned === null ? 0 : 1))
  const stored = new Map<number, number[]>()
  const moved = new Map<number, number[]>()
  for (const chunk of view.store.chunks) {
    const { site, allocation, kind, flags } = chunk.ops
    for (let row = 0; row < chunk.opCount; row++) {
      if (allocation[row] === 0 || (flags[row] & Flag.FAILED) !== 0) continue
      const family = OP_FAMILY[kind[row]]
      if (named[site[row]] === 1 && givesValue(family)) push(stored, site[row], chunk.firstStep + row)
      if (family === Family.MOVE) push(moved, allocation[row], chunk.firstStep + row)
    }
  }
  const made = { stored, moved, pointed: new Map<number, number>() }
  indexes.set(view, made)
  return made
}

/** Operations whose value is a pointer or a handle; a count that was read names no memory. */
function givesValue(family: number | undefined): boolean {
  return (
    family === Family.ALLOC ||
    family === Family.GET ||
    family === Family.DERIVE ||
    family === Family.MAP ||
    family === Family.MOVE
  )
}

function push(map: Map<number, number[]>, key: number, step: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [step])
  else list.push(step)
}

/** Greatest of ascending steps that is not after `step`; 0 if there is none. */
function lastUpTo(steps: readonly number[], step: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((steps[middle] ?? 0) <= step) low = middle + 1
    else high = middle
  }
  return steps[low - 1] ?? 0
}
