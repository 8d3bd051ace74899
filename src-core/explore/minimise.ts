/**
 * Makes the schedule of a finding as simple as it can: the fewest preemptions, then the fewest steps. It looks through
 * all schedules with no preemption, with one, with two, as long as that is affordable; beyond that it leaves out one
 * departure of the token after the other for as long as the finding stays.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { Went } from '../runtime/schedule-policy.ts'
import { TokenPolicy, type Departure } from '../runtime/schedule-token.ts'
import type { Session } from '../runtime/session.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { findingKey, judgeExecution } from './judging.ts'
import { NaiveWalk } from './naive.ts'
import { Replay, type Scheduled } from './replay.ts'
import type { Trail } from './trail.ts'

/** Steps that the search for one finding may take. */
const STEPS = 15_000

export interface Minimal extends Scheduled {
  readonly minimal: boolean
}

export class Minimiser {
  constructor(
    private readonly session: Session,
    private readonly program: CompiledProgram,
    private readonly record: ExecutionRecord,
    private readonly era: string,
    private readonly trail: Trail,
  ) {}

  /** The simplest schedule found that shows the finding `key`, which the order of processes shows. */
  minimise(key: string, order: readonly number[]): Minimal {
    const first = new Replay(this.session, this.program, this.record, this.trail).token(order)
    let steps = STEPS
    for (let bound = 0; bound < first.preemptions; bound++) {
      const found = this.within(bound, key, steps)
      if (found.scheduled !== null) return { ...found.scheduled, preemptions: bound, minimal: true }
      steps -= found.steps
      if (!found.complete) return { ...this.simpler(key, first), minimal: false }
    }
    return { ...first, minimal: true }
  }

  /** Looks through the schedules with at most `bound` preemptions. */
  private within(
    bound: number,
    key: string,
    budget: number,
  ): { scheduled: Scheduled | null; complete: boolean; steps: number } {
    const walk = new NaiveWalk(this.session, this.program, this.record, bound)
    walk.trail.tracks = false
    let steps = 0
    let order: number[] | null = null
    walk.run({
      executed: (trail, ending) => {
        steps += trail.steps
        if (this.shows(key, ending.outcome)) order = trail.order.slice(0, trail.depth)
        return order === null && steps < budget
      },
    })
    if (order === null) return { scheduled: null, complete: walk.complete, steps }
    const replay = new Replay(this.session, this.program, this.record, walk.trail)
    return { scheduled: replay.token(order), complete: true, steps }
  }

  /** Leaves out departures that the finding does not need. */
  private simpler(key: string, first: Scheduled): Scheduled {
    let departures = first.departures
    for (let i = departures.length - 1; i >= 0; i--) {
      const fewer = departures.filter((_, at) => at !== i)
      if (this.holds(key, fewer)) departures = fewer
    }
    if (departures.length === first.departures.length) return first
    return this.scheduled(departures)
  }

  private holds(key: string, departures: readonly Departure[]): boolean {
    this.record.reset(this.session.bootCaches)
    this.session.prepare()
    const policy = new TokenPolicy({ departures, sum: null }, this.session.sense)
    const ending = this.session.replay(policy)
    return ending !== null && policy.missed === 0 && this.shows(key, ending.outcome)
  }

  private scheduled(departures: readonly Departure[]): Scheduled {
    const order = new OrderOf({ departures, sum: null }, this.session.sense)
    this.record.reset(this.session.bootCaches)
    this.session.prepare()
    this.session.replay(order)
    const again = new Replay(this.session, this.program, this.record, this.trail)
    return again.tokenOfTasks(order.tasks)
  }

  private shows(key: string, outcome: Parameters<typeof judgeExecution>[3]): boolean {
    const findings = judgeExecution(this.record, this.program, this.era, outcome)
    return findings.some((finding) => findingKey(finding, this.record, this.program) === key)
  }
}

/** Notes who went on. */
class OrderOf extends TokenPolicy {
  readonly tasks: number[] = []

  override went(task: number, what: Went): void {
    if (what !== Went.BLOCKED || this.sense.isStep(task)) this.tasks.push(task)
    super.went(task, what)
  }
}
