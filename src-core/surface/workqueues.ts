/**
 * Workqueues: functions that worker threads call later, in the order they were queued.
 *
 * Kernel: kernel/workqueue.c __queue_work(), process_one_work(), __flush_work(), __cancel_work_sync().
 * Simplified: each workqueue has its own workers, one at a time unless work waits for other work of the queue; a worker
 * ends when the queue is empty. A work_struct in simulated memory is read there when it is queued and when it runs.
 */
import { changes, isMade, Part } from '../machine/state-watch.ts'
import { callUser, type Steps } from '../sched/driven.ts'
import { Gate, GateName } from '../sched/gate.ts'
import { TaskState } from '../trace/fields.ts'
import { Op } from '../trace/ops.ts'
import { workqueue_struct } from './handles/work.ts'
import { viewPointer } from './handles/struct-type.ts'
import type { Ptr } from './handles/pointer.ts'
import type { RunHost } from './run-host.ts'
import type { Site, Surface } from './surface.ts'

/** Words before the function pointer of a work_struct: its state and a list_head. */
const FUNC_WORDS = 3
const PENDING = 1
/** HZ is 250, as in the measured kernel. */
export const MS_PER_JIFFY = 4
/** Workers at once from which on a queue is taken never to be full. */
const MANY = 64

/** One piece of work. */
export interface Work {
  readonly id: number
  /** What the function gets. */
  readonly handle: object
  readonly fn: (work: object) => unknown
  /** Site that queued it last. */
  site: Site
  /** Queue it waits in; null = not pending. */
  pendingIn: Queue | null
  /** Task that runs it; -1 = none. */
  runningIn: number
  /** Task that waits for a delayed work's time; -1 = none. */
  timer: number
  /** Queue that a delayed work goes to when its time has come. */
  goesTo: Queue | null
  /** Times that it is pending or running. */
  readonly busy: Gate
  /** Times that it is running. */
  readonly running: Gate
}

/** One workqueue. */
export interface Queue {
  readonly id: number
  readonly handle: workqueue_struct
  /** Workers that may run at once. */
  readonly limit: number
  readonly items: Work[]
  readonly workers: Set<number>
  /** What waits in it or runs. */
  readonly busy: Gate
  destroyed: boolean
}

export class Workqueues {
  private readonly works = new WeakMap<object, Work>()
  private readonly queues: Queue[] = []
  private lastWork = 0
  private workersMade = 0
  private host: RunHost | null = null

  constructor(private readonly s: Surface) {}

  attach(host: RunHost): void {
    if (this.host !== null) return
    this.host = host
    host.scheduler.idle.push(() => this.helpBlocked())
  }

  make(name: string, limit: number): Queue {
    const id = this.queues.length + 1
    const handle = new workqueue_struct(id, name)
    Object.freeze(handle)
    const queue: Queue = isMade({
      id,
      handle,
      limit,
      items: [],
      workers: new Set(),
      busy: new Gate(this.s.locks, this.s.tasks, GateName.QUEUE + id),
      destroyed: false,
    })
    this.s.isStateful = true
    this.queues.push(queue)
    return queue
  }

  find(handle: unknown): Queue | undefined {
    return this.queues[workqueue_struct.id(handle) - 1]
  }

  /** INIT_WORK(): forgets what the object stood for before. */
  init(site: Site, handle: object, fn: (work: object) => unknown): void {
    const { locks, tasks } = this.s
    const id = ++this.lastWork
    const work: Work = isMade({
      id,
      handle,
      fn,
      site,
      pendingIn: null,
      runningIn: -1,
      timer: -1,
      goesTo: null,
      busy: new Gate(locks, tasks, GateName.WORK + 2 * id),
      running: new Gate(locks, tasks, GateName.WORK + 2 * id + 1),
    })
    this.s.isStateful = true
    this.works.set(handle, work)
  }

  work(handle: unknown): Work {
    const known = typeof handle === 'object' && handle !== null ? this.works.get(handle) : undefined
    if (known === undefined) throw new TypeError('this work was never initialised: call INIT_WORK(work, fn) first')
    return known
  }

  /** True if the work is in a queue, or its time has not come. */
  isPending(work: Work): boolean {
    return work.pendingIn !== null || work.timer >= 0
  }

  /** Where the work lies in simulated memory. */
  private place(work: Work): Ptr | null {
    return viewPointer(work.handle)
  }

  /** Sets or clears the pending bit where the work lies. */
  private mark(site: Site, work: Work, isPending: boolean): void {
    const at = this.place(work)
    if (at === null) return
    this.s.access.update_u32(site, at, (old) => (isPending ? old | PENDING : old & ~PENDING))
  }

  /** In an explored schedule work that may run at once has a worker of its own at once. */
  private get isExplored(): boolean {
    return (this.host?.scheduler.policy ?? null) !== null
  }

  /** Puts work at the end of a queue; false if it is pending already. */
  queue(site: Site, queue: Queue, work: Work): boolean {
    changes(Part.WORK, work)
    const fresh = !this.isPending(work)
    this.mark(site, work, true)
    if (!fresh) return false
    work.busy.entered()
    this.enqueue(site, queue, work)
    return true
  }

  private enqueue(site: Site, queue: Queue, work: Work): void {
    const { workers, items, limit } = queue
    work.site = site
    work.pendingIn = queue
    queue.busy.entered()
    // With room for many, nobody waits in the queue.
    if (limit < MANY) changes(Part.QUEUE, queue)
    // Work does not run beside itself: who runs it takes it up again.
    if (this.isExplored && work.runningIn >= 0) return
    if (this.isExplored && workers.size < limit) {
      this.startWorker(queue, work)
      return
    }
    items.push(work)
    if (workers.size === 0) this.startWorker(queue)
  }

