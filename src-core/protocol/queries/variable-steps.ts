/**
 * Where a run stores pointers and handles under names, and where ownership moves on: one pass over the trace, kept for
 * each run.
 */
import { Family, Flag, Op, OP_FAMILY, OP_NAMES, type OpName } from '../../trace/ops.ts'
import type { RunView } from './run-view.ts'

export interface VariableSteps {
  /** Ascending steps by site that stored its value under a name. */
  readonly stored: ReadonlyMap<number, readonly number[]>
  /** Ascending steps by site at which its value was null, or names no memory. */
  readonly empty: ReadonlyMap<number, readonly number[]>
  /** Ascending steps by allocation at which its ownership moved on. */
  readonly moved: ReadonlyMap<number, readonly number[]>
  /** Allocations that variables stand for, by the step that stored them, as far as the cursor had to be asked. */
  readonly pointed: Map<number, number>
}

const indexes = new WeakMap<RunView, VariableSteps>()

/** Calls of these families whose result is a number, a truth or nothing: it names no memory. */
const GIVE_NUMBERS: readonly OpName[] = [
  'alloc_pages_bulk_array',
  'sg_alloc_table',
  'sg_alloc_table_from_pages',
  'sg_alloc_table_from_pages_segment',
  'split_page',
  'try_get_page',
  'get_page_unless_zero',
  'folio_try_get',
  'get_user_pages',
  'get_user_pages_fast',
  'pin_user_pages',
  'pin_user_pages_fast',
  'vmsplice',
]
/** Mappings whose result is an address; that of the others is a count or an errno. */
const GIVE_ADDRESSES: readonly OpName[] = ['kmap_local_page', 'kmap', 'dma_map_single', 'dma_map_page']
const VALUE_FAMILIES: readonly number[] = [Family.ALLOC, Family.GET, Family.DERIVE, Family.MOVE]

const GIVES_VALUE = Uint8Array.from(OP_NAMES, (name, op) => {
  const fits = VALUE_FAMILIES.includes(OP_FAMILY[op] ?? Family.NONE) && !GIVE_NUMBERS.includes(name as OpName)
  return fits || GIVE_ADDRESSES.includes(name as OpName) ? 1 : 0
})
const MOVES = Uint8Array.from(OP_FAMILY, (family, op) => (family === Family.MOVE && op !== Op.split_page ? 1 : 0))

/** What is known of a run's variables; made at the first question. */
export function variableSteps(view: RunView): VariableSteps {
  const known = indexes.get(view)
  if (known !== undefined) return known
  const named = Uint8Array.from(view.run.program.sites, (site) => (site.assigned === null ? 0 : 1))
  const stored = new Map<number, number[]>()
  const empty = new Map<number, number[]>()
  const moved = new Map<number, number[]>()
  for (const chunk of view.store.chunks) {
    const { site, allocation, kind, flags, b } = chunk.ops
    for (let row = 0; row < chunk.opCount; row++) {
      const op = kind[row]
      const step = chunk.firstStep + row
      const none = allocation[row] === 0 || (flags[row] & Flag.FAILED) !== 0
      if (GIVES_VALUE[op] === 1 && named[site[row]] === 1) push(none ? empty : stored, site[row], step)
      if (none) continue
      // A pointer that krealloc() gives back as it is: what it was given is not to be used.
      const inPlace = op === Op.krealloc && b[row] === allocation[row]
      if (MOVES[op] === 1 || inPlace) push(moved, allocation[row], step)
    }
  }
  const made = { stored, empty, moved, pointed: new Map<number, number>() }
  indexes.set(view, made)
  return made
}

function push(map: Map<number, number[]>, key: number, step: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [step])
  else list.push(step)
}

/** Greatest of ascending steps that is not after `step`; 0 if there is none. */
export function lastUpTo(steps: readonly number[], step: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((steps[middle] ?? 0) <= step) low = middle + 1
    else high = middle
  }
  return steps[low - 1] ?? 0
}
