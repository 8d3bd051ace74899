/**
 * Reclaim: shrinkers, called by a task that allocates, by kswapd, or by `sim.reclaim`.
 *
 * Kernel: mm/shrinker.c do_shrink_slab(), shrink_slab(); mm/vmscan.c do_try_to_free_pages(); mm/page_alloc.c
 * __alloc_pages_slowpath(), __alloc_pages_direct_reclaim(), should_reclaim_retry().
 * Simplified: nothing but shrinkers can be reclaimed (no page cache, no swap), progress is counted in their objects;
 * one node, no memory cgroups; no OOM killer: an allocation fails when reclaim frees nothing more.
 */
import { changes, Part, reads } from '../machine/state-watch.ts'
import { callUser, Driven, type Steps } from '../sched/driven.ts'
import { Gate, GateName } from '../sched/gate.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import {
  GFP_KERNEL,
  __GFP_DIRECT_RECLAIM,
  __GFP_IO,
  __GFP_KSWAPD_RECLAIM,
  __GFP_NOFAIL,
  __GFP_NOMEMALLOC,
  __GFP_NORETRY,
  __GFP_RETRY_MAYFAIL,
} from '../mm/gfp.ts'
import { COSTLY_ORDER } from '../mm/page-alloc.ts'
import { TaskState } from '../trace/fields.ts'
import { shrinker, type shrink_control } from './handles/shrinker.ts'
import type { RunHost } from './run-host.ts'
import type { Site, Surface } from './surface.ts'

export const SHRINK_STOP = -1
export const SHRINK_EMPTY = -2
const SHRINK_BATCH = 128
/** Priority that reclaim starts with: 1/4096 of what there is. */
const DEF_PRIORITY = 12
/** Pages that reclaim tries to free at once (SWAP_CLUSTER_MAX). */
export const SWAP_CLUSTER_MAX = 32
/** Times an allocation reclaims before it fails (MAX_RECLAIM_RETRIES). */
const MAX_RETRIES = 16
/** The same for a costly order with __GFP_RETRY_MAYFAIL (MAX_COMPACT_RETRIES / 4). */
const COSTLY_RETRIES = 4

/** Who reclaims; the second detail of reclaim_start. */
export const Reclaimer = { SIM: 0, KSWAPD: 1, ALLOCATION: 2 } as const

/** A registered shrinker. */
interface Registered {
  readonly handle: shrinker
  /** Tasks that ask it: the shrinker stays until they have done so. */
  readonly running: Gate
  /** Objects that earlier calls left unscanned (nr_deferred). */
  deferred: number
}

export class Reclaim {
  private readonly list: Registered[] = []
  private readonly freed = new Set<number>()
  private last = 0
  /** Tasks inside reclaim: they do not reclaim again (PF_MEMALLOC). */
  private readonly inside = new Set<number>()
  /** Times the current allocation of a task has reclaimed; MAX_RETRIES = it gave up. */
  private readonly tries = new Map<number, number>()
  /** Tasks whose __GFP_NOFAIL allocation waits, with the frames that were free when it began to. */
  private readonly starving = new Map<number, number>()
  private kswapd = -1
  private host: RunHost | null = null

  constructor(private readonly s: Surface) {}

  attach(host: RunHost): void {
    if (this.host !== null) return
    this.host = host
    const { pages } = this.s.kernel
    pages.pressure = () => this.helps()
    pages.reclaimable = () => this.mayHelp()
    host.scheduler.idle.push(() => this.feed())
    pages.reclaiming = (attempt) => this.inStep(attempt)
    pages.belowLow = (gfp) => {
      if ((gfp & __GFP_KSWAPD_RECLAIM) !== 0 && this.list.length > 0) this.wakeKswapd(SWAP_CLUSTER_MAX)
      return (gfp & __GFP_NOMEMALLOC) === 0 && this.inside.has(this.s.control.task)
    }
  }

  // ---- shrinkers

  make(flags: number): shrinker {
    this.s.isStateful = true
    return new shrinker(++this.last, flags)
  }

  register(handle: shrinker): void {
    changes(Part.SHRINKERS, null)
    if (this.list.some((known) => known.handle === handle)) return
    const running = new Gate(this.s.locks, this.s.tasks, GateName.SHRINKER + shrinker.id(handle))
    this.list.push({ handle, running, deferred: 0 })
  }

