/**
 * linux/wait.h: waiting for a condition. Follows kernel/sched/wait.c at v6.12: whoever changes the condition wakes the
 * queue, and the waiters look again. No signals, no timeouts, no exclusive waiters.
 */
import { locks as tellLock } from '../../machine/state-watch.ts'
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { LockMode, type Lock } from '../../sched/locks.ts'
import { TaskState } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import { wait_queue_head_t } from '../handles/objects.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxWait(s: Surface, host: RunHost) {
  const steps = new LockSteps(s, host)
  const of = (q: unknown): Lock => steps.lock(q, 'waitqueue', wait_queue_head_t.is)

  function* wait(site: Site, queue: Lock, condition: unknown): Steps {
    const { tasks } = s
    const { task } = s.control
    for (let slept = 0; ; slept++) {
      // On the queue before the condition is looked at: a wake-up between the two is not lost.
      queue.waiters.push(task)
      const isTrue = yield* callUser(condition, [])
      const at = queue.waiters.indexOf(task)
      if (isTrue) {
        if (at >= 0) queue.waiters.splice(at, 1)
        s.trace.begin(site)
        s.done(Op.wait_event, 0, queue.id, LockMode.COMPLETION, slept, 0)
        return undefined
      }
      if (at < 0) continue
      host.needsInterleaving()
      tasks.setState(task, TaskState.BLOCKED)
      yield
    }
  }

  function wake(site: Site, q: unknown): void {
    const queue = of(q)
    const woken = queue.waiters.splice(0)
    s.trace.begin(site)
    for (const task of woken) if (s.tasks.state(task) === TaskState.BLOCKED) s.tasks.setState(task, TaskState.RUNNABLE)
    s.done(Op.wake_up, 0, queue.id, LockMode.COMPLETION, woken.length, 0)
  }

  function waitEvent(site: Site, q: unknown, condition: unknown): Driven {
    if (typeof condition !== 'function') throw new TypeError('wait_event() takes a wait queue and a function: () => …')
    return new Driven(wait(site, of(q), condition))
  }

  return {
    steps: {
      /** Wakes whoever waits: they look at their conditions again. Any context. */
      wake_up(site: Site, wq_head: wait_queue_head_t): void {
        wake(site, wq_head)
      },
      /** `wake_up` of every waiter. */
      wake_up_all(site: Site, wq_head: wait_queue_head_t): void {
        wake(site, wq_head)
      },
      /** `wake_up` of those that wait with `wait_event_interruptible`: here, of all. */
      wake_up_interruptible(site: Site, wq_head: wait_queue_head_t): void {
        wake(site, wq_head)
      },
    },
    suspending: {
      /**
       * Sleeps until the condition is true: `wait_event(wq, () => READ_ONCE(done))`. May not be called in atomic
       * context.
       */
      wait_event(site: Site, wq_head: wait_queue_head_t, condition: () => unknown): void {
        return waitEvent(site, wq_head, condition) as unknown as void
      },
      /** `wait_event` that a signal ends. Returns 0: there are no signals here. */
      wait_event_interruptible(site: Site, wq_head: wait_queue_head_t, condition: () => unknown): number {
        const waiting = waitEvent(site, wq_head, condition)
        const zero = function* (): Steps {
          yield* waiting.generator
          return 0
        }
        return new Driven(zero()) as unknown as number
      },
    },
    pure: {
      /** Initialises a wait queue in place and returns it. */
      init_waitqueue_head(wq_head: object): wait_queue_head_t {
        return steps.init(wq_head, 'waitqueue') as wait_queue_head_t
      },
      /** A ready wait queue. */
      DECLARE_WAIT_QUEUE_HEAD(name: string): wait_queue_head_t {
        void name
        return new wait_queue_head_t()
      },
      /** True if somebody waits. No step. */
      waitqueue_active(wq_head: wait_queue_head_t): boolean {
        const queue = of(wq_head)
        tellLock(queue, false, 'read')
        return queue.waiters.length > 0
      },
    },
    values: {
      /** Storage of a wait queue: `new wait_queue_head_t()`. */
      wait_queue_head_t: wait_queue_head_t as new () => wait_queue_head_t,
    },
  }
}
