/** A race of the present execution turned round: a view of its trail, used again for each race. */
import { anyOutcome, isAbout, LockStep, onlyLooksAt, Way, withWay, type Event } from './event.ts'
import type { Reversal } from './reversal.ts'
import type { Trail } from './trail.ts'

export class TrailReversal implements Reversal {
  length = 0
  end: Event
  /** By place: depth of the event. */
  private depths = new Int32Array(256)
  /** Depth of the race's later event. */
  private endDepth = 0

  constructor(
    private readonly trail: Trail,
    nothing: Event,
  ) {
    this.end = nothing
  }

  /** Turns round the race of the events at two depths; `event` is the one at `later`. */
  take(earlier: number, later: number, event: Event): void {
    const { trail } = this
    const { relation } = trail
    this.end = this.moved(earlier, later, event)
    this.endDepth = later
    // What it does there is not known: then what came after it, and does not follow from it, may decide about it too.
    const until = this.end === event ? later : trail.depth
    if (this.depths.length < until) this.depths = new Int32Array(until * 2)
    const { depths } = this
    let n = 0
    for (let f = earlier + 1; f < until; f++) if (f !== later && !relation.before(earlier, f)) depths[n++] = f
    this.length = n
  }

  /** True if an event may do something else when it comes before the one at `earlier`. */
  isMoved(earlier: number, later: number, event: Event): boolean {
    return this.moved(earlier, later, event) !== event
  }

  event(i: number): Event {
    return this.trail.events[this.depths[i]!]!
  }
  process(i: number): number {
    return this.trail.order[this.depths[i]!]!
  }
  before(j: number, i: number): boolean {
    return this.trail.relation.before(this.depths[j]!, this.depths[i]!)
  }
  leadsToEnd(i: number): boolean {
    return this.trail.relation.comesBefore(this.depths[i]!, this.endDepth)
  }

  /** The event as it will be when it comes before the one at `earlier`. */
  private moved(earlier: number, later: number, event: Event): Event {
    const first = this.trail.events[earlier]!
    if (event.global) return event.unsure ? anyOutcome(event) : event
    if (event.unsure) return onlyLooksAt(first, event) ? event : anyOutcome(event)
    if (event.tries) {
      if (!isAbout(first, event.lock)) return event
      const taken = this.trail.relation.possibleBefore(event, earlier, later)
      const copy = withWay(
        event,
        event.lock,
        taken ? (event.wanted === LockStep.TAKE_SHARED ? Way.SHARED : Way.WRITE) : Way.READ,
      )
      copy.step = taken ? event.wanted : LockStep.NONE
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
}