  /** Takes a shrinker off the list; false while a callback of it runs: the task waits then. */
  unregister(handle: shrinker): boolean {
    const at = this.list.findIndex((known) => known.handle === handle)
    const running = this.list[at]?.running
    if (running !== undefined && running.count > 0) {
      running.wait()
      return false
    }
    changes(Part.SHRINKERS, null)
    if (running === undefined) return true
    running.passed()
    this.list.splice(at, 1)
    return true
  }

  /** Marks a shrinker as freed; false if it was already. */
  free(handle: shrinker): boolean {
    const id = shrinker.id(handle)
    changes(Part.SHRINKER, null, id, id + 1)
    if (this.freed.has(id)) return false
    this.freed.add(id)
    return true
  }

  // ---- an allocation that found no memory

  /** True if the allocation that found no block last will be made again: reclaim may help, or it must not fail. */
  helps(): boolean {
    const { failedMask: gfp, failedOrder: order } = this.s.kernel.pages
    const cannotFail = __GFP_NOFAIL | __GFP_DIRECT_RECLAIM
    return this.mayHelp() || (this.host !== null && order >= 0 && (gfp & cannotFail) === cannotFail)
  }

  /**
   * True if the allocation that found no block last may try again after reclaim. __GFP_NORETRY reclaims once, and for a
   * costly order never: it stops where compaction can do nothing. Another costly order is tried once more, a few times
   * with __GFP_RETRY_MAYFAIL; smaller ones as long as reclaim gets on.
   */
  private mayHelp(): boolean {
    if (this.list.length === 0 || this.host === null) return false
    const { failedMask: gfp, failedOrder: order } = this.s.kernel.pages
    const { task } = this.s.control
    if (order < 0 || (gfp & __GFP_DIRECT_RECLAIM) === 0 || this.inside.has(task)) return false
    return (this.tries.get(task) ?? 0) < mostRounds(gfp, order)
  }

  /**
   * Reclaims in the running task and makes the call again, as often as it helps. For an allocation whose first attempt
   * found nothing and recorded nothing: `Driven`, which the compiled code runs.
   */
  again<T>(site: Site, call: () => T): T {
    if (!this.mayHelp()) this.host?.needsInterleaving()
    return new Driven(this.reclaimAndCall(site, call)) as unknown as T
  }

  /**
   * Reclaims in the middle of a step whose record is open, and tries again, as often as it helps. Without preemption:
   * the step has begun. What it did until now goes into the record of the reclaim.
   */
  private inStep(attempt: () => number): number {
    const { host, s } = this
    const { trace, control } = s
    const { task } = control
    const outer = this.tries.get(task)
    let got = -1
    for (let tries = 0; got < 0 && host !== null && this.mayHelp(); got = attempt()) {
      const site = trace.openSite
      const { failedMask: gfp } = s.kernel.pages
      trace.abandon()
      const progress = host.drive(this.direct(site, gfp, Reclaimer.ALLOCATION, SWAP_CLUSTER_MAX)) as number
      trace.begin(site)
      this.tries.set(task, progress === 0 ? MAX_RETRIES : ++tries)
    }
    if (outer === undefined) this.tries.delete(task)
    else this.tries.set(task, outer)
    return got
  }

  private *reclaimAndCall(site: Site, call: () => unknown): Steps {
    const { task } = this.s.control
    if (this.mayHelp()) {
      const gfp = this.s.kernel.pages.failedMask
      const progress = yield* this.direct(site, gfp, Reclaimer.ALLOCATION, SWAP_CLUSTER_MAX)
      const tries = (this.tries.get(task) ?? 0) + 1
      this.tries.set(task, progress === 0 ? MAX_RETRIES : tries)
      yield
    } else yield* this.starve(site, task)
    tellPressure(Reclaimer.ALLOCATION)
    const result = call()
    if (result instanceof Driven) return yield* result.generator
    this.tries.delete(task)
    return result
  }

