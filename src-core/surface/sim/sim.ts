/** Simulated hardware and pressure: what a test rig does to a driver. */
import { FRAME_KIND_NAMES } from '../../trace/fields.ts'
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import { GFP_KERNEL } from '../../mm/gfp.ts'
import { Driven } from '../../sched/driven.ts'
import { Reclaimer, SWAP_CLUSTER_MAX } from '../reclaim.ts'
import { page as PageHandle } from '../handles/page.ts'
import type { page } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import { viewPointer } from '../handles/struct-type.ts'
import type { PageState, ReachingRight } from '../handles/page-state.ts'
import type { RunHost } from '../run-host.ts'
import { countOf, textOf, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

export function simControls(s: Surface, host: RunHost) {
  const { trace, kernel, failures } = s
  return {
    steps: {
      /** Makes the next `times` calls of a surface function fail, as fault injection does. */
      fail_next(site: Site, name: string, times = 1): void {
        const failing = textOf(name, 'the name')
        if (!failures.plan(failing, times))
          throw new TypeError(`fail_next(): there is no simulated function "${failing}"`)
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
       * interrupts off, or the line disabled, it stays pending until they are on again. Nothing happens without a
       * handler.
       */
      raise_irq(site: Site, irq: number): void {
        return s.interrupts.raise(site, wholeOf(irq, 'irq') | 0) as void
      },
      /**
       * What can still reach memory at this moment: its owner, references, mappings, pins, DMA, membership of lists;
       * each with the task that took it and the line. A pointer asks about what it was derived from, a page about
       * whoever holds the frame.
       */
      access_set(site: Site, memory: page | Ptr): readonly ReachingRight[] {
        if (host.access === null) throw new Error('access_set() has no ledger to ask in this run')
        const pointer = Ptr.is(memory) ? memory : viewPointer(memory)
        const allocation = pointer === null ? 0 : Ptr.allocation(pointer)
        const phys = pointer === null ? -1 : s.access.translate(pointer, 0)
        const ofPage = PageHandle.is(memory) ? PageHandle.pfn(memory) : -1
        const pfn = pointer === null ? ofPage : Math.floor(phys / s.pageSize)
        const ofBytes = allocation !== 0 ? host.access.ofAllocation(allocation) : null
        const rights = ofBytes ?? (pfn >= 0 ? host.access.ofFrame(pfn) : [])
        trace.begin(site)
        if (pointer === null) s.pfn(memory as page, Op.access_set)
        s.done(Op.access_set, allocation, pfn >>> 0, rights.length, 0, 0)
        return Object.freeze(
          rights.map(({ kind, on, task, site: taken }) => {
            const at = host.access?.placeOf(taken) ?? null
            const holder = s.tasks.list[task]?.name ?? `task ${task}`
            return Object.freeze({ kind, on, holder, at: at === null ? null : Object.freeze(at) })
          }),
        )
      },
      /**
       * Memory pressure in a kernel thread: kswapd reclaims when the tasks before it block or end, as `reclaim` does.
       */
      kswapd(site: Site, nr?: number): void {
        if (nr !== undefined) countOf(nr, 'nr')
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
       * Direct reclaim in the calling task: the registered shrinkers are asked, ever harder, until enough is freed or
       * nothing is left. With `nr` they are asked for that many objects and no more. Other tasks may run between two
       * shrinkers. Returns how many objects were freed.
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
