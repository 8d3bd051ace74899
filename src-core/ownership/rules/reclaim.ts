/**
 * Rules over shrinkers and LRU lists (KERNEL_FACTS D56, D57): locks that a callback waits for while allocations are
 * made under them, items added twice, callbacks that leave the list's lock in the wrong state.
 */
import { Flag, LockClass, Op } from '../../trace/ops.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { allocationMask } from '../sleepers.ts'

const GFP_DIRECT_RECLAIM = 0x400
const GFP_FS = 0x80

interface Place {
  readonly step: number
  readonly task: number
}

/** Which locks are held, which were held over allocations that can reclaim, which a shrinker waits for. */
class Reclaim {
  /** By task: sleeping locks held, with the step that took each. */
  readonly held = new Map<number, Map<number, Place>>()
  /** By task: depth of scan_objects callbacks. */
  readonly scanning = new Map<number, number>()
  readonly overAllocation = new Map<number, { readonly lock: Place; readonly allocation: Place }>()
  readonly inScan = new Map<number, Place>()
}

const states = new WeakMap<object, Reclaim>()
function stateOf(scene: Scene): Reclaim {
  let known = states.get(scene.desk)
  if (known === undefined) states.set(scene.desk, (known = new Reclaim()))
  return known
}

/** Rows of a run with shrinkers: locks, allocations that may reclaim, callbacks. */
export function reclaimRule(scene: Scene, row: Row): void {
  const state = stateOf(scene)
  switch (row.op) {
    case Op.shrink_scan:
      state.scanning.set(row.task, (state.scanning.get(row.task) ?? 0) + 1)
      return
    case Op.shrink_scanned:
      state.scanning.set(row.task, Math.max(0, (state.scanning.get(row.task) ?? 0) - 1))
      return
    case Op.lock:
    case Op.trylock:
      if (!row.has(Flag.FAILED)) taken(scene, row, state)
      return
    case Op.unlock:
      state.held.get(row.task)?.delete(row.subject)
      return
  }
  const mask = allocationMask(row)
  if ((mask & GFP_DIRECT_RECLAIM) === 0 || (mask & GFP_FS) === 0) return
  if ((state.scanning.get(row.task) ?? 0) > 0) return
  for (const [lock, place] of state.held.get(row.task) ?? []) {
    if (state.overAllocation.has(lock)) continue
    state.overAllocation.set(lock, { lock: place, allocation: { step: row.step, task: row.task } })
    circular(scene, lock)
  }
}

function taken(scene: Scene, row: Row, state: Reclaim): void {
  if (row.b !== LockClass.MUTEX && row.b !== LockClass.RWSEM) return
  const place = { step: row.step, task: row.task }
  let held = state.held.get(row.task)
  if (held === undefined) state.held.set(row.task, (held = new Map<number, Place>()))
  held.set(row.subject, place)
  if (row.op !== Op.lock || (state.scanning.get(row.task) ?? 0) === 0 || state.inScan.has(row.subject)) return
  state.inScan.set(row.subject, place)
  circular(scene, row.subject)
}

function circular(scene: Scene, lock: number): void {
  const { names, story, desk, ledger } = scene
  const state = stateOf(scene)
  const over = state.overAllocation.get(lock)
  const scan = state.inScan.get(lock)
  if (over === undefined || scan === undefined) return
  const call = (step: number): string => names.call(ledger.steps.site(step), ledger.steps.op(step))
  desk.raise({
    code: 'shrinker-blocking-lock',
    step: scan.step,
    allocation: 0,
    key: `shrinker ${ledger.steps.site(scan.step)}`,
    message:
      `a shrinker waits for a lock (${call(scan.step)}) under which memory is allocated ` +
      `(${call(over.allocation.step)}): ` +
      `if that allocation reclaims, it waits for itself`,
    story: [
      { role: 'used', step: over.lock.step, text: `${call(over.lock.step)}, by ${story.task(over.lock.task)}` },
      {
        role: 'used',
        step: over.allocation.step,
        text: `${call(over.allocation.step)} may reclaim, with the lock held`,
      },
      { role: 'used', step: scan.step, text: `${call(scan.step)} in scan_objects, by ${story.task(scan.task)}` },
    ],
    fix: 'mutex_trylock() in the shrinker, and SHRINK_STOP or LRU_SKIP if it fails; or allocate with GFP_NOFS under it',
    kernel: scene.machine.debug ? 'WARNING: possible circular locking dependency detected' : '',
  })
}

/** At a deadlock: a task that waits inside scan_objects for a lock that its own allocation was made under. */
export function shrinkerDeadlock(scene: Scene, task: number, step: number): boolean {
  const state = stateOf(scene)
  if ((state.scanning.get(task) ?? 0) === 0) return false
  const { names, story, desk, ledger } = scene
  const held = [...(state.held.get(task)?.values() ?? [])]
  desk.raise({
    code: 'shrinker-blocking-lock',
    step,
    allocation: 0,
    key: `shrinker ${ledger.steps.site(step)}`,
    message:
      `${story.task(task)} reclaims, and its shrinker waits for ever for a lock that is held over the ` + `allocation`,
    story: [
      ...held.map((place) => ({
        role: 'used' as const,
        step: place.step,
        text: `${names.call(ledger.steps.site(place.step), ledger.steps.op(place.step))}, by ${story.task(task)}`,
      })),
      { role: 'used', step, text: `${names.call(ledger.steps.site(step), 0)} in scan_objects waits for ever` },
    ],
    fix: 'mutex_trylock() in the shrinker, and SHRINK_STOP or LRU_SKIP if it fails; or allocate with GFP_NOFS under it',
    kernel: scene.machine.debug
      ? 'WARNING: possible circular locking dependency detected'
      : 'INFO: task blocked for more than 120 seconds.',
  })
  return true
}

/** list_lru_add() of an item that is on a list, and callbacks that return in the wrong state of the lock. */
export function lruRule(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const twice = row.op === Op.list_lru_add && row.has(Flag.FAILED) && names.site(row.site)?.unused === true
  const state = row.op === Op.list_lru_status && row.has(Flag.WARNED)
  if (!twice && !state) return
  desk.raise({
    code: 'lru-state-mismatch',
    step: row.step,
    allocation: row.allocation,
    key: `lru ${row.site}`,
    because: desk.blameFor(row.allocation),
    message: twice
      ? `${names.call(row.site, row.op)} adds nothing: the item is on a list already, or its list_head was never ` +
        'initialised; nobody looks at the result'
      : `the callback of ${names.call(row.site, row.op)} returns with the list's lock ` +
        `${row.b === 1 ? 'held, where it has to be released' : 'released, where it has to be held'}`,
    story: [...(row.allocation === 0 ? [] : story.of(row.allocation)), usedLine(scene, row)],
    fix: twice
      ? 'list_lru_del() an item that is on a list, INIT_LIST_HEAD() a new one, or look at what list_lru_add() returns'
      : 'follow the lock rules of the era: until v6.12 LRU_REMOVED_RETRY and LRU_RETRY return with the lock held',
    kernel: twice ? '' : scene.machine.debug ? 'WARNING: bad unlock balance detected!' : '',
  })
}
