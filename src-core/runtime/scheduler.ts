/**
 * Which task runs next. The default schedule: creation order, each task until it blocks or ends; `schedule()` and
 * `cond_resched()` let the others go first. Sleepers wake when nobody else can run, so that time is simulated and
 * no clock is read. The scheduler owns all nondeterminism: another policy is another class with the same `run`.
 */
import { put, zeros } from '../base/packed.ts'
import { RefilledList } from '../base/refilled-list.ts'
import { TaskState } from '../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../trace/ops.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Steps } from '../sched/driven.ts'
import type { Tasks } from '../sched/tasks.ts'
import { freshTask, type Registers, type TaskCode, type Then } from './registers.ts'
import { Abandoned } from './fatal.ts'
import { Went, type SchedulePolicy } from './schedule-policy.ts'

interface Running extends TaskCode {
  ended: boolean
}

/** What the session does at a switch and at a task's death. */
export interface SchedulerHooks {
  switchTo(id: number): void
  threw(id: number, error: unknown): void
  /** The lock that a task waits for, and its `LockClass`; 0 and 0 = none. */
  waitsFor(id: number): readonly [lock: number, kind: number]
}

export class Scheduler {
  private readonly running = new RefilledList<Running>()
  private readonly sleepers: { readonly id: number; readonly until: number }[] = []
  /** Simulated time in milliseconds. */
  now = 0
  private yielded = false
  private last = 0
  /**
   * Called when no task can run: may make one runnable (RCU callbacks, workqueues). Returns true if it did
   * something.
   */
  readonly idle: (() => boolean)[] = []
  /** Decides before every step who goes on; null = the default schedule. */
  policy: SchedulePolicy | null = null
  private readonly able: number[][] = []
  private readonly found: number[] = []
  private readonly byId: (Running | undefined)[] = []
  /** Tasks that have not ended. */
  private live = 0

  constructor(
    private readonly tasks: Tasks,
    private readonly registers: Registers,
    private readonly trace: TraceWriter,
  ) {
    tasks.onStateChange = () => (registers.stops = true)
  }

  /** Gives a task its code. `then` is asked what follows when the steps have come to a value. */
  add(id: number, steps: Steps, then: Then | null = null): void {
    const task: Running = { id, steps, then, registers: freshTask(), ended: false }
    this.running.add(task)
    put(this.byId, id, task, undefined)
    this.live++
    this.policy?.added(id, this.live > 1 ? this.tasks.current : -1)
  }

  /** As at boot: no tasks. `surface` false = the surface is kept, and with it what it does when nobody can run. */
  reset(surface: boolean): void {
    this.running.clear()
    this.live = 0
    if (this.sleepers.length > 0) this.sleepers.length = 0
    if (surface) this.idle.length = 0
    this.now = this.last = 0
    this.yielded = false
  }

  /** The running task lets the others go first. */
  yieldNow(): void {
    this.yielded = this.registers.stops = true
  }

  /** The running task sleeps for some milliseconds of simulated time. */
  sleep(milliseconds: number): void {
    this.tasks.setState(this.tasks.current, TaskState.BLOCKED)
    this.sleepers.push({ id: this.tasks.current, until: this.now + milliseconds })
  }

  /** True if the task is still asleep. */
  isAsleep(id: number): boolean {
    return this.sleepers.some((sleeper) => sleeper.id === id)
  }

  /** Wakes every sleeper, in order of their time. */
  wakeAll(): void {
    while (this.wakeSleeper());
  }

  /** Runs until every task has ended, or none can go on. */
  run(hooks: SchedulerHooks): 'ended' | 'deadlock' {
    if (this.policy !== null) return this.runUnder(this.policy, hooks)
    for (;;) {
      const next = this.pick()
      if (next === null) {
        if (this.wakeSleeper() || this.idle.some((work) => work())) continue
        if (this.live === 0) return 'ended'
        this.recordStuck(hooks)
        return 'deadlock'
      }
      this.last = next.id
      hooks.switchTo(next.id)
      this.runTask(next, hooks)
    }
  }

