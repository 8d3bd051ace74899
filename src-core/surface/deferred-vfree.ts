/**
 * vfree() where it may not sleep: the area goes on a list, a worker of the system workqueue frees it later.
 *
 * Kernel: mm/vmalloc.c, vfree_atomic(), vfree(), delayed_vfree_work(). The list node is written into the
 * first bytes of the area; the list is last in, first out.
 * Simplified: one list instead of one a processor; an area that is put on the list twice is freed once.
 */
import { structSize } from '../trace/abi.ts'
import { ContextMask } from '../trace/fields.ts'
import { Flag, Op } from '../trace/ops.ts'
import type { Steps } from '../sched/driven.ts'
import { Ptr } from './handles/pointer.ts'
import type { RunHost } from './run-host.ts'
import type { Site, Surface } from './surface.ts'

interface Deferred {
  readonly site: Site
  readonly area: Ptr
  readonly vpage: number
}

export class DeferredVfree {
  private readonly list: Deferred[] = []
  private workersMade = 0
  private isWorking = false

  constructor(private readonly s: Surface) {}

  /** in_interrupt(): a hardirq, a softirq, or a section with bottom halves off. vfree() is put off there. */
  inInterrupt(): boolean {
    const { tasks } = this.s
    return (tasks.context(tasks.current) & (ContextMask.HARDIRQ | ContextMask.SOFTIRQ)) !== 0
  }

  /**
   * Puts the area that starts at page `vpage` of vmalloc space on the list, within the step being recorded; it stays
   * mapped until the worker runs. The caller gives it up at once.
   */
  put(host: RunHost, site: Site, area: Ptr, vpage: number): void {
    const { s } = this
    s.isStateful = true
    const pfn = s.kernel.vmalloc.translate(vpage)
    const next = this.list.length === 0 ? 0n : this.list[0]!.area.addr
    if (pfn >= 0 && s.access.word === 8) s.kernel.memory.writeU64(pfn * s.pageSize, next)
    else if (pfn >= 0) s.kernel.memory.writeU32(pfn * s.pageSize, Number(next))
    if (this.list.some((waiting) => waiting.vpage === vpage)) return
    this.list.unshift({ site, area, vpage })
    if (this.isWorking) return
    this.isWorking = true
    const worker = s.tasks.create(`kworker/0:${this.workersMade++}-events`, 'process')
    host.scheduler.add(worker, this.drain())
  }

  private *drain(): Steps {
    const { s } = this
    yield
    this.isWorking = false
    for (const { site, area, vpage } of this.list.splice(0)) {
      s.trace.begin(site)
      const flags = s.kernel.vmalloc.free(vpage) | Flag.VMALLOC
      s.done(
        Op.delayed_vfree_work,
        Ptr.allocation(area),
        vpage,
        0,
        structSize(s.kernel.info, 'struct llist_node'),
        flags,
      )
      yield
    }
    return undefined
  }
}
