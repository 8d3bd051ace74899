/**
 * An event: one step of one process, with what it touched. Two events depend on each other when they touch the same
 * thing and one changes it (SURFACE §9); everything the explorer does follows from that relation.
 *
 * Things have names that do not depend on the schedule (names.ts), so that an event that was seen in one execution
 * can be compared with events of another.
 */

/** How a thing is touched. Each way is one bit; `CONFLICTS` says which ways exclude each other. */
export const Way = {
  READ: 1,
  WRITE: 2,
  /** A shared lock is taken or released. */
  SHARED: 4,
  /** A pool of memory gives or gets. Gifts commute (frames are names), and so do returns. */
  ALLOCATE: 8,
  FREE: 16,
  /** RCU: a reader enters or leaves; an updater queues a callback or begins to wait; a barrier. */
  READER: 32,
  UPDATER: 64,
  BARRIER: 128,
} as const
export type Way = (typeof Way)[keyof typeof Way]

const ALL = 255
/** By bit number: the ways that a way conflicts with. */
const CONFLICT_MASKS: readonly (readonly [Way, number])[] = [
  [Way.READ, Way.WRITE | Way.SHARED],
  [Way.WRITE, ALL],
  [Way.SHARED, Way.WRITE | Way.READ],
  [Way.ALLOCATE, Way.FREE | Way.WRITE],
  [Way.FREE, Way.ALLOCATE | Way.WRITE],
  [Way.READER, Way.UPDATER | Way.BARRIER | Way.WRITE],
  [Way.UPDATER, Way.READER | Way.UPDATER | Way.BARRIER | Way.WRITE],
  [Way.BARRIER, ALL],
]
const CONFLICTS: readonly number[] = Array.from({ length: 129 }, (_, way) => {
  return CONFLICT_MASKS.find(([one]) => one === way)?.[1] ?? 0
})

/** What kind of thing a name names. The kind is part of the key. */
export const Thing = {
  CELL: 0,
  LOCK: 1,
  /** Bytes of an allocation; the range counts from its start. */
  BYTES: 2,
  /** `struct page` of an allocation's frames: counts and flags; the range counts frames. */
  FRAME: 3,
  /** Which memory occupies an allocation's place. */
  PLACE: 4,
  POOL: 5,
  RCU: 6,
  /** Anything that has one instance: the random seed, fault injection. */
  SINGLE: 7,
  /** A user address space, a device, a list: by kind. */
  SUBSYSTEM: 8,
  /** By which entries, references and pipes user programs reach an allocation: rules about kernel writes ask. */
  REACH: 9,
} as const
export type Thing = (typeof Thing)[keyof typeof Thing]

/** One number for a thing. */
export function keyOf(thing: Thing, name: number): number {
  return name * 16 + thing
}

/** What an operation on a lock does, as far as being able to go on is concerned. */
export const LockStep = {
  NONE: 0,
  TAKE: 1,
  TAKE_SHARED: 2,
  RELEASE: 3,
  RELEASE_SHARED: 4,
  COMPLETE: 5,
  WAIT: 6,
  COMPLETE_ALL: 7,
} as const
export type LockStep = (typeof LockStep)[keyof typeof LockStep]

/** Ranges without an end. */
export const EVERYTHING = Number.MAX_SAFE_INTEGER

export class Event {
  /** Things touched, by access: key, range [low, high), way. */
  readonly keys: number[] = []
  readonly low: number[] = []
  readonly high: number[] = []
  readonly ways: number[] = []
  /** Depends on everything: an operation whose footprint is not known exactly. */
  global = false
  /** What it does to the lock `lock`. */
  step: LockStep = LockStep.NONE
  lock = 0
  /** How it wants to take it, whether it got it or not. */
  wanted: LockStep = LockStep.NONE
  /** It would wait if the lock cannot be taken. */
  waits = false
  /** It fails, and then only reads, if the lock cannot be taken. */
  tries = false
  /** Comes after what it waited for: cannot be exchanged with anything it depends on. */
  bound = false
  /** What it touches depends on what came before it, in a way that is not computed. */
  unsure = false
  /** An access that writes only if `change` says so of the value before; `before` is that value, if known. */
  change: ((old: number) => number | null) | null = null
  before: unknown = undefined

  /** Processes that it stops or lets go on: their steps cannot be exchanged with it. */
  stops: readonly number[] | null = null

  constructor(readonly process: number) {}

  /** The only access, for most events have one; -1 = there are more, or none. */
  key = -1
  way = 0

  touch(key: number, low: number, high: number, way: Way): void {
    this.key = this.keys.length === 0 ? key : -1
    this.way = way
    this.keys.push(key)
    this.low.push(low)
    this.high.push(high)
    this.ways.push(way)
  }
}

/** True if the order of two events of different processes matters. */
export function dependent(a: Event, b: Event): boolean {
  if (a.stops?.includes(b.process) === true || b.stops?.includes(a.process) === true) return true
  if (a.global || b.global) return touchesAnything(a) && touchesAnything(b)
  if (a.key >= 0 && b.key >= 0 && (a.key !== b.key || (CONFLICTS[a.way]! & b.way) === 0)) return false
  const { keys, low, high, ways } = a
  const n = keys.length
  const m = b.keys.length
  for (let i = 0; i < n; i++) {
    const key = keys[i]
    for (let j = 0; j < m; j++) {
      if (b.keys[j] !== key) continue
      if ((CONFLICTS[ways[i]!]! & b.ways[j]!) === 0) continue
      if (low[i]! < b.high[j]! && b.low[j]! < high[i]!) return true
    }
  }
  return false
}

function touchesAnything(event: Event): boolean {
  return event.global || event.keys.length > 0
}

/** The event as it has to be taken when it is moved to where its outcome may differ: on the safe side. */
export function anyOutcome(event: Event): Event {
  const safe = new Event(event.process)
  safe.global = true
  safe.unsure = true
  safe.step = event.step
  safe.lock = event.lock
  safe.stops = event.stops
  return safe
}

/** A copy whose access to `key` has another way. */
export function withWay(event: Event, key: number, way: Way): Event {
  const copy = new Event(event.process)
  for (let i = 0; i < event.keys.length; i++) {
    const own = event.keys[i]!
    copy.touch(own, event.low[i]!, event.high[i]!, own === key ? way : (event.ways[i]! as Way))
  }
  copy.step = event.step
  copy.stops = event.stops
  copy.lock = event.lock
  copy.waits = event.waits
  copy.tries = event.tries
  copy.wanted = event.wanted
  copy.change = event.change
  return copy
}
