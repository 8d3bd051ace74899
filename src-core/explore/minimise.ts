/**
 * Makes the schedule of a finding as simple as it can: the fewest preemptions, then the fewest steps. It looks through
 * all schedules with no preemption, with one, with two, as long as that is affordable; beyond that it leaves out one
 * departure of the token after the other for as long as the finding stays. A walk within a bound has done that search.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { Went } from '../runtime/schedule-policy.ts'
import { TokenPolicy, type Departure } from '../runtime/schedule-token.ts'
import type { Session } from '../runtime/session.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { isSurer } from './certainty.ts'
import type { Seen } from './collected.ts'
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

  /** The simplest schedule found that shows a finding, as surely as it was seen. */
  simplest(seen: Seen): Minimal {
    const { order, fewest } = seen
    const first = this.replay().token(order)
    if (fewest !== undefined) return { ...first, preemptions: fewest, minimal: true }
    if (first.preemptions === 0) return { ...first, minimal: true }
    const walk = new NaiveWalk(this.session, this.program, this.record, first.preemptions - 1)
    walk.trail.tracks = false
    let steps = 0
    let simplest: number[] | null = null
    walk.run({
      executed: (trail, ending) => {
        steps += trail.steps
        if (this.shows(seen, ending.outcome)) simplest = trail.order.slice(0, trail.depth)
        return simplest === null && steps < STEPS
      },
      repeated: (trail) => (steps += trail.steps) < STEPS,
    })
    if (simplest !== null) return { ...this.replay(walk.trail).token(simplest), preemptions: walk.pass, minimal: true }
    return walk.complete ? { ...first, minimal: true } : { ...this.simpler(seen, first), minimal: false }
  }

  private replay(trail = this.trail): Replay {
    return new Replay(this.session, this.program, this.record, trail)
  }

  /** Leaves out departures that the finding does not need. */
  private simpler(seen: Seen, first: Scheduled): Scheduled {
    let departures = first.departures
    for (let i = departures.length - 1; i >= 0; i--) {
      const fewer = departures.filter((_, at) => at !== i)
      if (this.holds(seen, fewer)) departures = fewer
    }
    if (departures.length === first.departures.length) return first
    return this.scheduled(departures)
  }

  private holds(seen: Seen, departures: readonly Departure[]): boolean {
    this.record.reset(this.session.bootCaches)
    this.session.prepare()
    const policy = new TokenPolicy({ departures, sum: null }, this.session.sense)
    const ending = this.session.replay(policy)
    return ending !== null && policy.missed === 0 && this.shows(seen, ending.outcome)
  }

  private scheduled(departures: readonly Departure[]): Scheduled {
    const order = new OrderOf({ departures, sum: null }, this.session.sense)
    this.record.reset(this.session.bootCaches)
    this.session.prepare()
    this.session.replay(order)
    return this.replay().tokenOfTasks(order.tasks)
  }

  private shows({ key, finding: sought }: Seen, outcome: Parameters<typeof judgeExecution>[3]): boolean {
    const findings = judgeExecution(this.record, this.program, this.era, outcome)
    return findings.some(
      (finding) => findingKey(finding, this.record, this.program) === key && !isSurer(sought, finding),
    )
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
