/** What is left of an exploration that was stopped, as plain data for a file. */
import type { Finding } from '../ownership/finding.ts'
import { Event, type LockStep, type Way } from './event.ts'
import type { ExploreOptions, Incomplete } from './options.ts'

export interface SavedEvent {
  readonly process: number
  /** Key, low, high and way of each access. */
  readonly touched: readonly number[]
  readonly global: boolean
  readonly lock: readonly [lock: number, step: number, wanted: number]
  readonly stops?: readonly number[]
  readonly flags: readonly [waits: boolean, tries: boolean, bound: boolean, unsure: boolean]
}

export interface SavedBranch {
  readonly event: SavedEvent
  readonly children: readonly SavedBranch[]
  readonly isGuess: boolean
}

/** A walk where it was stopped. `order`: processes of its last execution. */
export interface SavedWalk {
  readonly begun: boolean
  readonly complete: boolean
  readonly order: readonly number[]
  readonly figures: readonly number[]
  readonly explored?: readonly number[]
  readonly sleep?: readonly (readonly SavedEvent[])[]
  readonly tree?: readonly (readonly SavedBranch[])[]
  readonly left?: readonly (readonly number[])[]
  readonly preemptions?: readonly number[]
  readonly going?: readonly number[]
}

export interface Checkpoint {
  readonly schema: 'pageward.checkpoint/1'
  /** Path of the program, and a sum of its compiled text. */
  readonly program: string
  readonly sum: number
  readonly options: ExploreOptions
  readonly figures: readonly [executions: number, redundant: number, blocked: number, probes: number]
  readonly reasons: readonly Incomplete[]
  readonly advice: readonly string[]
  readonly seen: readonly {
    readonly key: string
    readonly finding: Finding
    readonly site: number
    readonly order: readonly number[]
  }[]
  readonly traces: readonly number[]
  readonly names: readonly (readonly [number, number])[]
  readonly insides: readonly (readonly [string, number])[]
  /** Parts of the shard that were not begun, and the one that was; -1 = the program is not divided. */
  readonly parts: readonly number[]
  readonly part: number
  readonly walk: SavedWalk
}

export function saveEvent(event: Event): SavedEvent {
  return {
    process: event.process,
    touched: event.accesses(),
    global: event.global,
    lock: [event.lock, event.step, event.wanted],
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
  const [lock, step, wanted] = saved.lock
  event.lock = lock
  event.step = step as LockStep
  event.wanted = wanted as LockStep
  ;[event.waits, event.tries, event.bound, event.unsure] = saved.flags
  return event
}

/** A sum of a text, to tell whether a checkpoint belongs to a program. */
export function textSum(texts: readonly string[]): number {
  let hash = 0x811c_9dc5
  for (const text of texts)
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  return hash >>> 0
}
