/** What a step does to a lock or a completion, as its row tells. */
import { LockMode } from '../sched/locks.ts'
import type { Surface } from '../surface/surface.ts'
import { Flag } from '../trace/ops.ts'
import { keyOf, LockStep, Thing, Way, type Event } from './event.ts'
import { Code, CODE_OF } from './footprint-codes.ts'
import type { Names } from './names.ts'

/** Adds an operation on a lock to an event. `mode` and `all` are the details of its row. */
export function touchLock(
  event: Event,
  names: Names,
  surface: Surface,
  op: number,
  id: number,
  mode: number,
  all: number,
  flag: number,
  /** The step wrote rows before this one. */
  hasRows: boolean,
): void {
  const lock = surface.locks.list[id - 1]
  if (lock === undefined) {
    event.global = true
    return
  }
  const key = keyOf(Thing.LOCK, names.lock(lock))
  // Two locks in one step: what it waits for is not told.
  if (event.lock !== 0 && event.lock !== key) event.global = true
  event.lock = key
  const shared = mode === LockMode.SHARED
  const code = CODE_OF[op]
  if (code === Code.COMPLETE || code === Code.WAIT) {
    event.step = code === Code.WAIT ? LockStep.WAIT : all === 1 ? LockStep.COMPLETE_ALL : LockStep.COMPLETE
    event.waits = code === Code.WAIT
    event.touch(event.lock, 0, 1, Way.WRITE)
    return
  }
  const failed = (flag & Flag.FAILED) !== 0
  if (code === Code.UNLOCK && event.waits && event.step === event.wanted) {
    // Taken and released in one step: nothing is left of it, but it has to be free.
    event.step = LockStep.NONE
    return
  }
  event.waits = code === Code.LOCK
  event.begins = event.waits && hasRows
  event.tries = code === Code.TRYLOCK
  const isCompletion = mode === LockMode.COMPLETION
  event.wanted = isCompletion ? LockStep.WAIT : shared ? LockStep.TAKE_SHARED : LockStep.TAKE
  if (failed) event.touch(event.lock, 0, 1, Way.READ)
  else {
    if (code === Code.UNLOCK) event.step = shared ? LockStep.RELEASE_SHARED : LockStep.RELEASE
    else event.step = event.wanted
    event.touch(event.lock, 0, 1, shared ? Way.SHARED : Way.WRITE)
  }
}