  /**
   * Runs as a policy says, one step at a time. Callbacks become tasks as soon as their grace period has passed, and
   * who sleeps may wake at any time: when they go on is for the policy to say.
   */
  private runUnder(policy: SchedulePolicy, hooks: SchedulerHooks): 'ended' | 'deadlock' {
    const { tasks, idle, byId, running } = this
    for (;;) {
      for (let i = 0; i < idle.length; i++) idle[i]!()
      while (this.sleepers.length > 0) this.wakeSleeper()
      const known = policy.known()
      if (known >= 0) {
        const task = byId[known]
        if (task === undefined || task.ended || !tasks.isRunnable(known))
          throw new Error(`task ${known} cannot go on where it could before: the execution is not the same`)
        hooks.switchTo(known)
        policy.went(known, this.stepOf(task, hooks))
        continue
      }
      let n = 0
      for (let i = 0; i < running.length; i++) {
        const { id, ended } = running.at(i)
        if (!ended && tasks.isRunnable(id)) put(this.found, n++, id, 0)
      }
      // A list for each length: cutting one off and filling it again would make a new one each time.
      const able = (this.able[n] ??= zeros(n))
      for (let i = 0; i < n; i++) able[i] = this.found[i]!
      if (n === 0) {
        if (this.live === 0) return 'ended'
        policy.stuck()
        // Who came last to where it waits is not for the schedule to say: the rows follow the order of creation.
        this.last = -1
        this.recordStuck(hooks)
        return 'deadlock'
      }
      const id = policy.pick(able)
      if (id < 0) throw new Abandoned()
      const task = byId[id]
      if (task === undefined || task.ended) throw new Error(`a schedule names task ${id}, which cannot run`)
      this.last = id
      hooks.switchTo(id)
      policy.went(id, this.stepOf(task, hooks))
    }
  }

  /** Runs a task for one step: until it has recorded something, blocks or ends. */
  private stepOf(task: Running, hooks: SchedulerHooks): Went {
    const { trace, tasks } = this
    const before = trace.step
    tasks.setState(task.id, TaskState.RUNNABLE)
    try {
      do {
        if (this.registers.resume(task)) {
          tasks.setState(task.id, TaskState.ENDED)
          this.remove(task)
          return Went.ENDED
        }
        if (trace.step !== before) return Went.STEPPED
        while (this.sleepers.length > 0) this.wakeSleeper()
      } while (tasks.isRunnable(task.id))
      return Went.BLOCKED
    } catch (error) {
      this.remove(task)
      hooks.threw(task.id, error)
      return Went.ENDED
    }
  }

  /** Where each task waits for ever, as the last steps of the trace: the task that blocked last comes last. */
  private recordStuck(hooks: SchedulerHooks): void {
    const { last, trace } = this
    const waiting = this.running.all.filter((task) => !task.ended)
    const stuck = waiting.sort((x, y) => Number(x.id === last) - Number(y.id === last))
    for (const task of stuck) {
      hooks.switchTo(task.id)
      trace.begin(task.registers.site)
      const [lock, kind] = hooks.waitsFor(task.id)
      trace.end(Op.lock, 0, NO_SUBJECT, lock, kind, Flag.FAILED)
    }
  }

  /** The next task in creation order after the last one if it let others go first, else the first that can run. */
  private pick(): Running | null {
    const { tasks, last } = this
    let first: Running | null = null
    let later: Running | null = null
    for (const task of this.running.all) {
      if (task.ended || !tasks.isRunnable(task.id)) continue
      // A handler interrupts whoever runs.
      if (tasks.list[task.id]!.context === 'irq') return task
      first ??= task
      if (task.id > last) later ??= task
    }
    if (first === null || !this.yielded) return first
    this.yielded = false
    return later ?? first
  }

  /** Runs one task until it blocks, yields or ends. */
  private runTask(task: Running, hooks: SchedulerHooks): void {
    this.tasks.setState(task.id, TaskState.RUNNABLE)
    const { registers } = this
    const goesOn = (): boolean => {
      const does = !this.yielded && this.tasks.isRunnable(task.id)
      registers.stops = !does
      return does
    }
    goesOn()
    try {
      if (!this.registers.resumeWhile(task, goesOn)) return
      this.tasks.setState(task.id, TaskState.ENDED)
    } catch (error) {
      this.remove(task)
      hooks.threw(task.id, error)
      return
    } finally {
      registers.stops = true
    }
    this.remove(task)
  }

  private remove(task: Running): void {
    task.ended = true
    this.live--
    const { running } = this
    // Taken out in one go, now and then.
    if (running.length < 64 || this.live > running.length >>> 1) return
    const left = running.all.filter((one) => !one.ended)
    running.clear()
    for (const one of left) running.add(one)
  }

  /** Advances simulated time to the next sleeper's end. */
  private wakeSleeper(): boolean {
    if (this.sleepers.length === 0) return false
    let first = 0
    for (let i = 1; i < this.sleepers.length; i++) if (this.sleepers[i]!.until < this.sleepers[first]!.until) first = i
    const [sleeper] = this.sleepers.splice(first, 1)
    this.now = sleeper!.until
    if (this.tasks.state(sleeper!.id) === TaskState.BLOCKED) this.tasks.setState(sleeper!.id, TaskState.RUNNABLE)
    return true
  }

  /** Step being written, for those who wait. */
  get step(): number {
    return this.trace.step
  }
}
