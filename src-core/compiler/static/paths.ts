/**
 * Which paths are looked at. A path is a list of decisions: the allocation fails, the condition that the text does
 * not tell is true, the thread runs at once. Each path is evaluated from the start. The first takes every decision
 * the usual way; from each path new ones branch off, those with the fewest unusual decisions first, so that every
 * single failure is seen before any pair of failures.
 */

/** What a decision is about. `data`: a condition on values that the text does not tell. */
export type DecisionKind = 'environment' | 'data' | 'loop' | 'schedule'

interface Decision {
  readonly options: number
  readonly taken: number
  readonly kind: DecisionKind
}

/** Unusual decisions that a path may take. */
const MOST_UNUSUAL = 3

/** Takes the decisions of one path and remembers them. */
export class Trail {
  readonly decisions: Decision[] = []
  /** Conditions decided on data that the text does not tell: two of them may depend on each other. */
  opaque = 0

  constructor(
    private readonly prefix: readonly number[],
    readonly unusual: number,
  ) {}

  /** Takes a decision: what the path was made for, or the usual option 0. */
  decide(options: number, kind: DecisionKind): number {
    const taken = this.prefix[this.decisions.length] ?? 0
    this.decisions.push({ options, taken, kind })
    if (kind === 'data') this.opaque++
    return taken
  }

  /** The paths that differ from this one in one further decision. */
  branches(): number[][] {
    const found: number[][] = []
    const taken = this.decisions.map((decision) => decision.taken)
    for (let i = this.prefix.length; i < taken.length; i++) {
      for (let option = 1; option < this.decisions[i]!.options; option++) found.push([...taken.slice(0, i), option])
    }
    return found
  }
}

/** Calls `walk` for one path after another until none is left or `mayGoOn` says no. True if none was left. */
export function explorePaths(walk: (trail: Trail) => void, mayGoOn: (paths: number) => boolean): boolean {
  const waiting: number[][][] = [[[]]]
  let paths = 0
  for (let unusual = 0; unusual <= MOST_UNUSUAL; unusual++) {
    const now = waiting[unusual] ?? []
    for (let i = 0; i < now.length; i++) {
      if (!mayGoOn(paths)) return false
      const trail = new Trail(now[i]!, unusual)
      walk(trail)
      paths++
      if (unusual < MOST_UNUSUAL) (waiting[unusual + 1] ??= []).push(...trail.branches())
    }
  }
  return true
}
