/**
 * Workqueues: functions that worker threads call later, in the order they were queued.
 *
 * Kernel: kernel/workqueue.c __queue_work(), process_one_work(), __flush_work(), __cancel_work_sync().
 * Simplified: each workqueue has its own workers, one at a time unless work waits for other work of the queue; a worker
 * ends when the queue is empty. A work_struct in simulated memory is read there when it is queued and when it runs.
 */
import { callUser, type Steps } from '../sched/driven.ts'
import { TaskState } from '../trace/fields.ts'
import { Op } from '../trace/ops.ts'
import { workqueue_struct } from './handles/work.ts'
import { viewPointer } from './handles/struct-type.ts'
import type { Ptr } from './handles/pointer.ts'
import type { RunHost } from './run-host.ts'
import type { Site, Surface } from './surface.ts'

/** Where the function pointer stands in a work_struct. */
const FUNC = 24
const PENDING = 1

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
  readonly waiters: number[]
}

/** One workqueue. */
export interface Queue {
  readonly id: number
  readonly handle: workqueue_struct
  /** Workers that may run at once. */
  readonly limit: number
  readonly items: Work[]
  readonly workers: Set<number>
  readonly waiters: number[]
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
    const queue: Queue = {
      id,
      handle,
      limit,
      items: [],
      workers: new Set(),
      waiters: [],
      destroyed: false,
    }
    this.s.isStateful = true
    this.queues.push(queue)
    return queue
  }

  find(handle: unknown): Queue | undefined {
    return this.queues[workqueue_struct.id(handle) - 1]
  }

  /** INIT_WORK(): forgets what the object stood for before. */
  init(site: Site, handle: object, fn: (work: object) => unknown): void {
    const work: Work = {
      id: ++this.lastWork,
      handle,
      fn,
      site,
      pendingIn: null,
      runningIn: -1,
      timer: -1,
      waiters: [],
    }
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

  /** Puts work at the end of a queue; false if it is pending already. */
  queue(site: Site, queue: Queue, work: Work): boolean {
    const fresh = !this.isPending(work)
    this.mark(site, work, true)
    if (!fresh) return false
    this.enqueue(site, queue, work)
    return true
  }

  private enqueue(site: Site, queue: Queue, work: Work): void {
    work.site = site
    work.pendingIn = queue
    queue.items.push(work)
    if (queue.workers.size === 0) this.startWorker(queue)
  }

  /** Queues work when `delay` milliseconds have passed. */
  queueDelayed(site: Site, queue: Queue, work: Work, delay: number): boolean {
    if (delay <= 0) return this.queue(site, queue, work)
    const fresh = !this.isPending(work)
    this.mark(site, work, true)
    if (!fresh) return false
    const { s, host } = this
    const workqueues = this
    const timer = s.tasks.create('timer_softirq', 'softirq')
    work.timer = timer
    const steps = function* (): Steps {
      host!.scheduler.sleep(delay)
      yield
      if (work.timer === timer) {
        work.timer = -1
        workqueues.enqueue(site, queue, work)
      }
      return undefined
    }
    host!.scheduler.add(timer, steps())
    return true
  }

  private startWorker(queue: Queue): void {
    const { s, host } = this
    if (host === null) return
    const task = s.tasks.create(`kworker/0:${this.workersMade++}-${queue.handle.name}`, 'process')
    queue.workers.add(task)
    s.tasks.onEnd(task, () => {
      queue.workers.delete(task)
      if (queue.items.length > 0 && queue.workers.size === 0) this.startWorker(queue)
      this.wake(queue)
    })
    host.scheduler.add(task, this.runItems(queue, task))
  }

  /** worker_thread(): items in order until there are none. */
  private *runItems(queue: Queue, task: number): Steps {
    const { s } = this
    for (let work = queue.items.shift(); work !== undefined; work = queue.items.shift()) {
      const { site } = work
      work.pendingIn = null
      work.runningIn = task
      const running = work
      const at = this.place(work)
      try {
        if (at !== null) s.access.read_u64(site, at, FUNC)
        this.mark(site, work, false)
        s.trace.begin(site)
        s.done(Op.work_start, 0, work.id, queue.id, 0, 0)
        yield* callUser(work.fn, [work.handle])
        s.trace.begin(site)
        s.done(Op.work_end, 0, work.id, queue.id, 0, 0)
      } finally {
        running.runningIn = -1
        this.wakeAll(running.waiters)
      }
      yield
    }
    return undefined
  }

  /** Work waits for other work of its queue: another worker goes on. True if one was started. */
  private helpBlocked(): boolean {
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
    if (work.runningIn < 0 && !(includesPending && this.isPending(work))) return true
    this.waitOn(work.waiters)
    return false
  }

  /** True if the queue has nothing to do; else the running task waits. */
  isDrained(queue: Queue): boolean {
    if (queue.items.length === 0 && queue.workers.size === 0) return true
    this.waitOn(queue.waiters)
    return false
  }

  /** Takes pending work out of its queue; true if it was pending. */
  cancel(site: Site, work: Work): boolean {
    if (!this.isPending(work)) return false
    work.timer = -1
    const items = work.pendingIn?.items ?? []
    const at = items.indexOf(work)
    if (at >= 0) items.splice(at, 1)
    work.pendingIn = null
    this.mark(site, work, false)
    this.wakeAll(work.waiters)
    return true
  }

  private waitOn(waiters: number[]): void {
    const { tasks } = this.s
    if (!waiters.includes(tasks.current)) waiters.push(tasks.current)
    tasks.setState(tasks.current, TaskState.BLOCKED)
  }

  private wake(queue: Queue): void {
    if (queue.items.length === 0 && queue.workers.size === 0) this.wakeAll(queue.waiters)
  }

  private wakeAll(waiters: number[]): void {
    const { tasks } = this.s
    for (const task of waiters.splice(0))
      if (tasks.state(task) === TaskState.BLOCKED) tasks.setState(task, TaskState.RUNNABLE)
  }
}
