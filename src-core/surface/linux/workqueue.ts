/**
 * linux/workqueue.h: work for later, in process context. Follows kernel/workqueue.c at v6.12 (surface/workqueues.ts).
 */
import { structSize, type KnownStruct } from '../../trace/abi.ts'
import { changes, Part, reads } from '../../machine/state-watch.ts'
import { Flag, KindFlag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { delayed_work, work_struct, workqueue_struct } from '../handles/work.ts'
import { viewPointer } from '../handles/struct-type.ts'
import { MS_PER_JIFFY, type Queue } from '../workqueues.ts'
import type { RunHost } from '../run-host.ts'
import { numberOf, textOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

/** Workers of one workqueue at once, if the driver does not say (WQ_DFL_ACTIVE). */
const DEFAULT_ACTIVE = 256

export function linuxWorkqueue(s: Surface, host: RunHost) {
  const { trace, workqueues: queues } = s
  let systemQueue: Queue | null = null

  const system = (): Queue => (systemQueue ??= queues.make('events', DEFAULT_ACTIVE))
  const of = (wq: unknown): Queue => {
    const queue = wq === systemHandle ? system() : queues.find(wq)
    if (queue !== undefined) return queue
    if (wq === null || wq === undefined) s.pointer(null, Op.queue_work)
    throw new TypeError('this call takes a workqueue made by alloc_workqueue()')
  }
  const systemHandle = new workqueue_struct(0, 'events')
  Object.freeze(systemHandle)

  function init<T extends object>(site: Site, work: T, fn: (work: T) => unknown, c: KnownStruct): T {
    if (typeof work !== 'object' || work === null || typeof fn !== 'function')
      throw new TypeError('INIT_WORK() takes a work_struct and a function')
    const at = viewPointer(work)
    if (at !== null) s.access.memset(site, at, 0, structSize(s.kernel.info, c))
    else {
      trace.begin(site)
      s.done(Op.other, 0, NO_SUBJECT, 0, 0, 0)
    }
    queues.init(site, work, fn as (work: object) => unknown)
    return work
  }

  function make(site: Site, name: string, limit: number): workqueue_struct | null {
    host.needsInterleaving()
    queues.attach(host)
    trace.begin(site)
    if (s.failures.armed && s.failures.take(Op.alloc_workqueue)) {
      s.done(Op.alloc_workqueue, 0, NO_SUBJECT, 0, 0, Flag.FAILED)
      return null
    }
    const queue = queues.make(textOf(name, 'the name'), limit)
    s.done(Op.alloc_workqueue, 0, queue.id, s.log.string(queue.handle.name), 0, 0)
    return queue.handle
  }

  function enqueue(site: Site, wq: unknown, work: unknown, delay: number): boolean {
    host.needsInterleaving()
    queues.attach(host)
    const queue = of(wq)
    const known = queues.work(work)
    reads(Part.QUEUE, queue)
    if (queue.destroyed) {
      trace.begin(site)
      s.done(Op.queue_work, 0, known.id, queue.id, delay, Flag.FAILED | Flag.WARNED)
      return false
    }
    const added = queues.queueDelayed(site, queue, known, delay)
    trace.begin(site)
    s.done(Op.queue_work, 0, known.id, queue.id, delay, added ? 0 : Flag.FAILED)
    return added
  }

  const blocked = <T>(): T => host.blocked as unknown as T
  /** Works whose cancel found them pending, by task: the answer after the wait. */
  const cancelled = new Map<number, boolean>()
  const waited = new Set<number>()

  function flush(site: Site, work: unknown): boolean {
    const known = queues.work(work)
    const { task } = s.control
    if (!queues.isIdle(known)) {
      host.needsInterleaving()
      // That it waited is what it will return: to begin is a step of its own.
      if (!waited.has(task)) {
        reads(Part.WORK, known)
        changes(Part.WAIT, null)
      }
      waited.add(task)
      return blocked()
    }
    reads(Part.WORK, known)
    const result = waited.delete(task)
    trace.begin(site)
    s.done(Op.flush_work, 0, known.id, result ? 1 : 0, 0, 0)
    return result
  }

  function cancelSync(site: Site, work: unknown): boolean {
    const known = queues.work(work)
    const { task } = s.control
    const wasPending = cancelled.get(task) ?? queues.cancel(site, known)
    if (!queues.isIdle(known, false)) {
      host.needsInterleaving()
      cancelled.set(task, wasPending)
      return blocked()
    }
    cancelled.delete(task)
    trace.begin(site)
    s.done(Op.cancel_work_sync, 0, known.id, wasPending ? 1 : 0, 0, KindFlag.SLEEPS)
    return wasPending
  }

  function cancel(site: Site, work: unknown): boolean {
    const known = queues.work(work)
    const wasPending = queues.cancel(site, known)
    trace.begin(site)
    s.done(Op.cancel_work_sync, 0, known.id, wasPending ? 1 : 0, 0, 0)
    return wasPending
  }

  return {
    steps: {
      /**
       * Makes work of a `work_struct`: `fn(work)` runs later in a worker thread, in process context, and may sleep. Use
       * `container_of(work, Foo, 'work')` for the struct it lies in. Returns the work.
       */
      INIT_WORK<T extends object>(site: Site, work: T, fn: (work: T) => void): T {
        return init(site, work, fn, 'struct work_struct')
      },
      /** `INIT_WORK` for work that waits some time before it is queued. */
      INIT_DELAYED_WORK<T extends object>(site: Site, work: T, fn: (work: T) => void): T {
        return init(site, work, fn, 'struct delayed_work')
      },
      /**
       * Makes a workqueue. Owner: the caller, until `destroy_workqueue`. `max_active`: items that may run at once, 0
       * for the default. Returns null if there is no memory.
       */
      alloc_workqueue(site: Site, fmt: string, flags: number, max_active: number): workqueue_struct | null {
        s.integer(flags, 'flags', 0, 2 ** 32 - 1, true)
        const most = s.integer(max_active, 'max_active', -(2 ** 31), 2 ** 31 - 1, true)
        return make(site, fmt, most > 0 ? most : DEFAULT_ACTIVE)
      },
      /** A workqueue whose items run one at a time, in order. */
      alloc_ordered_workqueue(site: Site, fmt: string, flags: number): workqueue_struct | null {
        s.integer(flags, 'flags', 0, 2 ** 32 - 1, true)
        return make(site, fmt, 1)
      },
      /**
       * Queues work. True if it was queued, false if it is pending already. The memory it lies in has to stay until it
       * has run: `cancel_work_sync` or `flush_work` before the free. Any context.
       */
      queue_work(site: Site, wq: workqueue_struct, work: object): boolean {
        return enqueue(site, wq, work, 0)
      },
      /** `queue_work` on the workqueue of the system. */
      schedule_work(site: Site, work: object): boolean {
        return enqueue(site, systemHandle, work, 0)
      },
      /** Queues work when `delay` jiffies (of 4 ms) have passed. */
      queue_delayed_work(site: Site, wq: workqueue_struct, dwork: object, delay: number): boolean {
        return enqueue(site, wq, dwork, Math.max(0, numberOf(delay, 'delay')))
      },
      /** `queue_delayed_work` on the workqueue of the system. */
      schedule_delayed_work(site: Site, dwork: object, delay: number): boolean {
        return enqueue(site, systemHandle, dwork, Math.max(0, numberOf(delay, 'delay')))
      },
      /**
       * `queue_delayed_work` that begins the delay anew if the work waits already. True if it did. Never sleeps; work
       * that runs at the moment goes on, and runs once more.
       */
      mod_delayed_work(site: Site, wq: workqueue_struct, dwork: object, delay: number): boolean {
        const jiffies = Math.max(0, numberOf(delay, 'delay'))
        const queue = of(wq)
        const wasPending = !queue.destroyed && queues.cancel(site, queues.work(dwork))
        enqueue(site, wq, dwork, jiffies)
        return wasPending
      },
      /** Takes pending work out of its queue; work that runs goes on. True if it was pending. */
      cancel_work(site: Site, work: object): boolean {
        return cancel(site, work)
      },
      /** `cancel_work` for delayed work. */
      cancel_delayed_work(site: Site, dwork: object): boolean {
        return cancel(site, dwork)
      },
    },
    suspending: {
      /** Waits until the work has run. True if there was something to wait for. May sleep. */
      flush_work(site: Site, work: object): boolean {
        return flush(site, work)
      },
      /** `flush_work` for delayed work: it runs now, not when its time has come. */
      flush_delayed_work(site: Site, dwork: object): boolean {
        queues.hurry(site, queues.work(dwork))
        return flush(site, dwork)
      },
      /** Takes the work out of its queue and waits if it runs: afterwards its memory may be freed. May sleep. */
      cancel_work_sync(site: Site, work: object): boolean {
        return cancelSync(site, work)
      },
      /** `cancel_work_sync` for delayed work. */
      cancel_delayed_work_sync(site: Site, dwork: object): boolean {
        return cancelSync(site, dwork)
      },
      /** Waits until everything queued so far has run. May sleep. */
      flush_workqueue(site: Site, wq: workqueue_struct): void {
        const queue = of(wq)
        if (!queues.isDrained(queue)) {
          host.needsInterleaving()
          return blocked()
        }
        trace.begin(site)
        s.done(Op.flush_workqueue, 0, queue.id, 0, 0, 0)
      },
      /** Waits until everything has run, then gives the workqueue up. May sleep. */
      destroy_workqueue(site: Site, wq: workqueue_struct): void {
        const queue = of(wq)
        if (!queues.isDrained(queue)) {
          host.needsInterleaving()
          return blocked()
        }
        trace.begin(site)
        changes(Part.QUEUE, queue)
        const twice = queue.destroyed
        queue.destroyed = true
        s.done(Op.destroy_workqueue, 0, queue.id, 0, 0, twice ? Flag.WARNED : 0)
      },
    },
    pure: {
      /** True if the work is queued and has not begun. No step. */
      work_pending(work: object): boolean {
        const known = queues.work(work)
        reads(Part.WORK, known)
        return queues.isPending(known)
      },
      /** True if delayed work waits for its time, or is queued. No step. */
      delayed_work_pending(dwork: object): boolean {
        const known = queues.work(dwork)
        reads(Part.WORK, known)
        return queues.isPending(known)
      },
      /** The delayed work that a work function was called with. No step. */
      to_delayed_work<T extends object>(work: T): T {
        return work
      },
      /** Milliseconds as jiffies of 4 ms (HZ is 250), rounded up. No step. */
      msecs_to_jiffies(m: number): number {
        return Math.ceil(s.integer(m, 'm', 0, 2 ** 32 - 1, true) / MS_PER_JIFFY)
      },
    },
    values: {
      /** The workqueue of the system. */
      system_wq: systemHandle as workqueue_struct,
      /** Storage of a piece of work: `new work_struct()`, or a field of a struct(). */
      work_struct: work_struct as new () => work_struct,
      /** Storage of delayed work. */
      delayed_work: delayed_work as new () => delayed_work,
      /** Flag: not bound to a cpu. */
      WQ_UNBOUND: 2 as number,
      /** Flag: may be used by reclaim. */
      WQ_MEM_RECLAIM: 8 as number,
      /** Flag: workers with high priority. */
      WQ_HIGHPRI: 16 as number,
    },
  }
}