  /** Queues work when `delay` jiffies have passed. */
  queueDelayed(site: Site, queue: Queue, work: Work, delay: number): boolean {
    if (delay <= 0) return this.queue(site, queue, work)
    changes(Part.WORK, work)
    const fresh = !this.isPending(work)
    this.mark(site, work, true)
    if (!fresh) return false
    work.busy.entered()
    const { s, host } = this
    const workqueues = this
    const timer = s.tasks.create('timer_softirq', 'softirq')
    work.timer = timer
    work.goesTo = queue
    const steps = function* (): Steps {
      host!.scheduler.sleep(delay * MS_PER_JIFFY)
      yield
      changes(Part.WORK, work)
      if (work.timer === timer) {
        work.timer = -1
        workqueues.enqueue(site, queue, work)
      }
      return undefined
    }
    host!.scheduler.add(timer, steps())
    return true
  }

  /** flush_delayed_work(): work that waits for its time is queued now. */
  hurry(site: Site, work: Work): void {
    if (work.timer < 0 || work.goesTo === null) return
    changes(Part.WORK, work)
    work.timer = -1
    this.enqueue(site, work.goesTo, work)
  }

  /** `own`: what it runs first, in place of what waits in the queue. */
  private startWorker(queue: Queue, own: Work | null = null): void {
    const { s, host } = this
    if (host === null) return
    const task = s.tasks.create(`kworker/0:${this.workersMade++}-${queue.handle.name}`, 'process')
    queue.workers.add(task)
    s.tasks.onEnd(task, () => {
      queue.workers.delete(task)
      if (queue.limit < MANY) changes(Part.QUEUE, queue)
      if (queue.items.length > 0 && queue.workers.size === 0) this.startWorker(queue)
      queue.busy.wake()
    })
    host.scheduler.add(task, this.runItems(queue, task, own))
  }

  /** worker_thread(): items in order until there are none. */
  private *runItems(queue: Queue, task: number, own: Work | null): Steps {
    for (let work = own ?? this.next(queue); work !== null; work = this.next(queue)) {
      // Cancelled before the worker came to it.
      if (work === own) changes(Part.WORK, work)
      if (work === own && work.pendingIn !== queue) return undefined
      do yield* this.runItem(queue, task, work)
      while (this.isExplored && work.pendingIn === queue)
      if (own !== null && queue.limit >= MANY) return undefined
      yield
    }
    return undefined
  }

  private next(queue: Queue): Work | null {
    if (queue.limit < MANY || !this.isExplored) changes(Part.QUEUE, queue)
    return queue.items.shift() ?? null
  }

  private *runItem(queue: Queue, task: number, work: Work): Steps {
    const { s } = this
    const { site } = work
    changes(Part.WORK, work)
    work.pendingIn = null
    work.runningIn = task
    work.running.entered()
    const at = this.place(work)
    try {
      if (at !== null) s.access.readWord(site, at, FUNC_WORDS * s.access.word)
      this.mark(site, work, false)
      s.trace.begin(site)
      s.done(Op.work_start, 0, work.id, queue.id, 0, 0)
      yield* callUser(work.fn, [work.handle])
      s.trace.begin(site)
      s.done(Op.work_end, 0, work.id, queue.id, 0, 0)
    } finally {
      work.runningIn = -1
      changes(Part.WORK, work)
      work.running.left()
      work.busy.left()
      queue.busy.left()
    }
    return undefined
  }

  /** Work waits for other work of its queue: another worker goes on. True if one was started. */
  private helpBlocked(): boolean {
    // In an explored schedule nobody waits for a worker that could have one.
    if (this.isExplored) return false
    for (const queue of this.queues) {
      if (queue.items.length === 0 || queue.workers.size === 0 || queue.workers.size >= queue.limit) continue
      if ([...queue.workers].some((task) => this.s.tasks.state(task) !== TaskState.BLOCKED)) continue
      this.startWorker(queue)
      return true
    }
    return false
  }

  /** True if the work is neither pending nor running; else the running task waits until something changed. */
  isIdle(work: Work, includesPending = true): boolean {
    const gate = includesPending ? work.busy : work.running
    if (work.runningIn < 0 && !(includesPending && this.isPending(work))) {
      gate.passed()
      return true
    }
    gate.wait()
    return false
  }

  /** True if the queue has nothing to do; else the running task waits. */
  isDrained(queue: Queue): boolean {
    const isBusy = queue.items.length > 0 || queue.workers.size > 0
    if (this.isExplored ? queue.busy.count === 0 : !isBusy) {
      queue.busy.passed()
      return true
    }
    queue.busy.wait()
    return false
  }

  /** Takes pending work out of its queue; true if it was pending. */
  cancel(site: Site, work: Work): boolean {
    changes(Part.WORK, work)
    if (!this.isPending(work)) return false
    work.timer = -1
    const queue = work.pendingIn
    const items = queue?.items ?? []
    const at = items.indexOf(work)
    if (at >= 0) items.splice(at, 1)
    work.pendingIn = null
    this.mark(site, work, false)
    work.busy.left()
    if (queue !== null) {
      queue.busy.left()
      if (queue.limit < MANY) changes(Part.QUEUE, queue)
    }
    return true
  }
}
