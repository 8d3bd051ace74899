/**
 * The top of the tree of all schedules, divided among workers. It hands pieces out, takes back what they came to and
 * plans what they found to be missing.
 *
 * At each place above the pieces the ways on are taken in order, as a single walk takes them, but not one after the
 * other. All that were handed out before are guards of the next: their events are as good as disabled until something
 * depends on them, so that each piece finds by itself what belongs to it, and no other piece has. So nobody has to be
 * told what a way handed out, or sure to be, can begin with. A way is handed out only if some execution showed that it
 * is needed. One whose events are not known for certain counts only when an execution went through it; until then what
 * it may cover is put off.
 *
 * Results are taken in the order in which pieces were handed out, and how many pieces there are at a time does not
 * depend on the workers: what comes out does not depend on how many there are, or on which of them is faster.
 */
import { certainFirst } from './above-piece.ts'
import type { Event } from './event.ts'
import { EventPacker, EventTable, unpackEvents } from './event-table.ts'
import { int32Of, unpackReversals } from './packed-plan.ts'
import type { Piece, PieceResult, Rest, SavedNames } from './piece.ts'
import { begins, canBegin, type Reversal } from './reversal.ts'
import type { SavedEvent } from './saved-event.ts'
import { NO_BRANCH, WakeupTrees } from './wakeup-trees.ts'

/** Pieces that are out at a time in a long exploration, if there are so many. More workers have nothing to do. */
export const MOST_PIECES = 32
/**
 * As long as there is little to divide, fewer are: each costs as much as ten executions or more, and most of those that
 * are found in a hurry have less than that. One more is out for each so many steps.
 */
const FEWEST_PIECES = 8
const STEPS_PER_PIECE = 500_000
/**
 * Steps of executions in a piece. First ones are short, so that all workers soon have one; later ones are a share of
 * all there were so far, for to hand a piece out and to take it back costs the same whatever its length.
 */
const FIRST_STEPS = 500
const FEW_STEPS = 2500
const STEPS = 75_000
const MOST_STEPS = 400_000
const PART_OF_ALL = 64
/** Each number of a plan is packed and unpacked with the piece: longer plans make longer pieces. */
const STEPS_PER_NUMBER = 1
/** Guesses of a tree above a piece that are sent with it: they only spare sending back what is known. */
const MOST_KNOWN = 2000

/** A way on from a place above the pieces that was handed out. */
interface Claim {
  event: Event
  readonly at: Place | null
  /** Its events are those that were planned. */
  readonly certain: boolean
  /** An execution went through it. */
  proven: boolean
  done: boolean
  share: number
  /** The place it leads to, if that is above the pieces. */
  place: Place | null
  /** What it covers if an execution goes through it. */
  deferred: Reversal[]
}

interface Place {
  readonly depth: number
  /** Processes of the events up to here. */
  readonly order: readonly number[]
  /** The way that leads here. */
  readonly from: Claim
  readonly sleep: readonly Event[]
  readonly guards: readonly Event[]
  readonly claims: Claim[]
  /** First of the branches that nobody was given yet. */
  pending: number
}

interface Unit {
  claim: Claim
  /** Not explored yet: the branch to take, and what was handed out or explored when it was claimed. */
  branch: number
  readonly guards: readonly Event[]
  /** What is left of it. */
  rest: Rest | null
  events: readonly SavedEvent[]
}

export class PiecePlan {
  private readonly table = new EventTable()
  private readonly trees = new WakeupTrees(this.table)
  private readonly places: Place[] = []
  private readonly ready: Unit[] = []
  /** By number of a piece that is out: whose it is, and the names it was given. */
  private readonly out = new Map<number, { readonly unit: Unit; readonly names: SavedNames; readonly steps: number }>()
  private issued = 0
  /** Steps of the pieces that were given back because they were full. */
  private taken = 0
  private readonly root: Claim
  /** Branches that turned out to repeat something before they were handed out. */
  probes = 0
  /** All names that came up. */
  names: SavedNames = { names: [], insides: [] }

  constructor(nothing: Event) {
    this.root = newClaim(nothing, null, true)
    this.ready.push({ claim: this.root, branch: NO_BRANCH, guards: [], rest: null, events: [] })
  }

  /** True when all is explored. */
  get complete(): boolean {
    return this.root.done
  }

  /** Share of the executions that is behind, 0 to 1: a guess. */
  get share(): number {
    const of = (claim: Claim): number => {
      if (claim.done) return 1
      const { place } = claim
      if (place === null) return claim.share
      let sum = 0
      for (const one of place.claims) sum += of(one)
      return sum / (place.claims.length + this.trees.countOf(place.pending))
    }
    return of(this.root)
  }

