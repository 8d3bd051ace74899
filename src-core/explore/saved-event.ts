/** An event as plain data, for messages and files. */
import { Event, type LockStep, type Way } from './event.ts'

export interface SavedEvent {
  readonly process: number
  /** Key, low, high and way of each access. */
  readonly touched: readonly number[]
  readonly global: boolean
  readonly lock: readonly [lock: number, step: number, wanted: number]
  readonly also?: readonly number[]
  readonly stops?: readonly number[]
  readonly flags: readonly [waits: boolean, tries: boolean, bound: boolean, unsure: boolean]
}

export function saveEvent(event: Event): SavedEvent {
  return {
    process: event.process,
    touched: event.accesses(),
    global: event.global,
    lock: [event.lock, event.step, event.wanted],
    ...(event.also === null ? {} : { also: event.also }),
    ...(event.stops === null ? {} : { stops: event.stops }),
    flags: [event.waits, event.tries, event.bound, event.unsure],
  }
}

export function restoreEvent(saved: SavedEvent): Event {
  const event = new Event(saved.process)
  const { touched } = saved
  for (let i = 0; i < touched.length; i += 4)
    event.touch(touched[i]!, touched[i + 1]!, touched[i + 2]!, touched[i + 3]! as Way)
  event.global = saved.global
  event.stops = saved.stops ?? null
  event.also = saved.also ?? null
  const [lock, step, wanted] = saved.lock
  event.lock = lock
  event.step = step as LockStep
  event.wanted = wanted as LockStep
  ;[event.waits, event.tries, event.bound, event.unsure] = saved.flags
  return event
}
