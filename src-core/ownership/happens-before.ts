/**
 * What happened before what, as vector clocks folded from a trace: task creation and end, locks, completions, marked
 * cells and atomics, page counts, RCU, work, interrupts (LKMM in outline).
 *
 * Simplified: every marked access orders like an acquire and a release (KCSAN would see more races); the list_lru lock
 * and the page count order those who use them; sleeping and yielding order nothing.
 */
import { Family, Flag, NO_SUBJECT, Op, OP_FAMILY, OP_NAMES, type OpName } from '../trace/ops.ts'
import type { TaskInfo } from '../trace/record.ts'
import { VectorClock } from './vector-clock.ts'

/** What a clock hangs on: locks, cells, pages and the rest are numbered apart. */
const Thing = { LOCK: 0, CELL: 1, PAGE: 2, LRU: 3, WORK: 4, ALLOCATION: 5 } as const
const THINGS = 8

const ORDERING_FAMILIES: readonly number[] = [
  Family.LOCK,
  Family.UNLOCK,
  Family.CELL,
  Family.GET,
  Family.PUT,
  Family.LRU,
  Family.RCU,
  Family.TASK,
]
const ORDERING_OPS: readonly OpName[] = [
  'flush_workqueue',
  'destroy_workqueue',
  'vfree',
  'vfree_atomic',
  'kvfree',
  'delayed_vfree_work',
  'free_irq',
  'atomic_read',
  'atomic_update',
  'atomic_write',
]
/**
 * By operation kind: 1 if `HappensBefore.row` does something with it. For the others it need not be called, unless
 * a handler runs.
 */
export const ORDERS: Uint8Array = Uint8Array.from(OP_NAMES, (name, op) =>
  ORDERING_FAMILIES.includes(OP_FAMILY[op] ?? 0) || ORDERING_OPS.includes(name as OpName) ? 1 : 0,
)

export class HappensBefore {
  /** What each task knows of the others; its own entry may lag behind `times`. */
  private readonly clocks: (VectorClock | undefined)[] = []
  /** Time of each task: its rows belong to it. */
  private readonly times: number[] = []
  /** Times of all tasks: what somebody knows whose beginning nobody was seen to bring about. */
  private readonly now = new VectorClock()
  private readonly things = new Map<number, VectorClock>()
  /** Clock of every RCU section that ended, and of every queued callback. */
  private readonly readers = new VectorClock()
  private readonly queued = new VectorClock()
  /** Clock of every vfree() so far: the worker that does those put off comes after them. */
  private readonly deferred = new VectorClock()
  /** Clock of what callbacks and interrupt handlers did. */
  private readonly handlers = new VectorClock()
  private readonly work = new VectorClock()
  /** Tasks that have run or were made. */
  count = 0

  constructor(private readonly tasks: () => readonly TaskInfo[]) {}

  /** Takes note of a task that runs. */
  meet(task: number): void {
    if (this.clocks[task] === undefined) this.of(task)
  }

  /** True if what `task` did at its own time `at` is known to `observer`. */
  knows(observer: number, task: number, at: number): boolean {
    return task === observer || at <= this.of(observer).get(task)
  }

  /** Time of a task now. */
  time(task: number): number {
    this.meet(task)
    return this.times[task]!
  }

  private of(task: number): VectorClock {
    let clock = this.clocks[task]
    if (clock === undefined) {
      clock = this.first(task)
      this.clocks[task] = clock
      this.count++
      this.begin(task, 1)
    }
    return clock
  }

  private begin(task: number, time: number): void {
    this.times[task] = time
    this.now.raise(task, time)
  }

  /** A task that nobody was seen to make (a worker, kswapd, rmmod, a softirq) knows what led to it. */
  private first(task: number): VectorClock {
    const clock = new VectorClock()
    if (this.tasks()[task]?.context === 'softirq') {
      clock.join(this.readers)
      clock.join(this.queued)
    } else if (task !== 0) clock.join(this.now)
    return clock
  }

  /** `into` knows from now on what a task knows and did. */
  private learn(into: VectorClock, task: number): void {
    const clock = this.clocks[task]
    if (clock === undefined) return
    into.join(clock)
    into.raise(task, this.times[task]!)
  }