  /** Pieces that are out at a time now. */
  private get most(): number {
    return Math.min(MOST_PIECES, FEWEST_PIECES + Math.floor(this.taken / STEPS_PER_PIECE))
  }

  /** The next pieces that can be handed out. */
  next(): Piece[] {
    const pieces: Piece[] = []
    while (this.out.size < this.most) {
      this.supply()
      const unit = this.ready.shift()
      if (unit === undefined) break
      pieces.push(this.pieceOf(unit))
    }
    return pieces
  }

  /**
   * Takes what a piece came to. False if it has to be explored again, for names came up that others named before; then
   * what it found does not count.
   */
  take(result: PieceResult): boolean {
    const { unit, names, steps } = this.out.get(result.number)!
    this.out.delete(result.number)
    if (isLonger(result.names, names)) {
      if (isLonger(this.names, names)) {
        this.ready.unshift(unit)
        return false
      }
      this.names = result.names
    }
    const { claim, branch } = unit
    if (branch !== NO_BRANCH) {
      this.trees.dropAll(this.trees.below(branch))
      this.trees.drop(branch)
      unit.branch = NO_BRANCH
    }
    const places = placesOf(claim)
    for (const { depth, reversal } of unpackReversals(result.outgoing, result.events, this.table)) {
      this.plan(places[depth]!, reversal)
    }
    if (result.root >= 0) claim.event = this.table.event(unpackEvents(result.events, this.table)[result.root]!)
    if (result.executions + result.redundant > 0) {
      claim.proven = true
      claim.deferred = []
    }
    claim.share = result.share
    if (result.rest === null) this.finish(claim)
    else {
      this.taken += steps
      unit.rest = result.rest
      unit.events = result.events
      this.ready.push(unit)
    }
    return true
  }

  /** Adds a reversal to what is planned at a place, unless it is covered. */
  private plan(place: Place, reversal: Reversal): void {
    for (const event of place.sleep) if (canBegin(reversal, event)) return
    const { trees } = this
    const first = certainFirst(reversal)
    if (first === null) for (const { process } of place.guards) if (begins(reversal, process)) return
    for (const claim of place.claims) {
      // Whoever told of it relies on all that can begin with its first event (above-piece.ts): another way that can
      // begin this, but maybe not those, is not enough.
      if (first === null ? !canBegin(reversal, claim.event) : claim.event.process !== first.process) continue
      if (!claim.certain && !claim.proven) claim.deferred.push(reversal)
      return
    }
    if (first === null) place.pending = trees.insert(place.pending, reversal)
    else if (!trees.certain(place.pending).some(({ process }) => process === first.process)) {
      place.pending = trees.append(place.pending, reversal)
    }
  }

  /** Everything behind a way is explored. */
  private finish(claim: Claim): void {
    claim.done = true
    claim.place = null
    const { at } = claim
    if (at === null) return
    if (!claim.proven) {
      at.claims.splice(at.claims.indexOf(claim), 1)
      for (const reversal of claim.deferred) this.plan(at, reversal)
    }
    this.settle(at)
  }

  /** Gives up a place where nothing is left to do. */
  private settle(place: Place): void {
    if (place.pending !== NO_BRANCH || !place.claims.every(({ done }) => done)) return
    this.places.splice(this.places.indexOf(place), 1)
    this.finish(place.from)
  }

  // ---- handing out

  /** Sees to it that there are as many pieces as are wanted, if they can be had. */
  private supply(): void {
    while (this.ready.length + this.out.size < this.most) {
      const place = this.places.find(
        ({ pending, claims }) => pending !== NO_BRANCH && claims.every(({ certain, proven }) => certain || proven),
      )
      if (place !== undefined) this.claim(place)
      else if (!this.divide()) return
    }
  }

  /** Takes the next way on from a place. */
  private claim(place: Place): void {
    const { trees } = this
    const branch = place.pending
    place.pending = trees.after(branch)
    const event = trees.event(branch)
    const isAsleep = ({ process }: Event): boolean => process === event.process
    if (place.sleep.some(isAsleep) || place.claims.some((claim) => isAsleep(claim.event))) {
      // Planned while it was not known what an event would touch: all that begins like this is explored elsewhere.
      this.probes++
      trees.dropAll(trees.below(branch))
      trees.drop(branch)
      this.settle(place)
      return
    }
    const claim = newClaim(event, place, trees.isCertain(branch))
    // None is asleep, even if it is explored to its end: what it found to be missing here need not have been told.
    const guards = [...place.guards, ...place.sleep, ...place.claims.map((one) => one.event)]
    place.claims.push(claim)
    this.ready.push({ claim, branch, guards, rest: null, events: [] })
  }

