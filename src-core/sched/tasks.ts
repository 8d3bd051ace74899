/**
 * The tasks of a run: who they are and what state they are in. Follows kernel/sched/core.c in outline: a task runs
 * until it blocks or ends; which one runs next is the scheduler's business (runtime/scheduler.ts), not decided here.
 */
import { put } from '../base/packed.ts'
import { RefilledList } from '../base/refilled-list.ts'
import { Context, ContextMask, Field, TaskState } from '../trace/fields.ts'
import type { TaskInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'

/** First pid handed out: those below belong to tasks that are not shown. */
const FIRST_PID = 100

/** One interrupt that a task has to see the end of, in the number that keeps its state. */
const INTERRUPT = 16

export class Tasks {
  private readonly infos = new RefilledList<TaskInfo>()
  /** State of each task, and `INTERRUPT` for each interrupt that it cannot go on before the end of. */
  private readonly states: number[] = []
  /** Counters that keep each task from sleeping, packed as `Context`. */
  private readonly contexts: number[] = []
  /** What says on which cpu each task is: its own number, for an interrupt handler that of the task it interrupts. */
  private readonly homes: number[] = []
  private readonly endings = new Map<number, (() => void)[]>()
  /** Called when a task's state changes: who runs may have to change with it. */
  onStateChange: (() => void) | null = null
  /** Task that runs now. */
  current = 0
  /** Steps that a task has to come after, where that is more than the step that made it (RCU callbacks). */
  readonly after = new Map<number, readonly number[]>()

  constructor(
    private readonly trace: TraceWriter,
    private readonly created: (task: TaskInfo) => void,
  ) {}

  /** All tasks, by id. */
  get list(): readonly TaskInfo[] {
    return this.infos.all
  }
  /** Who a task is. */
  info(id: number): TaskInfo {
    return this.infos.at(id)
  }
  /** Tasks made so far: the next id. */
  get count(): number {
    return this.infos.length
  }

  /** Makes a task that can run. Its state is recorded with the step being written, if one is. */
  create(name: string, context: TaskInfo['context']): number {
    const id = this.infos.length
    const task: TaskInfo = { id, name, pid: FIRST_PID + id, context }
    this.infos.add(task)
    put(this.states, id, TaskState.NEW, 0)
    put(this.contexts, id, 0, 0)
    put(this.homes, id, context === 'irq' ? (this.homes[this.current] ?? 0) : id, 0)
    this.created(task)
    if (context === 'irq') this.enter(id, Context.HARDIRQ | Context.IRQS_OFF)
    else if (context === 'softirq') this.enter(id, Context.SOFTIRQ)
    return id
  }

  /** As at boot: no tasks. The other tables are written when a task is made. */
  reset(): void {
    this.infos.clear()
    if (this.endings.size > 0) this.endings.clear()
    if (this.after.size > 0) this.after.clear()
    this.current = 0
  }

  /** Whether a task waits, whatever interrupts it. */
  state(id: number): TaskState {
    return (this.states[id]! % INTERRUPT) as TaskState
  }

  /** Changes a task's state and records it with the step being written. */
  setState(id: number, state: TaskState): void {
    const old = this.states[id]!
    if (old % INTERRUPT === state) return
    this.change(id, old, old - (old % INTERRUPT) + state)
    if (state !== TaskState.ENDED && state !== TaskState.OOPSED) return
    if (this.endings.size === 0) return
    const waiting = this.endings.get(id) ?? []
    this.endings.delete(id)
    for (const call of waiting) call()
  }

  private change(id: number, old: number, now: number): void {
    this.states[id] = now
    this.onStateChange?.()
    if (shown(old) !== shown(now)) this.trace.delta(Field.TASK, id, shown(old), shown(now))
  }

  /**
   * An interrupt stops a task: it does not go on before the end of it, also if it waited for something that comes
   * meanwhile. False if it was stopped already, or has ended.
   */
  interrupt(id: number): boolean {
    const old = this.states[id]!
    if (old % INTERRUPT >= TaskState.ENDED) return false
    this.change(id, old, old + INTERRUPT)
    return old < INTERRUPT
  }

  /** The end of such an interrupt. True if it was the last one that the task had to see the end of. */
  resume(id: number): boolean {
    const old = this.states[id]!
    if (old < INTERRUPT) return false
    this.change(id, old, old - INTERRUPT)
    return old < 2 * INTERRUPT
  }

  /** Calls back when the task has ended. */
  onEnd(id: number, call: () => void): void {
    this.endings.set(id, [...(this.endings.get(id) ?? []), call])
  }

  /** True if the task can be picked to run. */
  isRunnable(id: number): boolean {
    const state = this.states[id]
    return state === TaskState.NEW || state === TaskState.RUNNABLE
  }

  /** True if every task but `except` has ended. */
  allEnded(except: number): boolean {
    return this.list.every(({ id }) => {
      const state = this.state(id)
      return id === except || state === TaskState.ENDED || state === TaskState.OOPSED
    })
  }

  /** The cpu a task is on: task i is on cpu i mod `cpus`, an interrupt handler on that of the task it interrupts. */
  cpuOf(id: number, cpus: number): number {
    return this.homes[id]! % cpus
  }

  /** The task that a task runs in place of, as an interrupt handler does; else itself. */
  homeOf(id: number): number {
    return this.homes[id]!
  }

  /** What keeps a task from sleeping, packed as `Context` (trace/fields.ts); 0 = it may sleep. */
  context(id: number): number {
    return this.contexts[id]!
  }

  /** Counts sections that a task enters (`by` a sum of `Context` units) or, negated, leaves. Recorded as a delta. */
  enter(id: number, by: number): void {
    const old = this.contexts[id]!
    this.contexts[id] = old + by
    this.trace.delta(Field.CONTEXT, id, old, old + by)
  }

  /** Leaves sections; a counter that is 0 stays 0 (an unlock that matches another kind of lock). */
  leave(id: number, units: number): void {
    const now = this.contexts[id]!
    let by = 0
    if ((units & ContextMask.PREEMPT) !== 0 && (now & ContextMask.PREEMPT) !== 0) by += Context.PREEMPT
    if ((units & Context.BH_OFF) !== 0 && (now & ContextMask.SOFTIRQ) >= Context.BH_OFF) by += Context.BH_OFF
    if ((units & ContextMask.IRQS_OFF) !== 0 && (now & ContextMask.IRQS_OFF) !== 0) by += Context.IRQS_OFF
    if (by !== 0) this.enter(id, -by)
  }

  /** Depth of sections in which the task may not be preempted (preempt_disable, spinlocks). */
  preemptCount(id: number): number {
    return this.contexts[id]! & ContextMask.PREEMPT
  }
  addPreempt(id: number, by: 1 | -1): void {
    if (by < 0 && this.preemptCount(id) === 0) return
    this.enter(id, by * Context.PREEMPT)
  }

  /** True if interrupts are off for the task: it turned them off, or it is an interrupt handler. */
  irqsOff(id: number): boolean {
    return (this.contexts[id]! & ContextMask.IRQS_OFF) !== 0
  }
  /** Turns interrupts off once more (1) or back (-1). */
  addIrqsOff(id: number, by: 1 | -1): void {
    if (by < 0 && !this.irqsOff(id)) return
    this.enter(id, by * Context.IRQS_OFF)
  }

  /** Depth of RCU read-side sections of a task. */
  rcuNesting(id: number): number {
    return (this.contexts[id]! & ContextMask.RCU) >>> 24
  }
  addRcu(id: number, by: 1 | -1): void {
    this.enter(id, by * Context.RCU)
  }
}

/** The state that the trace says: who is interrupted does not go on, as one who waits. */
function shown(state: number): number {
  const own = state % INTERRUPT
  return state < INTERRUPT || own >= TaskState.ENDED ? own : TaskState.BLOCKED
}
