/**
 * The happens-before relation between the events of one execution, as vector clocks, and the races among them. What
 * orders events beside what they touch (who made a process, what it waited for) is told by the trail.
 */
import { put } from '../base/packed.ts'
import { RefilledList } from '../base/refilled-list.ts'
import { Clocks } from './clocks.ts'
import { dependent, isAbout, type Event } from './event.ts'
import { isFree } from './lock-state.ts'

const NONE: readonly number[] = []
/** Processes of an execution. */
export const MOST_PROCESSES = 4096

export class HappensBefore {
  /** By depth. Beyond the present execution they are those of an earlier one. */
  readonly events: Event[] = []
  /** By depth: how many events its process had made before it, plus 1. */
  readonly ordinals: number[] = []
  /** By depth of the later event: depths of the earlier events of its races, latest first. */
  readonly races: RefilledList<number>[] = []
  /** By process: depth + 1 of its last event; 0 = none. */
  readonly last = new Int32Array(MOST_PROCESSES)
  /** By process: depth of the event that made it, if it has made none yet; -1 = its next event comes after none. */
  readonly madeBy = new Int32Array(MOST_PROCESSES).fill(-1)
  /** Depths that a process's next event comes after, beside that. */
  readonly comesAfter: (number[] | undefined)[] = []
  /** By process: depth + 1 of the event that stopped it since its last one; 0 = none did. */
  private readonly stoppedAt = new Int32Array(MOST_PROCESSES)
  /** Some process was stopped in this execution. */
  private anyStopped = false
  /** The process whose first event comes after all before it; -1 = none. */
  afterAll = -1
  private readonly clocks = new Clocks()
  /** By depth: depth + 1 of the event that its process made before; what else it came after. */
  private readonly previous: number[] = []
  private readonly starts: (readonly number[])[] = []
  private readonly startedBy: number[] = []

  /** Before an execution. */
  reset(): void {
    for (let i = 0; i < this.comesAfter.length; i++) this.comesAfter[i] = undefined
    if (this.anyStopped) this.stoppedAt.fill(0)
    this.anyStopped = false
    this.afterAll = -1
  }

  /** Makes room for a process. */
  admit(process: number): void {
    this.clocks.admit(process)
    while (this.comesAfter.length <= process) this.comesAfter.push(undefined)
  }

  /** A process made an event. */
  went(process: number, depth: number): void {
    this.comesAfter[process] = undefined
    if (this.anyStopped) this.stoppedAt[process] = 0
    this.madeBy[process] = -1
    this.last[process] = depth + 1
  }

  /** The event at a depth stops a process. */
  stop(process: number, depth: number): void {
    this.stoppedAt[process] = depth + 1
    this.anyStopped = true
  }

  /** The next event of a process comes after the one at a depth. */
  after(process: number, depth: number): void {
    const list = this.comesAfter[process]
    if (list === undefined) this.comesAfter[process] = [depth]
    else list.push(depth)
  }

  /**
   * Computes the clock of the newest event and its races. It comes after those at the depths `late` and `joined`, if
   * there are such.
   */
  relate(event: Event, depth: number, late: readonly number[] | null, joined: number): void {
    const { events, ordinals, clocks } = this
    clocks.reach(depth)
    while (this.races.length <= depth) this.races.push(new RefilledList())
    const races = this.races[depth]!
    races.clear()
    this.startClock(event.process, depth)
    if (late !== null) for (const earlier of late) clocks.join(depth, earlier)
    if (joined >= 0) clocks.join(depth, joined)
    clocks.set(depth, event.process, ordinals[depth]!)
    const stopped = this.anyStopped ? this.stoppedAt[event.process]! : 0
    if (stopped > 0) {
      // It could have made another step instead, before it was stopped.
      event.unsure = true
      races.add(stopped - 1)
    }
    if (event.waits) this.lockRaces(event, depth, races)
    for (let f = depth - 1; f >= 0; f--) {
      const earlier = events[f]!
      const q = earlier.process
      if (clocks.get(depth, q) >= ordinals[f]! || !dependent(earlier, event)) continue
      if (!event.bound && this.isPlainRace(earlier, event, f, depth)) races.add(f)
      clocks.join(depth, f)
    }
  }

  /**
   * True if a race is one that is not about a lock: those are `lockRaces`. An event that waits for a lock can come
   * before another one only where the lock is free, unless it would have begun all the same.
   */
  private isPlainRace(earlier: Event, event: Event, f: number, depth: number): boolean {
    if (!event.waits || event.begins) return true
    return !earlier.global && !isAbout(earlier, event.lock) && this.possibleBefore(event, f, depth)
  }

  /** The clock that an event has before what it depends on is known. */
  private startClock(process: number, depth: number): void {
    const { clocks } = this
    const before = this.last[process]!
    put(this.previous, depth, before, 0)
    const by = this.madeBy[process]!
    put(this.starts, depth, this.comesAfter[process] ?? NONE, NONE)
    put(this.startedBy, depth, by, -1)
    clocks.begin(depth, before - 1)
    if (process === this.afterAll && before === 0) for (let f = 0; f < depth; f++) clocks.join(depth, f)
    if (by >= 0 && by < depth) clocks.join(depth, by)
    const after = this.comesAfter[process]
    if (after !== undefined) for (let i = 0; i < after.length; i++) if (after[i]! < depth) clocks.join(depth, after[i]!)
  }

  /**
   * Races of an operation that waits for a lock: with the latest operations on the lock before which, without what
   * follows from them, it could have gone on. Its clock must not know of the lock yet.
   */
  private lockRaces(event: Event, depth: number, races: RefilledList<number>): void {
    const { events, ordinals, clocks } = this
    for (let f = depth - 1; f >= 0; f--) {
      const earlier = events[f]!
      const q = earlier.process
      if (q === event.process || clocks.get(depth, q) >= ordinals[f]! || !dependent(earlier, event)) continue
      if (!earlier.global && !isAbout(earlier, event.lock)) continue
      if (this.isBeforeAny(f, races) || !this.possibleBefore(event, f, depth)) continue
      races.add(f)
    }
  }

  private isBeforeAny(f: number, depths: RefilledList<number>): boolean {
    for (let i = 0; i < depths.length; i++) if (this.before(f, depths.at(i))) return true
    return false
  }

  /** Races of what a process wanted to do when nobody could go on, after `depth` events. */
  pendingRaces(event: Event, depth: number): readonly number[] {
    this.clocks.reach(depth)
    this.startClock(event.process, depth)
    const races = new RefilledList<number>()
    this.lockRaces(event, depth, races)
    return races.all
  }

  /** True if the event at depth `f` happens before the one at `g`. */
  before(f: number, g: number): boolean {
    return this.clocks.get(g, this.events[f]!.process) >= this.ordinals[f]!
  }

  /** True if `event` (at depth `end`) could go on before `from`, after all that does not follow from `from`. */
  possibleBefore(event: Event, from: number, end: number): boolean {
    return isFree(event, this.events, end, (f) => f < from || !this.before(from, f))
  }

  /** True if the event at `f` comes before the one at `end` whatever the latter touches. */
  comesBefore(f: number, end: number): boolean {
    const previous = this.previous[end]! - 1
    if (previous >= 0 && (previous === f || this.before(f, previous))) return true
    const by = this.startedBy[end]!
    if (by >= 0 && by < end && (by === f || this.before(f, by))) return true
    const starts = this.starts[end]!
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i]!
      if (start < end && (start === f || this.before(f, start))) return true
    }
    return false
  }

  /** The clock entry of an event for a process. */
  clock(depth: number, process: number): number {
    return this.clocks.get(depth, process)
  }
}
