/** linux/rcupdate.h: read-side sections and deferred work. Follows kernel/rcu/tree.c in outline. */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { Gate, GateName } from '../../sched/gate.ts'
import { TaskState } from '../../trace/fields.ts'
import { callUser, type Steps } from '../../sched/driven.ts'
import { Rcu, type RcuCallback } from '../../sched/rcu.ts'
import { cell } from '../handles/cells.ts'
import { rcu_head } from '../handles/objects.ts'
import { Ptr } from '../handles/pointer.ts'
import { viewPointer } from '../handles/struct-type.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxRcu(s: Surface, host: RunHost) {
  const { trace, tasks, kernel } = s
  const rcu = new Rcu(tasks)
  const waiting: { readonly task: number; readonly readers: Set<number>; readonly after: number[] }[] = []
  /** Tasks that wait in rcu_barrier(). */
  const barriers = new Set<number>()
  /** Heads that wait for their callback, and allocations that wait for kfree_rcu(). */
  const queued = new Set<object>()
  const freeing = new Set<number>()
  let softirq = -1

  /** Callbacks of call_rcu() that have not run, memory given to kfree_rcu() that is not freed. */
  const calls = new Gate(s.locks, tasks, GateName.RCU_CALLS)
  const frees = new Gate(s.locks, tasks, GateName.RCU_FREES)
  /** Tasks that free what kfree_rcu() was given, in an explored schedule. */
  let freers = 0
  const isExplored = (): boolean => (host.scheduler.policy ?? null) !== null

  /** Runs callbacks whose grace period has passed as a task of their own. Returns false if there are none. */
  function runReady(): boolean {
    if (!rcu.hasReady) return false
    return isExplored() ? runExplored() : runTogether()
  }
  function runTogether(): boolean {
    if (softirq >= 0) return false
    // What kfree_rcu() collected comes later than an rcu_barrier() that waits.
    return runSoftirq(rcu.takeReady(false, barriers.size > 0 ? 'calls' : 'all'))
  }
  /**
   * Under an explored schedule each callback is a task of its own, one after the other: what runs with what is no
   * choice of the explorer. What kfree_rcu() was given is freed by a worker, at any time after its grace period.
   */
  function runExplored(): boolean {
    for (const free of rcu.takeReady(false, 'frees')) {
      kernel.slab.gracePeriodEnded()
      freers++
      start('kfree_rcu', [free], () => {
        freers--
        frees.left()
      })
    }
    return softirq < 0 && runSoftirq(rcu.takeReady(true, 'calls'))
  }
  function runSoftirq(ready: readonly RcuCallback[]): boolean {
    if (ready.length === 0) return false
    kernel.slab.gracePeriodEnded()
    softirq = start('rcu_softirq', ready, () => {
      softirq = -1
      if (ready.some(({ isBatched }) => !isBatched)) calls.left()
      if (ready.some(({ isBatched }) => isBatched)) frees.left()
    })
    return true
  }
  function start(name: string, ready: readonly RcuCallback[], ended: () => void): number {
    const task = tasks.create(name, 'softirq')
    tasks.after.set(
      task,
      ready.flatMap((callback) => callback.after),
    )
    const work = function* (): Steps {
      for (const callback of ready) yield* callback.run()
      ended()
      return undefined
    }
    host.scheduler.add(task, work())
    return task
  }
  host.scheduler.idle.push(runReady)

  function wake(task: number): void {
    if (tasks.state(task) === TaskState.BLOCKED) tasks.setState(task, TaskState.RUNNABLE)
  }
  function left(task: number): void {
    rcu.left(task, trace.step)
    for (const waiter of waiting) {
      if (waiter.readers.delete(task)) waiter.after.push(trace.step)
      if (waiter.readers.size === 0) wake(waiter.task)
    }
  }
  /** True once every section that began before a task asked has ended; else the task is blocked, and asks again. */
  function gracePeriod(task: number): boolean {
    const at = waiting.findIndex((waiter) => waiter.task === task)
    const readers = at >= 0 ? waiting[at]!.readers : new Set(rcu.readers())
    // Called inside a section: a mistake, and going to sleep is a quiescent state of the task itself.
    if (at < 0) readers.delete(task)
    if (readers.size > 0) {
      host.needsInterleaving()
      if (at < 0) waiting.push({ task, readers, after: [] })
      tasks.setState(task, TaskState.BLOCKED)
      return false
    }
    if (at >= 0) for (const { after } of waiting.splice(at, 1)) tasks.after.set(task, after)
    return true
  }
  const memoryOf = (head: unknown): number => {
    const at = typeof head === 'object' && head !== null ? viewPointer(head) : null
    return at === null ? 0 : Ptr.allocation(at)
  }
  /** True if the head waits already, or the memory that it lies in waits for kfree_rcu(). */
  function isQueued(head: unknown): boolean {
    if (typeof head !== 'object' || head === null) return false
    return queued.has(head) || freeing.has(memoryOf(head))
  }
  function record(site: Site, kind: number, allocation = 0, flags = 0): void {
    trace.begin(site)
    s.done(kind, allocation, NO_SUBJECT, 0, 0, flags)
  }

  return {
    steps: {
      /**
       * Enters a read-side section: what was reachable stays until the section ends, if it is freed by RCU. Nests.
       * May not sleep.
       */
      rcu_read_lock(site: Site): void {
        tasks.addRcu(s.control.task, 1)
        record(site, Op.rcu_read_lock)
      },
      /** Leaves a read-side section. */
      rcu_read_unlock(site: Site): void {
        const task = s.control.task
        const held = tasks.rcuNesting(task) > 0
        if (held) tasks.addRcu(task, -1)
        record(site, Op.rcu_read_unlock, 0, held ? 0 : Flag.WARNED)
        if (held && tasks.rcuNesting(task) === 0) left(task)
      },
      /** Runs `func(head)` after a grace period, in softirq context. The head may be queued once at a time. */
      call_rcu<T>(site: Site, head: T, func: (head: T) => void): void {
        if (typeof func !== 'function') throw new TypeError('call_rcu() takes a head and a function')
        host.needsInterleaving()
        // debug_rcu_head_queue(): a head that is queued already is not queued again.
        const again = isQueued(head)
        record(site, Op.call_rcu, 0, again ? Flag.WARNED : 0)
        if (again) return
        if (typeof head === 'object' && head !== null) queued.add(head)
        calls.entered()
        rcu.call(
          site,
          () => {
            queued.delete(head as object)
            return callUser(func, [head])
          },
          trace.step,
        )
      },
      /**
       * Frees what kmalloc allocated after a grace period. The second argument names the rcu_head and may be left
       * out.
       */
      kfree_rcu(site: Site, p: Ptr | null, head?: unknown): void {
        host.needsInterleaving()
        trace.begin(site)
        const pointer = s.pointerOrNull(p, Op.call_rcu)
        const allocation = pointer === null ? 0 : Ptr.allocation(pointer)
        const again =
          (typeof head === 'object' && head !== null && queued.has(head)) ||
          (allocation !== 0 && [...queued].some((other) => memoryOf(other) === allocation))
        const flags = again ? Flag.WARNED : pointer === null ? Flag.NULL : 0
        s.done(Op.call_rcu, allocation, NO_SUBJECT, 0, 0, flags)
        if (pointer === null || again) return
        freeing.add(allocation)
        frees.entered()
        rcu.call(
          site,
          function* () {
            yield
            freeing.delete(allocation)
            trace.begin(site)
            const phys = s.physOf(pointer)
            const flags = phys < 0 ? Flag.WILD | Flag.FAULT : kernel.slab.kfree(phys)
            s.done(Op.kfree, Ptr.allocation(pointer), phys >>> 0, Ptr.offset(pointer) - Ptr.base(pointer), 0, flags)
            return undefined
          },
          trace.step,
          true,
        )
      },
      /** Reads an RCU-protected pointer. Needs a read-side section. */
      rcu_dereference<T>(site: Site, p: cell<T> | T): T {
        return cell.is(p) ? (cell.read(p, site, true) as T) : (p as T)
      },
      /** The value of an RCU-protected pointer, to be compared and not followed. Needs no read-side section. */
      rcu_access_pointer<T>(site: Site, p: cell<T> | T): T {
        return cell.is(p) ? (cell.read(p, site, true) as T) : (p as T)
      },
      /** Sets a pointer that no reader sees yet, or to NULL. */
      RCU_INIT_POINTER<T>(site: Site, p: cell<T>, v: T): void {
        if (!cell.is(p)) throw new TypeError('RCU_INIT_POINTER() takes a cell made by shared(), and a value')
        cell.write(p as cell<T>, site, v, true)
      },
      /** Publishes a pointer for RCU readers. */
      rcu_assign_pointer<T>(site: Site, p: cell<T>, v: T): void {
        if (!cell.is(p)) throw new TypeError('rcu_assign_pointer() takes a cell made by shared(), and a value')
        cell.write(p as cell<T>, site, v, true)
      },
    },
    suspending: {
      /**
       * Waits for a grace period: every read-side section that began before has ended. May not be called inside one.
       */
      synchronize_rcu(site: Site): void {
        if (!gracePeriod(s.control.task)) return host.blocked as unknown as void
        kernel.slab.gracePeriodEnded()
        record(site, Op.synchronize_rcu)
      },
      /** Waits until every callback queued so far by `call_rcu` has run. What `kfree_rcu` frees is not waited for. */
      rcu_barrier(site: Site): void {
        if (rcu.hasCalls || softirq >= 0) {
          host.needsInterleaving()
          barriers.add(s.control.task)
          calls.wait()
          return host.blocked as unknown as void
        }
        barriers.delete(s.control.task)
        // Slabs of SLAB_TYPESAFE_BY_RCU caches are freed by a callback.
        if (kernel.slab.awaitsGracePeriod) {
          if (!gracePeriod(s.control.task)) return host.blocked as unknown as void
          kernel.slab.gracePeriodEnded()
        }
        calls.passed()
        record(site, Op.rcu_barrier)
      },
      /** Waits until every `kfree_rcu` so far has freed its memory. */
      kvfree_rcu_barrier(site: Site): void {
        if (rcu.hasFrees || freers > 0 || (softirq >= 0 && !isExplored())) {
          host.needsInterleaving()
          frees.wait()
          return host.blocked as unknown as void
        }
        frees.passed()
        record(site, Op.rcu_barrier)
      },
    },
    values: {
      /** Storage of an rcu_head: `new rcu_head()`. */
      rcu_head: rcu_head as new () => rcu_head,
    },
  }
}
