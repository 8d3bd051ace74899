/** linux/sched.h: sleeping, preemption, the running task. */
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { mm_struct } from '../handles/user-memory.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

/** The running task, as drivers see it. */
export interface Current {
  /** Name of the running task. */
  readonly comm: string
  /** Process id of the running task. */
  readonly pid: number
  /** Address space of the running user program; null in a kernel thread. */
  readonly mm: mm_struct | null
}

export function linuxSched(s: Surface, host: RunHost) {
  const { tasks, trace } = s
  const asleep = new Set<number>()
  const plain = (site: Site, kind: number): void => {
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, 0, 0, 0)
  }
  const current: Current = Object.freeze({
    get comm() {
      return tasks.list[tasks.current]!.name
    },
    get pid() {
      return tasks.list[tasks.current]!.pid
    },
    get mm() {
      const process = s.users.current
      return process === null ? null : s.users.mm(process.mm)
    },
  })
  return {
    steps: {
      /** Lets other tasks run first, if there are any. May not be called in atomic context. */
      cond_resched(site: Site): void {
        plain(site, Op.cond_resched)
        host.scheduler.yieldNow()
      },
      /** Lets other tasks run first. May not be called in atomic context. */
      schedule(site: Site): void {
        plain(site, Op.schedule)
        host.scheduler.yieldNow()
      },
      /** From here on the task may not sleep, until `preempt_enable`. Nests. */
      preempt_disable(site: Site): void {
        tasks.addPreempt(s.control.task, 1)
        plain(site, Op.preempt_disable)
      },
      /** Ends what `preempt_disable` began. */
      preempt_enable(site: Site): void {
        tasks.addPreempt(s.control.task, -1)
        plain(site, Op.preempt_enable)
      },
    },
    suspending: {
      /** Sleeps for some milliseconds of simulated time: every task that can run goes first. */
      msleep(site: Site, msecs: number): void {
        const task = s.control.task
        if (!asleep.delete(task)) {
          const time = s.integer(msecs, 'msecs', 0, 2 ** 32 - 1, true)
          host.scheduler.sleep(time)
          if (host.canWait()) {
            asleep.add(task)
            return host.blocked as unknown as void
          }
          host.scheduler.wakeAll()
        }
        plain(site, Op.msleep)
      },
    },
    values: {
      /** The running task. */
      current: current as { readonly comm: string; readonly pid: number; readonly mm: mm_struct | null },
    },
  }
}