  private acquire(task: number, thing: number, id: number): void {
    this.of(task).join(this.things.get(id * THINGS + thing))
  }
  private release(task: number, thing: number, id: number): void {
    const key = id * THINGS + thing
    let clock = this.things.get(key)
    if (clock === undefined) this.things.set(key, (clock = new VectorClock()))
    this.publish(task, clock)
  }
  /** Copies what a task knows into a clock; what it does from now on is later. */
  private publish(task: number, clock: VectorClock): void {
    this.meet(task)
    this.learn(clock, task)
    this.begin(task, this.times[task]! + 1)
  }

  private fork(parent: number, child: number): void {
    const clock = new VectorClock()
    this.publish(parent, clock)
    if (this.clocks[child] === undefined) this.count++
    else clock.join(this.clocks[child])
    this.clocks[child] = clock
    this.begin(child, (this.times[child] ?? 0) + 1)
  }

  /** Takes in one row. */
  row(op: number, task: number, subject: number, b: number, flags: number): void {
    const failed = (flags & Flag.FAILED) !== 0
    switch (OP_FAMILY[op]) {
      case Family.LOCK:
        if (!failed) this.acquire(task, Thing.LOCK, subject)
        break
      case Family.UNLOCK:
        if (!failed) this.release(task, Thing.LOCK, subject)
        break
      case Family.CELL:
        if (b === 0) break
        if (op !== Op.cell_write) this.acquire(task, Thing.CELL, subject)
        if (op !== Op.cell_read) this.release(task, Thing.CELL, subject)
        break
      case Family.GET:
      case Family.PUT:
        if (subject === NO_SUBJECT) break
        this.acquire(task, Thing.PAGE, subject)
        this.release(task, Thing.PAGE, subject)
        break
      case Family.LRU:
        this.acquire(task, Thing.LRU, b)
        this.release(task, Thing.LRU, b)
        break
      case Family.RCU:
        this.rcu(op, task)
        break
      case Family.TASK:
        this.task(op, task, subject)
        break
      default:
        this.other(op, task, subject)
    }
    if (this.isHandler(task)) {
      this.meet(task)
      this.learn(this.handlers, task)
    }
  }

  /** True for a handler of an interrupt or a softirq: all that it does is known to who waits for it. */
  isHandler(task: number): boolean {
    const context = this.tasks()[task]?.context
    return context === 'softirq' || context === 'irq'
  }

  private rcu(op: number, task: number): void {
    if (op === Op.rcu_read_unlock) this.publish(task, this.readers)
    else if (op === Op.call_rcu) this.publish(task, this.queued)
    else if (op === Op.synchronize_rcu) this.of(task).join(this.readers)
    else if (op === Op.rcu_barrier) {
      this.of(task).join(this.readers)
      this.of(task).join(this.handlers)
    }
  }

  private task(op: number, task: number, subject: number): void {
    switch (op) {
      case Op.kthread_run:
      case Op.spawn:
      case Op.fork:
      case Op.raise_irq:
        if (subject !== NO_SUBJECT) this.fork(task, subject)
        break
      case Op.kthread_stop:
      case Op.waitpid:
        if (subject !== NO_SUBJECT) this.learn(this.of(task), subject)
        break
      case Op.irq_handled:
        this.of(task).join(this.handlers)
        break
      case Op.queue_work:
        this.release(task, Thing.WORK, subject)
        break
      case Op.work_start:
        this.acquire(task, Thing.WORK, subject)
        break
      case Op.work_end:
        this.release(task, Thing.WORK, subject)
        this.publish(task, this.work)
        break
      case Op.flush_work:
      case Op.cancel_work_sync:
        this.acquire(task, Thing.WORK, subject)
        break
    }
  }

  private other(op: number, task: number, subject: number): void {
    switch (op) {
      case Op.flush_workqueue:
      case Op.destroy_workqueue:
        this.of(task).join(this.work)
        break
      case Op.vfree:
      case Op.vfree_atomic:
      case Op.kvfree:
        this.publish(task, this.deferred)
        break
      case Op.delayed_vfree_work:
        this.of(task).join(this.deferred)
        break
      case Op.free_irq:
        this.of(task).join(this.handlers)
        break
      case Op.atomic_read:
      case Op.atomic_update:
      case Op.atomic_write:
        if (subject === NO_SUBJECT) break
        this.acquire(task, Thing.ALLOCATION, subject)
        if (op !== Op.atomic_read) this.release(task, Thing.ALLOCATION, subject)
        break
    }
  }
}