  /**
   * A __GFP_NOFAIL allocation for which there is no memory, and nothing to reclaim: the kernel tries for ever. Here the
   * task waits until others have given memory back; if nobody ever does, the run ends in a deadlock.
   */
  private *starve(site: Site, task: number): Steps<void> {
    const { tasks, kernel, control } = this.s
    tellPressure(Reclaimer.ALLOCATION)
    this.starving.set(task, kernel.pages.freeCount())
    tasks.setState(task, TaskState.BLOCKED)
    control.waitsAt(site)
    yield
    this.tries.delete(task)
    // Nobody let it go on: this code runs to its end without the scheduler.
    if (this.starving.delete(task)) throw new Error('an allocation with __GFP_NOFAIL would wait for ever here')
  }

  /** Lets tasks go on for which there may be memory now. True if there was one. */
  private feed(): boolean {
    if (this.starving.size === 0) return false
    const { tasks, kernel } = this.s
    const free = kernel.pages.freeCount()
    for (const [task, before] of this.starving) {
      if (free <= before) continue
      this.starving.delete(task)
      tasks.setState(task, TaskState.RUNNABLE)
      return true
    }
    return false
  }

  // ---- reclaim

  /** do_try_to_free_pages(): all shrinkers, ever harder, until `target` objects are freed. Returns how many were. */
  *direct(site: Site, gfp: number, who: number, target: number): Steps<number> {
    const { trace, control } = this.s
    const { task } = control
    trace.begin(site)
    this.s.done(Op.reclaim_start, 0, NO_SUBJECT, gfp, who, 0)
    tellPressure(who)
    this.inside.add(task)
    let freed = 0
    for (let priority = DEF_PRIORITY; priority >= 0 && freed < target; priority--)
      freed += yield* this.shrinkAll(site, gfp, priority, who)
    tellPressure(who)
    return this.end(site, task, freed)
  }

  /** Asks the shrinkers for `count` objects and no more, as a write to debugfs shrinker/scan does. */
  *exactly(site: Site, who: number, count: number): Steps<number> {
    const { trace, control } = this.s
    const { task } = control
    trace.begin(site)
    this.s.done(Op.reclaim_start, 0, NO_SUBJECT, GFP_KERNEL, who, 0)
    this.inside.add(task)
    tellPressure(who)
    reads(Part.SHRINKERS, null)
    let freed = 0
    for (const one of [...this.list]) {
      if (freed >= count) continue
      yield
      tellPressure(who)
      if (!this.tryGet(one)) continue
      try {
        const sc = newControl(GFP_KERNEL)
        const freeable = yield* this.count(site, one, sc)
        if (freeable === 0 || freeable === SHRINK_EMPTY) continue
        const result = yield* this.scan(site, one, sc, count - freed)
        if (result !== SHRINK_STOP) freed += result
      } finally {
        one.running.left()
      }
    }
    return this.end(site, task, freed)
  }

  private end(site: Site, task: number, freed: number): number {
    this.inside.delete(task)
    this.s.trace.begin(site)
    this.s.done(Op.reclaim_end, 0, NO_SUBJECT, freed, 0, 0)
    return freed
  }

  /** shrink_slab(): a preemption point between two shrinkers. */
  private *shrinkAll(site: Site, gfp: number, priority: number, who: number): Steps<number> {
    let freed = 0
    reads(Part.SHRINKERS, null)
    for (const one of [...this.list]) {
      yield
      tellPressure(who)
      if (!this.tryGet(one)) continue
      try {
        freed += yield* this.shrink(site, one, gfp, priority)
      } finally {
        one.running.left()
      }
    }
    return freed
  }

  /** shrinker_try_get(): true if the shrinker is registered still. It stays so until its gate is left. */
  private tryGet(one: Registered): boolean {
    reads(Part.SHRINKERS, null)
    if (!this.list.includes(one)) return false
    one.running.entered()
    return true
  }

