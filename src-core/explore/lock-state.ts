/** What becomes of a lock in a part of an execution: whether somebody who wants it could have it there. */
import { LockStep, stepOn, type Event } from './event.ts'

/**
 * True if `event` could take its lock after the events before depth `end` that `counts` says to count. Exclusive
 * holders, shared ones and signals of a completion are counted from the start of the execution.
 */
export function isFree(
  event: Event,
  events: readonly Event[],
  end: number,
  counts: (depth: number) => boolean,
): boolean {
  let held = 0
  let readers = 0
  let done = 0
  for (let f = 0; f < end; f++) {
    const one = events[f]!
    const step = one.lock === event.lock ? one.step : one.also === null ? LockStep.NONE : stepOn(one, event.lock)
    if (step === LockStep.NONE || !counts(f)) continue
    if (step === LockStep.TAKE) held++
    else if (step === LockStep.RELEASE) held--
    else if (step === LockStep.TAKE_SHARED) readers++
    else if (step === LockStep.RELEASE_SHARED) readers--
    else if (step === LockStep.COMPLETE) done++
    else if (step === LockStep.COMPLETE_ALL) done = Number.MAX_SAFE_INTEGER
    else if (step === LockStep.WAIT) done--
    else if (step === LockStep.RESET) held = readers = done = 0
  }
  const wanted = event.wanted === LockStep.NONE ? event.step : event.wanted
  if (wanted === LockStep.WAIT) return done > 0
  return held === 0 && (wanted === LockStep.TAKE_SHARED || readers === 0)
}
