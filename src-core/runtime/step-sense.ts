/**
 * Tells whether a task that could not go on did something all the same. One that waits for a lock that others hold, or
 * for the end of a task, did nothing; one that began to wait for a grace period or an event did: that is a step of
 * the schedule, though it recorded nothing. The explorer counts steps in the same way (explore/trail.ts).
 */
import { Touch, watchState, type LockTouch, type StateWatch } from '../machine/state-watch.ts'
import type { Surface } from '../surface/surface.ts'

/** Functions that wait for the end of a task. */
const JOINS: ReadonlySet<string> = new Set(['kthread_stop', 'waitpid'])

/** True if a function waits for the end of a task: until then its caller is disabled. */
export function isJoin(callee: string | undefined): boolean {
  return callee !== undefined && JOINS.has(callee)
}

export class StepSense implements StateWatch {
  private hasChanged = false

  /** `surface`: that of the present execution. `callee`: the function that the running task called last. */
  constructor(
    private readonly surface: () => Surface,
    private readonly callee: () => string | undefined,
  ) {}

  /** From now on this is told what steps change; call `stop` afterwards. */
  start(): void {
    watchState(this)
  }
  stop(): void {
    watchState(null)
  }

  /** Before a step of a task. */
  begin(task: number): void {
    this.hasChanged = false
    this.surface().locks.forgetMissed(task)
  }

  /** True if the step that just ended, in which the task recorded nothing and did not end, is one of the schedule. */
  isStep(task: number): boolean {
    return this.hasChanged || (this.surface().locks.missed(task) === undefined && !isJoin(this.callee()))
  }

  // ---- StateWatch

  made(): void {
    // Names are of no use here.
  }
  touched(_part: number, _object: object | null, _low: number, _high: number, how: Touch): void {
    if (how !== Touch.READ) this.hasChanged = true
  }
  stopped(): void {
    this.hasChanged = true
  }
  locked(_lock: object, _shared: boolean, what: LockTouch): void {
    if (what !== 'asked' && what !== 'read') this.hasChanged = true
  }
}
