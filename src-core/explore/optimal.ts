/**
 * Optimal dynamic partial order reduction: source sets and wakeup trees, after Abdulla, Aronis, Jonsson and Sagonas,
 * "Source sets: a foundation for optimal dynamic partial order reduction" (2017), algorithm 2. Visits each
 * Mazurkiewicz trace once.
 *
 * Locks: a process that waits for a lock is disabled; its race is with the operation before which it could have taken
 * the lock (trail.ts, `lockRaces`). At a deadlock the wishes of those who wait have races too.
 *
 * Outcomes: exchanging a race can change what its later event touches (a cmpxchg that now fails). Where the outcome is
 * not known beforehand the branch is taken on the safe side, and given up as soon as its last event turns out to make
 * it redundant: `probes` counts these. `redundant` counts executions given up without that excuse: it stays 0.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { RunEnding, Session } from '../runtime/session.ts'
import { anyOutcome, dependent, type Event, LockStep, Way, withWay } from './event.ts'
import { restoreEvent, saveEvent, type SavedBranch, type SavedWalk } from './checkpoint.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { Names } from './names.ts'
import type { Beginning } from './frontier.ts'
import { has, Trail, type Chooser } from './trail.ts'

/** Events that a process makes in a row, where nothing says who goes on, before another one does. */
const LONGEST_STREAK = 64

/** A node of a wakeup tree: an event to come, and what comes after it. Children are tried first to last. */
interface Branch {
  readonly event: Event
  readonly children: Branch[]
  /** What the event will touch is not known. */
  readonly isGuess: boolean
}

/** What the walk is told about each execution. */
export interface Walk {
  /** One more execution is complete. Returns false to stop. */
  executed(trail: Trail, ending: RunEnding): boolean
}

function isAsleep(sleep: readonly Event[], process: number): boolean {
  for (let i = 0; i < sleep.length; i++) if (sleep[i]!.process === process) return true
  return false
}

export class OptimalWalk implements Chooser {
  readonly trail: Trail
  redundant = 0
  probes = 0
  /** Branches that turned out to be impossible: 0 unless the explorer misjudged what a task waits for. */
  impossible = 0
  /** True once everything was explored. */
  complete = false
  /** By depth: events that need not be explored here any more; branches left. */
  private readonly sleep: Event[][] = [[]]
  private readonly tree: Branch[][] = [[]]
  /** By depth: some execution went on from there to its end. */
  private readonly fruitful: boolean[] = []
  /** By depth: ways on from there that are explored. */
  private readonly explored: number[] = [0]
  /** Branch taken at the last depth that the new execution shares with the tree. */
  private next: Branch | null = null
  private unsure = false
  private givenUp = false
  /** Events that the process which ran last has made in a row. */
  private streak = 0
  /** Depths of the events between a race that do not follow from its first event, and how many they are. */
  private sequence = new Int32Array(256)
  private length = 0
  /** What is left of them on the way down a tree. */
  private rest = new Int32Array(256)
  /** Depth of the race's later event. */
  private endDepth = 0

  constructor(
    session: Session,
    program: CompiledProgram,
    record: ExecutionRecord | null = null,
    names: Names = new Names(),
    /** How the executions of the part to explore begin; null = everything is explored. */
    private readonly part: Beginning | null = null,
  ) {
    this.trail = new Trail(session, program, this, record, names)
    this.start = part === null ? 0 : part.order.length
  }

  /** Executions that another part counts. */
  foreign = 0
  /** Events that the part begins with. */
  private readonly start: number
  /**
   * By depth: events that other parts have and that nothing made so far depends on. Whoever would make one next is as
   * good as disabled: what it could do belongs to another part.
   */
  private readonly guards: (readonly Event[])[] = []
  /** Everybody who could go on would repeat what another part explores. */
  private repeats = false

  /** Explores until everything was visited, or the walk says stop; called again, it goes on. */
  run(walk: Walk): void {
    const { trail } = this
    while (!this.begun || this.backtrack()) {
      this.begun = true
      const ending = trail.run()
      if (ending === null && !this.repeats) continue
      this.bearsFruit()
      if (ending === null) trail.collectWishes()
      this.findRaces()
      if (ending === null) this.foreign++
      else if (!walk.executed(trail, ending)) return
    }
    this.complete = true
  }
  private begun = false

