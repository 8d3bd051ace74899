/**
 * A race turned round: the events between its two, except those that follow from the first one, and then the second
 * one (`end`). What happens before what among them decides where in a wakeup tree the sequence belongs.
 */
import { dependent, type Event } from './event.ts'

export interface Reversal {
  /** Events before `end`. */
  readonly length: number
  /** The race's later event as it will be when it comes first. */
  readonly end: Event
  event(i: number): Event
  process(i: number): number
  /** True if event `j` happens before event `i`, j < i. */
  before(j: number, i: number): boolean
  /** True if event `i` comes before `end` whatever that touches. */
  leadsToEnd(i: number): boolean
}

/** True if nothing before place `at` of `places` happens before the event there. */
export function isFirst(reversal: Reversal, at: number, places: Int32Array): boolean {
  const i = places[at]!
  for (let k = 0; k < at; k++) if (reversal.before(places[k]!, i)) return false
  return true
}

/** True if none of the first `n` places has an event that comes before `end`. */
export function endIsFirst(reversal: Reversal, places: Int32Array, n: number): boolean {
  const { end } = reversal
  for (let k = 0; k < n; k++) {
    const i = places[k]!
    if (dependent(reversal.event(i), end) || reversal.leadsToEnd(i)) return false
  }
  return true
}

/** True if an event depends on one of the first `n` places. */
export function anyDependent(reversal: Reversal, event: Event, places: Int32Array, n: number): boolean {
  for (let k = 0; k < n; k++) if (dependent(event, reversal.event(places[k]!))) return true
  return false
}

/** All places of a sequence, first to last. Grows; its content never changes. */
let every = Int32Array.from({ length: 256 }, (_, i) => i)
function places(n: number): Int32Array {
  if (n > every.length) every = Int32Array.from({ length: n * 2 }, (_, i) => i)
  return every
}

/** True if a process has the first event of the sequence, or one that could as well be first. */
export function begins(reversal: Reversal, process: number): boolean {
  const { length, end } = reversal
  const all = places(length)
  for (let i = 0; i < length; i++) if (reversal.process(i) === process) return isFirst(reversal, i, all)
  return end.process === process && endIsFirst(reversal, all, length)
}

/**
 * True if an event could as well come first in the sequence: then everything that follows the sequence is explored
 * after that event.
 */
export function canBegin(reversal: Reversal, asleep: Event): boolean {
  const { length, end } = reversal
  if (end.process === asleep.process) return begins(reversal, asleep.process)
  const all = places(length)
  for (let i = 0; i < length; i++) if (reversal.process(i) === asleep.process) return isFirst(reversal, i, all)
  return !dependent(asleep, end) && !anyDependent(reversal, asleep, all, length)
}