  /** Makes what is planned nearest to the root of a piece somebody else's; false if no piece has anything planned. */
  private divide(): boolean {
    let best: Unit | null = null
    let shallowest = Infinity
    for (const unit of this.ready) {
      const depth = firstPlanned(unit)
      if (depth >= shallowest) continue
      best = unit
      shallowest = depth
    }
    if (best === null) return false
    const rest = best.rest!
    const { plan, path, order, explored } = rest
    const { from } = plan
    const ids = unpackEvents(best.events, this.table)
    const eventOf = (local: number): Event => this.table.event(ids[local]!)
    for (let depth = from; depth <= shallowest; depth++) {
      const place: Place = {
        depth,
        order: order.slice(0, depth),
        from: best.claim,
        sleep: plan.sleep[depth - from]!.map(eventOf),
        guards: plan.guards[depth - from]!.map(eventOf),
        claims: [],
        pending: this.trees.unpack(plan.trees[depth - from]!, ids),
      }
      const claim = newClaim(eventOf(path[depth - from]!), place, true)
      claim.proven = true
      claim.share = best.claim.share
      place.claims.push(claim)
      best.claim.place = place
      best.claim = claim
      this.places.push(place)
    }
    this.places.sort((x, y) => x.depth - y.depth)
    const cut = shallowest + 1 - from
    best.rest = {
      order,
      path: path.slice(cut),
      plan: {
        events: plan.events,
        from: shallowest + 1,
        sleep: plan.sleep.slice(cut),
        guards: plan.guards.slice(cut),
        trees: plan.trees.slice(cut),
      },
      explored: explored.slice(cut),
    }
    return true
  }

  private pieceOf(unit: Unit): Piece {
    const { claim, branch, rest } = unit
    const number = this.issued++
    const packer = new EventPacker(this.table)
    const { above, known } = this.planAbove(unit, packer)
    const first = branch === NO_BRANCH ? null : new Int32Array(this.trees.packOne(branch, packer))
    let numbers = 0
    for (const tree of rest?.plan.trees ?? []) numbers += tree.length
    const steps = this.stepsOf() + numbers * STEPS_PER_NUMBER
    this.out.set(number, { unit, names: this.names, steps })
    return {
      number,
      names: this.names,
      owned: above.trees.length,
      order: rest?.order ?? claim.at?.order ?? [],
      above,
      known,
      own: rest?.plan ?? null,
      first,
      explored: rest?.explored ?? [],
      steps,
    }
  }

  /** How long the next piece is. */
  private stepsOf(): number {
    if (this.taken === 0) return FIRST_STEPS
    if (this.ready.length + this.out.size < this.most / 2) return FEW_STEPS
    return Math.max(STEPS, Math.min(MOST_STEPS, Math.floor(this.taken / PART_OF_ALL)))
  }

  /** What others have at the places above a piece. */
  private planAbove({ claim, branch, guards: around }: Unit, packer: EventPacker): Pick<Piece, 'above' | 'known'> {
    const { trees } = this
    const known: number[][] = []
    const guards: number[][] = []
    const guesses: Int32Array[] = []
    let way = claim
    for (const place of placesOf(claim).reverse()) {
      const begins = way === claim && branch !== NO_BRANCH
      const taken = place.claims.filter((one) => one !== way && (one.certain || one.proven))
      const events = [...place.sleep, ...taken.map(({ event }) => event), ...trees.certain(place.pending)]
      known.push(packer.packAll(events))
      guards.push(packer.packAll(begins ? around : []))
      guesses.push(int32Of(trees.packGuesses(place.pending, packer, MOST_KNOWN)))
      way = place.from
    }
    const sleep = known.map(() => [])
    const { events } = packer
    const above = { events, from: 0, sleep, guards: guards.reverse(), trees: guesses.reverse() }
    return { above, known: known.reverse() }
  }
}

function newClaim(event: Event, at: Place | null, certain: boolean): Claim {
  return { event, at, certain, proven: false, done: false, share: 0, place: null, deferred: [] }
}

/** The places above a way, by depth. */
function placesOf(claim: Claim): Place[] {
  const places: Place[] = []
  for (let { at } = claim; at !== null; at = at.from.at) places.push(at)
  return places.reverse()
}

/** Depth of the first place of a piece where something is planned. */
function firstPlanned({ rest }: Unit): number {
  if (rest === null) return Infinity
  const { trees, from } = rest.plan
  const at = trees.findIndex((numbers) => numbers.length > 0)
  // The last place is where an execution ended.
  return at < 0 || at >= rest.path.length ? Infinity : from + at
}

function isLonger(x: SavedNames, y: SavedNames): boolean {
  return x.names.length > y.names.length || x.insides.length > y.insides.length
}
