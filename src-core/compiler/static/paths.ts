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
/** Decisions of a path that others branch off at. */
const MOST_DECISIONS = 120
/** Paths that wait for their turn. */
const MOST_WAITING = 400

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
    if (kind === 'data' || kind === 'loop') this.opaque++
    return taken
  }

  /** The paths that differ from this one in one further decision. */
  branches(): Branch[] {
    const found: Branch[] = []
    const last = Math.min(this.decisions.length, MOST_DECISIONS)
    for (let at = this.prefix.length; at < last; at++) {
      for (let option = 1; option < this.decisions[at]!.options; option++) found.push({ from: this, at, option })
    }
    return found
  }

  /** What the path of a branch has to take. */
  static prefixOf({ from, at, option }: Branch): number[] {
    return [...from.decisions.slice(0, at).map(({ taken }) => taken), option]
  }
}

/** A path that goes as `from` does up to decision `at`, and there takes another option. */
interface Branch {
  readonly from: Trail
  readonly at: number
  readonly option: number
}

/**
 * Calls `walk` for one path after another until none is left or `mayGoOn` says no, and yields after each. Returns true
 * if none was left.
 */
export function* explorePaths(
  walk: (trail: Trail) => void,
  mayGoOn: (paths: number) => boolean,
): Generator<undefined, boolean> {
  let waiting: Branch[] = []
  let now: (Branch | null)[] = [null]
  let paths = 0
  for (let unusual = 0; unusual <= MOST_UNUSUAL; unusual++) {
    for (const branch of now) {
      if (!mayGoOn(paths)) return false
      const trail = new Trail(branch === null ? [] : Trail.prefixOf(branch), unusual)
      walk(trail)
      yield
      paths++
      if (unusual < MOST_UNUSUAL && waiting.length < MOST_WAITING) waiting.push(...trail.branches())
    }
    now = waiting
    waiting = []
  }
  return true
}