  /**
   * Share of the executions that is behind, 0 to 1, if all branches at a place led to equally many. Only a guess: races
   * still to be found add branches.
   */
  get share(): number {
    if (this.complete) return 1
    let share = 0
    let part = 1
    for (let depth = this.start; depth < this.trail.depth; depth++) {
      const behind = this.explored[depth] ?? 0
      const all = behind + 1 + (this.tree[depth]?.length ?? 0)
      share += (part * behind) / all
      part /= all
    }
    return share
  }

  /** Where the walk is, between two executions. */
  save(): SavedWalk {
    const { trail, sleep, tree } = this
    const branch = ({ event, children, isGuess }: Branch): SavedBranch => ({
      event: saveEvent(event),
      children: children.map(branch),
      isGuess,
    })
    return {
      begun: this.begun,
      complete: this.complete,
      order: trail.order.slice(0, trail.depth),
      figures: [this.redundant, this.probes, this.impossible, this.foreign],
      explored: this.explored.slice(0, trail.depth + 1),
      sleep: sleep.slice(0, trail.depth + 1).map((events) => events.map(saveEvent)),
      tree: tree.slice(0, trail.depth + 1).map((branches) => branches.map(branch)),
    }
  }

  /** Goes to where a walk was. Throws if the program does not do what it did. */
  restore(saved: SavedWalk): void {
    const branch = ({ event, children, isGuess }: SavedBranch): Branch => ({
      event: restoreEvent(event),
      children: children.map(branch),
      isGuess,
    })
    const [redundant = 0, probes = 0, impossible = 0, foreign = 0] = saved.figures
    Object.assign(this, { redundant, probes, impossible, foreign, begun: saved.begun, complete: saved.complete })
    if (!saved.begun) return
    this.sleep.length = this.tree.length = 0
    for (const events of saved.sleep ?? []) this.sleep.push(events.map(restoreEvent))
    for (const branches of saved.tree ?? []) this.tree.push(branches.map(branch))
    this.again = saved.order
    this.trail.run()
    this.again = null
    if (this.trail.depth !== saved.order.length) throw new Error('the checkpoint does not belong to this program')
    this.bearsFruit()
    saved.explored?.forEach((ways, depth) => (this.explored[depth] = ways))
  }
  /** Processes of an execution that is only gone through again. */
  private again: readonly number[] | null = null

  // ---- Chooser

  choose(depth: number, able: readonly number[]): number {
    const { trail } = this
    if (this.again !== null) return this.again[depth] ?? -1
    if (depth < trail.kept) return trail.events[depth]!.process
    if (this.givenUp) return -1
    if (depth < this.start) return this.part!.order[depth]!
    if (this.next === null) {
      const branches = this.tree[depth]!
      if (branches.length > 0) this.next = branches.shift()!
    }
    const sleep = this.sleep[depth]!
    if (this.next !== null) {
      const { process } = this.next.event
      if (!isAsleep(sleep, process)) return process
      // Planned while it was not known what an event would touch: all that begins like this was explored.
      this.probes++
      this.next = null
      return -1
    }
    if (sleep.length > 0) {
      if (this.unsure) this.probes++
      else this.redundant++
      return -1
    }
    const last = depth > 0 ? trail.order[depth - 1]! : -1
    const guards = this.guards[depth]
    if (guards !== undefined && guards.length > 0) return this.unguarded(able, last, guards)
    if (!has(able, last)) return able[0]!
    // Who waits in a loop for another task has to let it go on some time.
    return this.streak < LONGEST_STREAK ? last : (able.find((process) => process > last) ?? able[0]!)
  }

  /** Goes on with a process whose next event other parts do not have. */
  private unguarded(able: readonly number[], last: number, guards: readonly Event[]): number {
    const free = able.filter((process) => !isAsleep(guards, process))
    if (free.length === 0) this.repeats = true
    else if (free.includes(last) && this.streak < LONGEST_STREAK) return last
    return free.find((process) => process > last) ?? free[0] ?? -1
  }

