/**
 * Divides the schedules of a program among shards that need not talk to each other. From the races of the first
 * execution a few pairs of events are chosen; each combination of their orders is a part, and part n belongs to shard
 * n mod N. In a part the later event of a pair cannot go on before the earlier one: nothing is visited twice, and no
 * shard visits what is another's.
 *
 * Events are named by process and number. Where an execution has only one event of a pair, or they turn out not to
 * depend on each other, it belongs to one part by rule (`FixedOrder`): every trace is counted exactly once.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import { Names } from './names.ts'
import { Trail, type Chooser } from './trail.ts'

/** An event by its process and how many events that has made with it. */
export interface EventName {
  readonly process: number
  readonly ordinal: number
}

/**
 * Two events whose order a part fixes. `second` cannot go on before `first` has. An execution without `second` belongs
 * to the part if `isDefault`; one in which the two do not depend on each other too.
 */
export interface FixedOrder {
  readonly first: EventName
  readonly second: EventName
  readonly isDefault: boolean
}

/** Parts for each shard at least: they are not equally large. */
const PARTS_PER_SHARD = 4
/** Pairs that are chosen at most. */
const MOST_PAIRS = 14

/** The parts that belong to shard `index` (from 1) of `count`. */
export function partsOfShard(session: Session, program: CompiledProgram, index: number, count: number): FixedOrder[][] {
  const pairs = racingPairs(session, program, count * PARTS_PER_SHARD)
  const parts: FixedOrder[][] = []
  for (let n = index - 1; n < 2 ** pairs.length; n += count) {
    parts.push(
      pairs.map(([one, other], bit) =>
        (n >>> bit) % 2 === 0
          ? { first: one, second: other, isDefault: true }
          : { first: other, second: one, isDefault: false },
      ),
    )
  }
  return parts
}

/** Pairs of events that race in the first execution, as many as make `parts` parts. */
function racingPairs(session: Session, program: CompiledProgram, parts: number): [EventName, EventName][] {
  const chooser = new Plain()
  const trail = new Trail(session, program, chooser, null, new Names())
  chooser.trail = trail
  trail.run()
  const pairs: [EventName, EventName][] = []
  const used = new Set<string>()
  for (let later = 0; later < trail.depth && 2 ** pairs.length < parts && pairs.length < MOST_PAIRS; later++) {
    for (const earlier of trail.races[later] ?? []) {
      if (usesLocks(trail, earlier) || usesLocks(trail, later)) continue
      const one = { process: trail.events[earlier]!.process, ordinal: trail.ordinals[earlier]! }
      const other = { process: trail.events[later]!.process, ordinal: trail.ordinals[later]! }
      // One pair for each later event: a second one would often follow from the first.
      const name = `${other.process}.${other.ordinal}`
      if (used.has(name)) continue
      used.add(name)
      pairs.push([one, other])
      break
    }
  }
  return pairs
}

/** True if the process of an event had to do with locks until then: who is held back there would hold others back. */
function usesLocks(trail: Trail, depth: number): boolean {
  const { process } = trail.events[depth]!
  for (let f = 0; f <= depth; f++) if (trail.events[f]!.process === process && trail.events[f]!.lock !== 0) return true
  return false
}

/** Goes on with the task that ran last, as all walks do at first. */
class Plain implements Chooser {
  trail: Trail | null = null

  choose(depth: number, able: readonly number[]): number {
    const last = depth > 0 ? this.trail!.order[depth - 1]! : -1
    return able.includes(last) ? last : able[0]!
  }
  couldNot(): void {
    // Another one is chosen.
  }
  made(): void {
    // Everything is read at the end.
  }
}
