/** linux/completion.h. Follows kernel/locking at v6.12 in outline. */
import { locks as tellLock } from '../../machine/state-watch.ts'
import { Op } from '../../trace/ops.ts'
import { LockMode, type Lock } from '../../sched/locks.ts'
import { completion } from '../handles/objects.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxCompletion(s: Surface, host: RunHost) {
  const steps = new LockSteps(s, host)
  const of = (c: unknown): Lock => steps.lock(c, 'completion', completion.is)
  const signal = (site: Site, c: completion, all: boolean): void => {
    const lock = of(c)
    s.trace.begin(site)
    steps.locks.complete(lock, all)
    s.done(Op.complete, 0, lock.id, LockMode.COMPLETION, all ? 1 : 0, 0)
  }
  return {
    steps: {
      /** Lets one waiter go on, now or when it comes to wait. */
      complete(site: Site, x: completion): void {
        signal(site, x, false)
      },
      /** Lets every waiter go on. */
      complete_all(site: Site, x: completion): void {
        signal(site, x, true)
      },
      /** Takes the completion if it is signalled. True if it was; never sleeps. */
      try_wait_for_completion(site: Site, x: completion): boolean {
        return steps.tryLock(site, of(x), LockMode.COMPLETION)
      },
      /** Makes a completion unsignalled again, for another use. */
      reinit_completion(site: Site, x: completion): void {
        const lock = of(x)
        lock.done = 0
        tellLock(lock, false, 'reset')
        s.trace.begin(site)
        s.done(Op.other, 0, lock.id, 0, 0, 0)
      },
    },
    suspending: {
      /** Sleeps until the completion is signalled. */
      wait_for_completion(site: Site, x: completion): void {
        return steps.take(site, of(x), LockMode.COMPLETION) as void
      },
    },
    pure: {
      /** True if somebody who waits would not sleep. No step. */
      completion_done(x: completion): boolean {
        const lock = of(x)
        tellLock(lock, false, 'read')
        return lock.done > 0
      },
      /** A ready completion. */
      DECLARE_COMPLETION(name: string): completion {
        void name
        return new completion()
      },
      /** Initialises a completion in place and returns it. */
      init_completion(x: object): completion {
        return steps.init(x, 'completion') as completion
      },
    },
    values: {
      /** Storage of a completion: `new completion()`. */
      completion: completion as new () => completion,
    },
  }
}