  /** Says which events stay with other parts after the one at `depth`. */
  private guard(beginning: Beginning, depth: number, event: Event): void {
    if (depth + 1 < this.start) return
    this.guards[depth + 1] =
      depth + 1 === this.start
        ? beginning.sleep
        : (this.guards[depth] ?? []).filter((one) => one.process !== event.process && !dependent(one, event))
  }

  couldNot(_depth: number, _process: number): void {
    if (this.next === null) return
    // A branch that is not possible: what it names waits for something, where it was not known what it would do.
    if (this.unsure || this.next.isGuess) {
      this.next = null
      this.unsure = true
      return
    }
    this.impossible++
    this.next = null
    this.givenUp = true
  }

  made(depth: number): void {
    const { trail } = this
    this.streak = depth > 0 && trail.order[depth] === trail.order[depth - 1] ? this.streak + 1 : 1
    if (depth < trail.kept) return
    const event = trail.events[depth]!
    if (this.part !== null) this.guard(this.part, depth, event)
    if (this.again !== null) return
    if (this.next?.isGuess === true) this.unsure = true
    const sleep = (this.sleep[depth + 1] ??= [])
    if (sleep.length > 0) sleep.length = 0
    const before = this.sleep[depth]!
    for (let i = 0; i < before.length; i++) {
      const asleep = before[i]!
      if (asleep.process !== event.process && !dependent(asleep, event)) sleep.push(asleep)
    }
    this.fruitful[depth + 1] = false
    this.explored[depth + 1] = 0
    const under = this.tree[depth + 1]
    if (this.next !== null) this.tree[depth + 1] = this.next.children
    else if (under === undefined || under.length > 0) this.tree[depth + 1] = []
    this.next = null
  }

  // ---- the tree

  /** Goes to the deepest place where something is left to explore. */
  private backtrack(): boolean {
    const { trail, sleep, tree } = this
    this.next = null
    this.givenUp = false
    this.unsure = false
    this.repeats = false
    for (let depth = trail.depth; depth >= this.start; depth--) {
      // A branch that was given up explored nothing.
      if (depth < trail.depth && this.fruitful[depth + 1]!) {
        sleep[depth]!.push(trail.events[depth]!)
        this.explored[depth]!++
      }
      const branches = tree[depth]
      if (branches === undefined || branches.length === 0) continue
      const branch = branches.shift()!
      trail.kept = depth
      this.next = branch
      tree.length = depth + 1
      return true
    }
    return false
  }

  /** Notes that an execution went through all places on the present path. */
  private bearsFruit(): void {
    const { fruitful } = this
    for (let depth = this.trail.depth; depth > 0 && fruitful[depth] !== true; depth--) fruitful[depth] = true
  }

  private findRaces(): void {
    const { trail } = this
    const { events, races, depth } = trail
    for (let later = trail.kept; later < depth; later++) {
      const found = races[later]!
      for (let i = 0; i < found.length; i++) this.reverse(found[i]!, later, events[later]!)
    }
    for (const wish of trail.pending) for (const earlier of trail.pendingRaces(wish)) this.reverse(earlier, depth, wish)
  }

  /** Plans an execution in which `event` (at depth `later`) comes before the event at `earlier`. */
  private reverse(earlier: number, later: number, event: Event): void {
    const { trail } = this
    // What comes before the part is another part's.
    if (earlier < this.start) return
    const moved = this.moved(earlier, later, event)
    this.endDepth = later
    if (this.sequence.length < later) {
      this.sequence = new Int32Array(later * 2)
      this.rest = new Int32Array(later * 2)
    }
    const { sequence } = this
    let n = 0
    for (let f = earlier + 1; f < later; f++) if (!trail.before(earlier, f)) sequence[n++] = f
    this.length = n
    const sleep = this.sleep[earlier]!
    for (let i = 0; i < sleep.length; i++) if (this.canBegin(sleep[i]!, moved)) return
    for (const { process } of this.guards[earlier] ?? []) if (this.begins(process, moved)) return
    this.insert(earlier, moved)
  }

  /** True if a process has the first event of the sequence, with `end` after it, or one that could as well be first. */
  private begins(process: number, end: Event): boolean {
    const { trail, sequence, length } = this
    for (let i = 0; i < length; i++) if (trail.order[sequence[i]!] === process) return this.isFirst(i, sequence)
    return end.process === process && this.endIsFirst(sequence, length, end)
  }

