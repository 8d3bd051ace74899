/** Simulated hardware and pressure: what a test rig does to a driver. */
import { FRAME_KIND_NAMES } from '../../trace/fields.ts'
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import { GFP_KERNEL } from '../../mm/gfp.ts'
import { Driven } from '../../sched/driven.ts'
import { Reclaimer, SWAP_CLUSTER_MAX } from '../reclaim.ts'
import type { page } from '../handles/page.ts'
import type { PageState } from '../handles/page-state.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function simControls(s: Surface, host: RunHost) {
  const { trace, kernel, failures } = s
  return {
    steps: {
      /** Makes the next `times` calls of a surface function fail, as fault injection does. */
      fail_next(site: Site, name: string, times = 1): void {
        if (!failures.plan(String(name), times))
          throw new TypeError(`fail_next(): there is no simulated function "${String(name)}"`)
        trace.begin(site)
        s.done(Op.sim, 0, NO_SUBJECT, times, 0, 0)
      },
      /**
       * Lets a grace period pass for readers that are not running: pending RCU callbacks run at the next preemption.
       */
      grace_period(site: Site): void {
        trace.begin(site)
        s.done(Op.sim, 0, NO_SUBJECT, 0, 0, 0)
        for (const work of host.scheduler.idle) work()
        host.scheduler.yieldNow()
      },
      /**
       * A device raises an interrupt line: its handlers run in hardirq context before the calling task goes on. With
       * interrupts off, or the line disabled, it stays pending until they are on again. Nothing happens without a handler.
       */
      raise_irq(site: Site, irq: number): void {
        return s.interrupts.raise(site, irq | 0) as void
      },
      /**
       * Memory pressure in a kernel thread: kswapd reclaims when the tasks before it block or end, as `reclaim` does.
       */
      kswapd(site: Site, nr?: number): void {
        host.needsInterleaving()
        s.reclaim.attach(host)
        trace.begin(site)
        s.done(Op.sim, 0, NO_SUBJECT, nr ?? 0, 0, 0)
        s.reclaim.wakeKswapd(nr ?? SWAP_CLUSTER_MAX, nr !== undefined)
      },
      /** What a frame is at this moment. */
      page_state(site: Site, page: page): PageState {
        trace.begin(site)
        const pfn = s.pfn(page, Op.sim)
        const { frames } = kernel
        s.done(Op.sim, s.occupant(pfn), pfn >>> 0, 0, 0, 0)
        return Object.freeze({
          kind: FRAME_KIND_NAMES[frames.kindOf(pfn)] ?? 'unknown',
          refcount: frames.refcount[pfn]!,
          mapcount: frames.mapcount[pfn]!,
          order: frames.compoundOrder(pfn),
        })
      },
    },
    suspending: {
      /**
       * Direct reclaim in the calling task: the registered shrinkers are asked, ever harder, until enough is freed or nothing
       * is left. With `nr` they are asked for that many objects and no more. Other tasks may run between two shrinkers.
       * Returns how many objects were freed.
       */
      reclaim(site: Site, nr?: number): number {
        return new Driven(
          nr === undefined
            ? s.reclaim.direct(site, GFP_KERNEL, Reclaimer.SIM, SWAP_CLUSTER_MAX)
            : s.reclaim.exactly(site, Reclaimer.SIM, s.integer(nr, 'nr', 0, 2 ** 31, true)),
        ) as unknown as number
      },
    },
  }
}
