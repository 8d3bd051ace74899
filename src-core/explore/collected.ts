/** What the executions of an exploration, or of a piece of one, show: counts, findings as seen first, advice. */
import { Random } from '../base/random.ts'
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Finding } from '../ownership/finding.ts'
import type { RunEnding, Session } from '../runtime/session.ts'
import { canonicalKey } from './canonical.ts'
import { isSurer } from './certainty.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { HandleCheck } from './handle-check.ts'
import { IndependenceCheck } from './independence.ts'
import { findingKey, judgeExecution, siteOf } from './judging.ts'
import type { ExploreOptions, Incomplete, Independence } from './options.ts'
import type { Trail } from './trail.ts'

/** A finding as it was seen first, or as it was first seen to happen where it could only have happened before. */
export interface Seen {
  readonly key: string
  readonly finding: Finding
  readonly site: number
  /** The processes of that execution, by depth. */
  readonly order: readonly number[]
  /** Preemptions of that execution, if all schedules with fewer were explored before it. */
  readonly fewest?: number
}

/** True if an exploration relies on which steps depend on each other. */
export function needsOrder({ mode, checkIndependence }: ExploreOptions): boolean {
  return mode === 'exhaustive' || checkIndependence === true
}

/** Pairs of steps that are exchanged in each execution, if that is asked for. */
const PAIRS = 2

export class Collected {
  executions = 0
  redundant = 0
  readonly seen = new Map<string, Seen>()
  readonly advice = new Set<string>()
  readonly reasons = new Set<Incomplete>()
  readonly traces = new Set<number>()
  /** Some execution used a stale pointer, and it matters here: the exploration has to begin again (stale-uses.ts). */
  isStale = false
  private check: IndependenceCheck | null = null
  private handles: HandleCheck | null = null

  constructor(
    private readonly session: Session,
    private readonly program: CompiledProgram,
    private readonly record: ExecutionRecord,
    private readonly options: ExploreOptions,
    /** Decides which steps are exchanged. */
    private readonly seed: number,
  ) {}

  /** One more execution has ended. If `preemptions` is finite, every schedule with fewer was explored before. */
  executed(trail: Trail, { outcome, budget }: RunEnding, preemptions = Infinity): void {
    if (this.options.mode === 'exhaustive' && this.options.bound !== null) {
      const hash = canonicalKey(trail)
      if (this.traces.has(hash)) {
        this.redundant++
        return
      }
      this.traces.add(hash)
    }
    this.executions++
    this.judge(trail, { outcome, budget }, preemptions)
    if (needsOrder(this.options) && !trail.strict && this.usesStale(trail)) this.isStale = true
    else this.exchange(trail)
  }

  /** Notes what the execution that has just ended shows. */
  private judge(trail: Trail, { outcome, budget }: RunEnding, preemptions: number): void {
    if (budget !== null) {
      this.reasons.add('steps')
      const { at, limit } = budget
      const place = at === null ? '' : `${at.file}:${at.line}: `
      this.advice.add(
        limit === 'steps'
          ? `${place}an execution did not end within ${this.options.steps} steps: bound the loop (so many tries), ` +
              'or give more steps (--steps)'
          : `${place}an execution used up its budget of ${limit}`,
      )
    }
    for (const finding of judgeExecution(this.record, this.program, this.options.era, outcome)) {
      const key = findingKey(finding, this.record, this.program)
      const known = this.seen.get(key)
      if (known !== undefined && !isSurer(finding, known.finding)) continue
      const order = trail.order.slice(0, trail.depth)
      const seen = { key, finding, site: siteOf(this.record, finding.step), order }
      this.seen.set(key, preemptions === Infinity ? seen : { ...seen, fewest: preemptions })
    }
  }

  private usesStale(trail: Trail): boolean {
    if (!trail.doubtful) return trail.stale
    const { session, program, record } = this
    this.handles ??= new HandleCheck(session, program, record, trail)
    return this.handles.isStale(trail)
  }

  /** Exchanges independent steps of the execution that has just ended, in the debug mode. */
  private exchange(trail: Trail): void {
    const { session, program, record, options } = this
    if (options.checkIndependence !== true) return
    this.check ??= new IndependenceCheck(session, program, record, options.era, new Random(this.seed), trail)
    this.check.check(trail, PAIRS)
  }

  /** What exchanging steps came to; null = it was not asked for. */
  get independence(): Independence | null {
    return this.check === null ? null : this.check.found
  }
}