  /** The event as it will be when it comes before the one at `earlier`. */
  private moved(earlier: number, later: number, event: Event): Event {
    const first = this.trail.events[earlier]!
    if (event.unsure || event.global) return event.unsure ? anyOutcome(event) : event
    if (event.tries) {
      if (first.lock !== event.lock) return event
      const taken = this.trail.possibleBefore(event, earlier, later)
      const copy = withWay(
        event,
        event.lock,
        taken ? (event.wanted === LockStep.TAKE_SHARED ? Way.SHARED : Way.WRITE) : Way.READ,
      )
      if (taken) copy.step = event.wanted
      else copy.step = LockStep.NONE
      return copy
    }
    if (event.change === null) return event
    const { key } = event
    if (event.count !== 1 || first.count !== 1 || first.key !== key) return anyOutcome(event)
    if (first.low !== event.low || first.high !== event.high) return anyOutcome(event)
    const before = first.before
    if (typeof before !== 'number') return anyOutcome(event)
    return withWay(event, key, event.change(before) === null ? Way.READ : Way.WRITE)
  }

  /**
   * True if an event could as well come first in the sequence, with `end` after it: then everything that follows was
   * explored after that event already.
   */
  private canBegin(asleep: Event, end: Event): boolean {
    const { trail, sequence, length } = this
    const { process } = asleep
    if (end.process === process) return this.begins(process, end)
    for (let i = 0; i < length; i++) if (trail.order[sequence[i]!] === process) return this.isFirst(i, sequence)
    return !dependent(asleep, end) && !this.anyDependent(asleep, sequence, length)
  }

  /** True if nothing before place `i` of the sequence happens before it. */
  private isFirst(i: number, sequence: Int32Array): boolean {
    for (let j = 0; j < i; j++) if (this.trail.before(sequence[j]!, sequence[i]!)) return false
    return true
  }

  private endIsFirst(sequence: Int32Array, length: number, end: Event): boolean {
    const { events } = this.trail
    for (let i = 0; i < length; i++) {
      const f = sequence[i]!
      if (dependent(events[f]!, end) || this.trail.comesBefore(f, this.endDepth)) return false
    }
    return true
  }

  private anyDependent(event: Event, depths: Int32Array, length: number): boolean {
    const { events } = this.trail
    for (let i = 0; i < length; i++) if (dependent(event, events[depths[i]!]!)) return true
    return false
  }

  /** Adds the sequence, and `end` after it, to the wakeup tree at a depth, unless a branch leads there already. */
  private insert(depth: number, end: Event): void {
    const { trail, rest, sequence } = this
    let n = this.length
    for (let i = 0; i < n; i++) rest[i] = sequence[i]!
    let ended = false
    let children = this.tree[depth]!
    let isRoot = true
    let isGuess = false
    for (;;) {
      // At a leaf any way on will do, unless it may turn out to repeat something and be given up.
      if (!isRoot && children.length === 0 && !isGuess) return
      if (n === 0 && ended) return
      let down: Branch | null = null
      for (let c = 0; c < children.length; c++) {
        const child = children[c]!
        const { event } = child
        const { process } = event
        let at = -1
        for (let i = 0; i < n && at < 0; i++) if (trail.order[rest[i]!] === process) at = i
        if (at >= 0) {
          if (!this.isFirst(at, rest)) continue
          n--
          for (let i = at; i < n; i++) rest[i] = rest[i + 1]!
        } else if (!ended && end.process === process) {
          if (!this.endIsFirst(rest, n, end)) continue
          ended = true
        } else {
          if (!ended && dependent(event, end)) continue
          if (this.anyDependent(event, rest, n)) continue
        }
        down = child
        break
      }
      if (down === null) break
      children = down.children
      isRoot = false
      isGuess ||= down.isGuess
    }
    let below: Branch | null = ended ? null : { event: end, children: [], isGuess: end.unsure }
    for (let i = n - 1; i >= 0; i--) {
      below = { event: trail.events[rest[i]!]!, children: below === null ? [] : [below], isGuess: false }
    }
    if (below !== null) children.push(below)
  }
}
