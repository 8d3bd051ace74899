/** Runs a given order of processes once more: to get its token, or to see whether a token shows a finding. */
import type { CompiledProgram } from '../compiler/contract.ts'
import { byRule, runSum, scheduleToken, type Departure } from '../runtime/schedule-token.ts'
import type { Session } from '../runtime/session.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { Trail, type Chooser } from './trail.ts'

/** An order of processes as a schedule. */
export interface Scheduled {
  readonly departures: readonly Departure[]
  readonly preemptions: number
  readonly token: string
  readonly steps: number
}

/** Replays orders of processes. */
export class Replay implements Chooser {
  private readonly trail: Trail
  private order: readonly number[] = []
  /** The order as tasks, if it is given so. */
  private tasks: readonly number[] | null = null
  private able: number[][] = []

  constructor(
    session: Session,
    program: CompiledProgram,
    private readonly record: ExecutionRecord,
    trail: Trail,
  ) {
    this.trail = new Trail(session, program, this, record, trail.names)
    this.trail.tracks = false
  }

  /** The token of an order. Its execution has to be possible. */
  token(order: readonly number[]): Scheduled {
    this.order = order
    this.able = []
    this.trail.run()
    const departures: Departure[] = []
    let preemptions = 0
    let last = -1
    for (let depth = 0; depth < this.trail.depth; depth++) {
      const process = this.trail.order[depth]!
      const able = this.able[depth]!
      if (process !== byRule(last, able)) {
        departures.push({ at: depth, task: this.trail.taskOfProcess(process) })
      }
      if (last >= 0 && process !== last && able.includes(last)) preemptions++
      last = process
    }
    const sum = runSum(this.record.chunks)
    return { departures, preemptions, token: scheduleToken({ departures, sum }), steps: this.trail.steps }
  }

  /** The token of an order of tasks. */
  tokenOfTasks(tasks: readonly number[]): Scheduled {
    this.tasks = tasks
    try {
      return this.token([])
    } finally {
      this.tasks = null
    }
  }

  choose(depth: number, able: readonly number[]): number {
    this.able[depth] ??= [...able]
    const task = this.tasks?.[depth]
    if (task !== undefined) return this.trail.names.process(task)
    return depth < this.order.length ? this.order[depth]! : byRule(depth > 0 ? this.trail.order[depth - 1]! : -1, able)
  }
  couldNot(): void {
    // Beyond the order the rule goes on with another one.
  }
  made(): void {
    // Everything is read at the end.
  }
}
