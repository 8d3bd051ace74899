/** linux/completion.h. Follows kernel/locking at v6.12 in outline. */
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
    },
    suspending: {
      /** Sleeps until the completion is signalled. */
      wait_for_completion(site: Site, x: completion): void {
        return steps.take(site, of(x), LockMode.COMPLETION) as void
      },
    },
    pure: {
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