  /** do_shrink_slab(). */
  private *shrink(site: Site, one: Registered, gfp: number, priority: number): Steps<number> {
    const { handle } = one
    const sc = newControl(gfp)
    const freeable = yield* this.count(site, one, sc)
    if (freeable <= 0) return 0
    const batch = handle.batch > 0 ? handle.batch : SHRINK_BATCH
    const id = shrinker.id(handle)
    changes(Part.SHRINKER, null, id, id + 1)
    const deferred = one.deferred
    one.deferred = 0
    const part = Math.floor(freeable / 2 ** priority)
    const delta = handle.seeks > 0 ? Math.floor((part * 4) / handle.seeks) : Math.floor(freeable / 2)
    let total = Math.min(Math.floor(deferred / 2 ** priority) + delta, 2 * freeable)
    let freed = 0
    let scanned = 0
    while (total >= batch || total >= freeable) {
      const result = yield* this.scan(site, one, sc, Math.min(batch, total))
      if (result === SHRINK_STOP) break
      freed += result
      total -= sc.nr_scanned
      scanned += sc.nr_scanned
      if (sc.nr_scanned <= 0 && result === 0) break
      yield
    }
    changes(Part.SHRINKER, null, id, id + 1)
    one.deferred += Math.min(Math.max(deferred + delta - scanned, 0), 2 * freeable)
    return freed
  }

  private *count(site: Site, one: Registered, sc: shrink_control): Steps<number> {
    const result = yield* this.call(one, one.handle.count_objects, 'count_objects', sc)
    this.s.trace.begin(site)
    this.s.done(Op.shrink_count, 0, shrinker.id(one.handle), result, 0, 0)
    return result
  }

  private *scan(site: Site, one: Registered, sc: shrink_control, count: number): Steps<number> {
    const { trace } = this.s
    const id = shrinker.id(one.handle)
    sc.nr_to_scan = count
    sc.nr_scanned = count
    trace.begin(site)
    this.s.done(Op.shrink_scan, 0, id, count, 0, 0)
    const result = yield* this.call(one, one.handle.scan_objects, 'scan_objects', sc)
    trace.begin(site)
    this.s.done(Op.shrink_scanned, 0, id, result, 0, 0)
    return result
  }

  /** Calls back into the driver. */
  private *call(one: Registered, callback: unknown, name: string, sc: shrink_control): Steps<number> {
    if (typeof callback !== 'function') throw new TypeError(`the shrinker has no ${name} callback`)
    return toCount(yield* callUser(callback, [one.handle, sc]))
  }

  /** True if every zone has more free frames than its HIGH watermark. */
  private get isBalanced(): boolean {
    const { buddy, watermarks } = this.s.kernel.pages
    return watermarks.high.every((high, zone) => buddy.free[zone]! > high)
  }

  /** Makes the kernel thread reclaim, unless it does already. `exactly`: no more than that many objects. */
  wakeKswapd(target: number, exactly = false): number {
    const { host, s } = this
    if (host === null || this.kswapd >= 0) return this.kswapd
    const site = s.control.site()
    this.kswapd = s.tasks.create('kswapd0', 'process')
    const reclaim = this
    const work = function* (): Steps {
      if (exactly) return yield* reclaim.exactly(site, Reclaimer.KSWAPD, target)
      // balance_pgdat(): until free memory is above HIGH, or nothing more can be freed.
      while ((yield* reclaim.direct(site, GFP_KERNEL, Reclaimer.KSWAPD, target)) > 0 && !reclaim.isBalanced) yield
      return undefined
    }
    host.scheduler.add(this.kswapd, work())
    s.tasks.onEnd(this.kswapd, () => (this.kswapd = -1))
    return this.kswapd
  }
}

/** Times that an allocation of an order may reclaim, if that frees something each time. */
function mostRounds(gfp: number, order: number): number {
  const isCostly = order > COSTLY_ORDER
  if ((gfp & __GFP_NORETRY) !== 0) return isCostly ? 0 : 1
  if (!isCostly) return MAX_RETRIES
  const mayTryHard = (gfp & (__GFP_RETRY_MAYFAIL | __GFP_IO)) === (__GFP_RETRY_MAYFAIL | __GFP_IO)
  return mayTryHard ? COSTLY_RETRIES : 1
}

/** Reclaim for want of memory depends on how much is left: on everything. What `sim.reclaim` asks for does not. */
function tellPressure(who: number): void {
  if (who !== Reclaimer.SIM) changes(Part.ANYTHING, null)
}

function newControl(gfp: number): shrink_control {
  return { gfp_mask: gfp, nid: 0, nr_to_scan: 0, nr_scanned: 0, memcg: null }
}

/** What a callback returned, as the kernel reads its unsigned long: ~0 is SHRINK_STOP. */
function toCount(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : Number(value)
  return Number.isFinite(number) ? Math.trunc(number) | 0 : 0
}
