/**
 * Optimal dynamic partial order reduction: source sets and wakeup trees, after Abdulla, Aronis, Jonsson and Sagonas,
 * "Source sets: a foundation for optimal dynamic partial order reduction" (2017), algorithm 2. Visits each
 * Mazurkiewicz trace once.
 *
 * Locks: a process that waits for a lock is disabled; its race is with the operation before which it could have taken
 * the lock (happens-before.ts, `lockRaces`). At a deadlock the wishes of those who wait have races too.
 *
 * Outcomes: exchanging a race can change what its later event touches (a cmpxchg that now fails). Where the outcome is
 * not known beforehand the branch is taken on the safe side, and given up as soon as its last event turns out to make
 * it redundant: `probes` counts these. `redundant` counts executions given up without that excuse: it stays 0. What the
 * event touches then may race with what came after it, too (a put that frees only when it comes earlier, and an
 * allocation): such races are turned round again with what a new execution adds to them.
 */
import { put } from '../base/packed.ts'
import { AbovePiece } from './above-piece.ts'
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import { dependent, Event, mayChange } from './event.ts'
import { EventPacker } from './event-table.ts'
import type { SavedWalk } from './checkpoint.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { Names } from './names.ts'
import type { Beginning } from './frontier.ts'
import { anybody, anybodyBut, isAsleep } from './going-on.ts'
import type { Piece, PutDown } from './piece.ts'
import { PlannedPath } from './planned-path.ts'
import { begins, canBegin } from './reversal.ts'
import { Trail, type Chooser } from './trail.ts'
import { TrailReversal } from './trail-reversal.ts'
import { NO_BRANCH } from './wakeup-trees.ts'
import type { Walk } from './walk.ts'

const NOTHING: readonly Event[] = []

