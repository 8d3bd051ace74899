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
  /** A change that commutes with others of its kind: a shared lock is taken or released, free memory is taken. */
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
  /** Who interrupts a process. */
  INTERRUPTED: 10,
  /** Physical addresses, whoever lies there: where stale pointers are used (stale-uses.ts). */
  SPOT: 11,
} as const
export type Thing = (typeof Thing)[keyof typeof Thing]

/** One number for a thing. */
export function keyOf(thing: Thing, name: number): number {
  return name * 16 + thing
}

/** What kind of thing a key names. */
export function thingOf(key: number): Thing {
  return (key % 16) as Thing
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
  /** Free, and unsignalled, whatever it was. */
  RESET: 8,
} as const
export type LockStep = (typeof LockStep)[keyof typeof LockStep]

/** Ranges without an end. */
export const EVERYTHING = Number.MAX_SAFE_INTEGER

/** Numbers of one access beyond the first: key, range [low, high), way. */
const STRIDE = 4

export class Event {
  /** Accesses: things touched. */
  count = 0
  /** The first access, for most events have one: what, range [low, high), how. */
  key = -1
  low = 0
  high = 0
  way: Way | 0 = 0
  /** The others, `STRIDE` numbers each. */
  private rest: number[] | null = null
  /** Depends on everything: an operation whose footprint is not known exactly. */
  global = false
  /** What it does to the lock `lock`. */
  step: LockStep = LockStep.NONE
  lock = 0
  /** What it does to further locks, without waiting for them: a lock and a `LockStep` each. */
  also: readonly number[] | null = null
  /** How it wants to take it, whether it got it or not. */
  wanted: LockStep = LockStep.NONE
  /** It would wait if the lock cannot be taken. */
  waits = false
  /** It did something before it came to the lock: that would be an event of its own if it had to wait. */
  begins = false
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
  /** Its number in the table of its walk (event-table.ts); -1 = none yet. */
  planned = -1

  constructor(readonly process: number) {}

  touch(key: number, low: number, high: number, way: Way): void {
    if (this.count++ > 0) {
      this.rest ??= []
      this.rest.push(key, low, high, way)
      return
    }
    this.key = key
    this.low = low
    this.high = high
    this.way = way
  }

  /** The accesses as numbers: key, low, high, way of each. */
  accesses(): number[] {
    return this.count === 0 ? [] : [this.key, this.low, this.high, this.way, ...(this.rest ?? [])]
  }

  /** True if an access of this event conflicts with an access [low, high) of `key`, done in `way`. */
  conflicts(key: number, low: number, high: number, way: number): boolean {
    if (this.count === 0) return false
    const mask = CONFLICTS[way]!
    if (this.key === key && (mask & this.way) !== 0 && low < this.high && this.low < high) return true
    const { rest } = this
    if (rest === null) return false
    for (let i = 0; i < rest.length; i += STRIDE) {
      if (rest[i] !== key || (mask & rest[i + 3]!) === 0) continue
      if (low < rest[i + 2]! && rest[i + 1]! < high) return true
    }
    return false
  }

  /** True if some access of this event conflicts with some access of another. */
  conflictsWith(other: Event): boolean {
    if (this.count === 0 || other.count === 0) return false
    if (other.conflicts(this.key, this.low, this.high, this.way)) return true
    const { rest } = this
    if (rest === null) return false
    for (let i = 0; i < rest.length; i += STRIDE) {
      if (other.conflicts(rest[i]!, rest[i + 1]!, rest[i + 2]!, rest[i + 3]!)) return true
    }
    return false
  }
}

/** True if an event may do something else when it comes before one that it depends on (trail-reversal.ts). */
export function mayChange(event: Event): boolean {
  return event.unsure || event.tries || event.change !== null
}

/** What an event does to a lock. */
export function stepOn(event: Event, lock: number): LockStep {
  if (event.lock === lock) return event.step
  const { also } = event
  if (also !== null) for (let i = 0; i < also.length; i += 2) if (also[i] === lock) return also[i + 1] as LockStep
  return LockStep.NONE
}

/** True if an event is about a lock, whether it changes it or not. */
export function isAbout(event: Event, lock: number): boolean {
  return event.lock === lock || (event.also !== null && stepOn(event, lock) !== LockStep.NONE)
}

/** True if an event only looks at what another one changes: that one does the same with it or without it. */
export function onlyLooksAt(first: Event, event: Event): boolean {
  if (first.global || event.global || first.stops !== null) return false
  const accesses = first.accesses()
  for (let i = 0; i < accesses.length; i += STRIDE) {
    const way = accesses[i + 3]!
    if (way !== Way.READ && event.conflicts(accesses[i]!, accesses[i + 1]!, accesses[i + 2]!, way)) return false
  }
  return true
}

/** True if the order of two events of different processes matters. */
export function dependent(a: Event, b: Event): boolean {
  if (a.stops !== null && a.stops.includes(b.process)) return true
  if (b.stops !== null && b.stops.includes(a.process)) return true
  if (a.global || b.global) return touchesAnything(a) && touchesAnything(b)
  return a.conflictsWith(b)
}

function touchesAnything(event: Event): boolean {
  return event.global || event.count > 0
}

/** The event as it has to be taken when it is moved to where its outcome may differ: on the safe side. */
export function anyOutcome(event: Event): Event {
  const safe = new Event(event.process)
  safe.global = true
  safe.unsure = true
  safe.step = event.step
  safe.lock = event.lock
  safe.also = event.also
  safe.stops = event.stops
  return safe
}

/** A copy whose access to `key` has another way. */
export function withWay(event: Event, key: number, way: Way): Event {
  const copy = new Event(event.process)
  const accesses = event.accesses()
  for (let i = 0; i < accesses.length; i += STRIDE) {
    const own = accesses[i]!
    copy.touch(own, accesses[i + 1]!, accesses[i + 2]!, own === key ? way : (accesses[i + 3]! as Way))
  }
  copy.step = event.step
  copy.stops = event.stops
  copy.lock = event.lock
  copy.also = event.also
  copy.waits = event.waits
  copy.tries = event.tries
  copy.wanted = event.wanted
  copy.change = event.change
  return copy
}