export class OptimalWalk implements Chooser {
  readonly trail: Trail
  redundant = 0
  probes = 0
  /** Branches that turned out to be impossible: 0 unless the explorer misjudged what a task waits for. */
  impossible = 0
  /** True once everything was explored. */
  complete = false
  private readonly planned = new PlannedPath()
  private readonly table = this.planned.table
  private readonly trees = this.planned.trees
  private readonly sleep = this.planned.sleep
  private readonly tree = this.planned.tree
  private readonly guards = this.planned.guards
  /** By depth: some execution went on from there to its end. */
  private readonly fruitful: boolean[] = []
  /** By depth: ways on from there that are explored. */
  private readonly explored: number[] = [0]
  /** Branch taken at the last depth that the new execution shares with the tree. */
  private next = NO_BRANCH
  private unsure = false
  private givenUp = false
  /** Events that the process which ran last has made in a row. */
  private streak = 0
  private readonly reversal: TrailReversal
  /**
   * What is above this depth is planned by somebody else: it is only known here, and what is found to be missing there
   * is told.
   */
  private owned = 0
  private packer = new EventPacker(this.table)
  private above = new AbovePiece(this.table, this.packer)
  /** The event before depth `owned`, as it was made. */
  private root: Event | null = null

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
    this.reversal = new TrailReversal(this.trail, new Event(0))
    if (part === null) return
    this.planned.guarded = this.start
    put(this.guards, this.start, part.sleep, NOTHING)
  }

  /** Executions that another part counts. */
  foreign = 0
  /** Events that the part begins with. */
  private readonly start: number
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
    for (let depth = this.first; depth < this.trail.depth; depth++) {
      const behind = this.explored[depth] ?? 0
      const all = behind + 1 + this.trees.countOf(this.tree[depth] ?? NO_BRANCH)
      share += (part * behind) / all
      part /= all
    }
    return share
  }

  /** The depth of the first place whose branches are explored here. */
  private get first(): number {
    return Math.max(this.start, this.owned)
  }

  /** Where the walk is, between two executions. */
  save(): SavedWalk {
    const { trail } = this
    const { events, from, sleep, guards, trees } = this.planned.pack(0, trail.depth, new EventPacker(this.table))
    return {
      begun: this.begun,
      complete: this.complete,
      order: trail.order.slice(0, trail.depth),
      figures: [this.redundant, this.probes, this.impossible, this.foreign],
      explored: this.explored.slice(0, trail.depth + 1),
      plan: { events, from, sleep, guards, trees: trees.map((numbers) => Array.from(numbers)) },
    }
  }

  /** Goes to where a walk was. Throws if the program does not do what it did. */
  restore(saved: SavedWalk): void {
    const [redundant = 0, probes = 0, impossible = 0, foreign = 0] = saved.figures
    Object.assign(this, { redundant, probes, impossible, foreign, begun: saved.begun, complete: saved.complete })
    if (!saved.begun) return
    if (saved.plan !== undefined) this.planned.unpack(saved.plan)
    this.goAgain(saved.order)
    this.bearsFruit()
    saved.explored?.forEach((ways, depth) => put(this.explored, depth, ways, 0))
  }

  private goAgain(order: readonly number[]): void {
    this.again = order
    this.trail.run()
    this.again = null
    if (this.trail.depth !== order.length) throw new Error('what is planned does not belong to this program')
  }

  /** As it was made, but for what it made room for. */
  private forget(): void {
    this.discard()
    this.planned.forget()
    this.fruitful.fill(false)
    this.explored.fill(0)
    this.redundant = this.probes = this.impossible = this.foreign = this.streak = 0
    this.complete = this.begun = this.unsure = this.givenUp = this.repeats = false
    this.packer = new EventPacker(this.table)
    this.above = new AbovePiece(this.table, this.packer)
    this.root = null
    this.trail.forget()
  }

  /**
   * Goes to where the piece of a plan begins (piece.ts): either to an execution that went on from there, or to where
   * its first branch has to be taken. What the walk did before is forgotten, and the names that it gave are now the
   * piece's.
   */
  takeUp(piece: Piece): void {
    const { owned, order, above, own, first, names } = piece
    this.forget()
    this.trail.names.restore(names.names, names.insides)
    this.owned = owned
    const ids = this.planned.unpack(above)
    const known = piece.known.map((events) => events.map((local) => this.table.event(ids[local]!)))
    this.above = new AbovePiece(this.table, this.packer, known)
    if (own !== null) this.planned.unpack(own)
    this.goAgain(order)
    if (first === null) {
      this.begun = owned > 0 || order.length > 0
      this.bearsFruit()
      piece.explored.forEach((ways, i) => put(this.explored, owned + i, ways, 0))
      return
    }
    this.next = this.trees.unpack(first, ids)
    this.trail.kept = order.length
  }

  /** What is left of a piece between two executions, and what it found to be missing above. */
  putDown(): PutDown {
    const { trail, packer, owned } = this
    const root = this.root === null ? -1 : packer.pack(this.table.number(this.root))
    const path = packer.packAll(trail.events.slice(owned, trail.depth))
    const plan = this.complete ? null : this.planned.pack(owned, trail.depth, packer)
    return {
      events: packer.events,
      outgoing: this.above.pack(),
      root,
      rest:
        plan === null
          ? null
          : {
              order: trail.order.slice(0, trail.depth),
              path,
              plan,
              explored: this.explored.slice(owned, trail.depth + 1),
            },
    }
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
    if (this.next === NO_BRANCH && this.tree[depth] !== NO_BRANCH) this.shift(depth)
    const sleep = this.sleep[depth]!
    if (this.next !== NO_BRANCH) {
      const { process } = this.trees.event(this.next)
      if (!isAsleep(sleep, process) && !isAsleep(this.guards[depth] ?? NOTHING, process)) return process
      // Planned while it was not known what an event would touch: all that begins like this is explored elsewhere.
      this.probes++
      this.discard()
      return -1
    }
    if (sleep.length > 0) {
      if (this.unsure) this.probes++
      else this.redundant++
      return -1
    }
    const last = depth > 0 ? trail.order[depth - 1]! : -1
    const guards = this.guards[depth]
    if (guards === undefined || guards.length === 0) return anybody(able, last, this.streak)
    const process = anybodyBut(guards, able, last, this.streak)
    if (process < 0) this.repeats = true
    return process
  }

  couldNot(_depth: number, _process: number): void {
    if (this.next === NO_BRANCH) return
    // A branch that is not possible: what it names waits for something, where it was not known what it would do.
    if (this.unsure || this.trees.isGuess(this.next)) {
      this.discard()
      this.unsure = true
      return
    }
    this.impossible++
    this.discard()
    this.givenUp = true
  }

  made(depth: number): void {
    const { trail } = this
    this.streak = depth > 0 && trail.order[depth] === trail.order[depth - 1] ? this.streak + 1 : 1
    if (depth < trail.kept) return
    const event = trail.events[depth]!
    if (depth >= this.planned.guarded) this.planned.guard(depth, event)
    if (this.again !== null) return
    const { next, trees, tree } = this
    if (depth + 1 === this.owned) this.root = event
    if (next !== NO_BRANCH && trees.isGuess(next)) this.unsure = true
    const sleep = this.planned.asleep(depth + 1)
    if (sleep.length > 0) sleep.length = 0
    const before = this.sleep[depth]!
    for (let i = 0; i < before.length; i++) {
      const asleep = before[i]!
      if (asleep.process !== event.process && !dependent(asleep, event)) sleep.push(asleep)
    }
    put(this.fruitful, depth + 1, false, false)
    put(this.explored, depth + 1, 0, 0)
    const under = tree[depth + 1] ?? NO_BRANCH
    if (under !== NO_BRANCH) trees.dropAll(under)
    put(tree, depth + 1, NO_BRANCH, NO_BRANCH)
    if (next === NO_BRANCH) return
    tree[depth + 1] = trees.below(next)
    trees.drop(next)
    this.next = NO_BRANCH
  }

  // ---- the tree

  /** Takes the first branch at a depth out of the tree. */
  private shift(depth: number): void {
    this.next = this.tree[depth]!
    this.tree[depth] = this.trees.after(this.next)
  }

  /** Gives up the branch taken, with all that is after it. */
  private discard(): void {
    const { next, trees } = this
    this.next = NO_BRANCH
    if (next === NO_BRANCH) return
    trees.dropAll(trees.below(next))
    trees.drop(next)
  }

  /** Goes to the deepest place where something is left to explore. */
  private backtrack(): boolean {
    const { trail, sleep, tree } = this
    this.discard()
    this.givenUp = false
    this.unsure = false
    this.repeats = false
    for (let depth = trail.depth; depth >= this.first; depth--) {
      // A branch that was given up explored nothing.
      if (depth < trail.depth && this.fruitful[depth + 1]!) {
        sleep[depth]!.push(trail.events[depth]!)
        this.explored[depth]!++
      }
      if (tree[depth] === undefined || tree[depth] === NO_BRANCH) continue
      this.shift(depth)
      trail.kept = depth
      for (let deeper = depth + 1; deeper < tree.length; deeper++) {
        if (tree[deeper] === NO_BRANCH) continue
        this.trees.dropAll(tree[deeper]!)
        tree[deeper] = NO_BRANCH
      }
      return true
    }
    return false
  }

  /** Notes that an execution went through all places on the present path. */
  private bearsFruit(): void {
    const { fruitful } = this
    for (let depth = this.trail.depth; depth > 0 && fruitful[depth] !== true; depth--) put(fruitful, depth, true, false)
  }

  private findRaces(): void {
    const { trail } = this
    const { events, races, depth } = trail
    for (let later = this.start; later < trail.kept; later++) {
      if (mayChange(events[later]!)) this.reverseAgain(later)
    }
    for (let later = trail.kept; later < depth; later++) {
      const found = races[later]!
      for (let i = 0; i < found.length; i++) this.reverse(found.at(i), later, events[later]!)
    }
    for (const wish of trail.pending) {
      for (const earlier of trail.relation.pendingRaces(wish, depth)) this.reverse(earlier, depth, wish)
    }
  }

  /**
   * Turns races round once more whose later event may do something else when it comes first: what is new in this
   * execution, and does not follow from the earlier event, may decide about it.
   */
  private reverseAgain(later: number): void {
    const { events, races, relation, kept, depth } = this.trail
    const event = events[later]!
    const found = races[later]!
    for (let i = 0; i < found.length; i++) {
      const earlier = found.at(i)
      if (!this.reversal.isMoved(earlier, later, event)) continue
      for (let f = kept; f < depth; f++) {
        if (relation.before(earlier, f)) continue
        this.reverse(earlier, later, event)
        break
      }
    }
  }

  /** Plans an execution in which `event` (at depth `later`) comes before the event at `earlier`. */
  private reverse(earlier: number, later: number, event: Event): void {
    // What comes before the part is another part's.
    if (earlier < this.start) return
    const { reversal, trees } = this
    reversal.take(earlier, later, event)
    const sleep = this.sleep[earlier]!
    for (let i = 0; i < sleep.length; i++) if (canBegin(reversal, sleep[i]!)) return
    const guards = this.guards[earlier]
    if (guards !== undefined) for (let i = 0; i < guards.length; i++) if (begins(reversal, guards[i]!.process)) return
    const isAbove = earlier < this.owned
    if (isAbove && this.above.has(earlier, reversal)) return
    const before = trees.count
    this.tree[earlier] = trees.insert(this.tree[earlier]!, reversal)
    if (isAbove && trees.count > before) this.above.add(earlier, reversal)
  }
}
