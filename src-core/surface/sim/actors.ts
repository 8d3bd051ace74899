/**
 * Actors: adversaries that a program declares and that act once, at any step of the others. An exploration tries every
 * step; a plain run lets them act in order of creation, as tasks.
 */
import type { Steps } from '../../sched/driven.ts'
import { Driven } from '../../sched/driven.ts'
import { changes, Part } from '../../machine/state-watch.ts'
import { Op } from '../../trace/ops.ts'
import { addressOf, countOf, lengthOf, wholeOf } from '../arguments.ts'
import { device as DeviceHandle } from '../handles/device.ts'
import type { device } from '../handles/device.ts'
import type { Ptr } from '../handles/pointer.ts'
import type { Process } from '../processes.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function simActors(s: Surface, host: RunHost) {
  const { tasks, trace, users } = s

  /** Makes the task of an actor; its steps stand where it was declared. */
  function actor(site: Site, name: string, body: () => Steps): number {
    host.needsInterleaving()
    trace.begin(site)
    const id = tasks.create(`actor ${name}`, 'process')
    s.done(Op.kthread_run, 0, id, 0, 0, 0)
    host.scheduler.add(id, body())
    return id
  }

  /** Makes a call of the surface, with all its steps. */
  function* calls(name: string, site: Site, ...args: unknown[]): Steps {
    const result = s.calls.get(name)!(site, ...args)
    return result instanceof Driven ? yield* result.generator : result
  }

  /** The program that declares an actor of its own. */
  function program(name: string): Process {
    const process = users.current
    if (process === null) throw new TypeError(`${name}() is declared by the user program that it acts on`)
    return process
  }

  /** Another thread of the running program: it shares the address space and the files. */
  function thread(site: Site, name: string, body: () => Steps): void {
    const { mm, fds } = program(`actor_${name}`)
    changes(Part.COUNTS, mm)
    mm.users++
    const id = actor(site, name, function* (): Steps {
      yield* body()
      changes(Part.COUNTS, mm)
      mm.users--
      if (mm.users === 0) yield* users.exitMap(site, mm)
      return undefined
    })
    users.byTask.set(id, { task: id, parent: s.control.task, mm, fds, inKernel: 0, status: 0 })
  }

  function deviceOf(dev: device, name: string): device {
    if (!DeviceHandle.is(dev)) throw new TypeError(`${name}() takes a device that sim.device() returned`)
    return dev
  }

  return {
    steps: {
      /** At any step from now on memory is reclaimed once, as by `reclaim(nr)`. */
      actor_reclaim(site: Site, nr?: number): void {
        const count = nr === undefined ? undefined : countOf(nr, 'nr')
        actor(site, 'reclaim', () => calls('reclaim', site, count))
      },
      /**
       * At any step of the calling task from now on the interrupt line is raised on its cpu: the handlers run before
       * the task goes on, or, if it has interrupts off, as soon as they are on.
       */
      actor_irq(site: Site, irq: number): void {
        const line = wholeOf(irq, 'irq') | 0
        const { task } = s.control
        actor(site, `irq ${line}`, function* (): Steps {
          const driven = s.interrupts.raise(site, line, task)
          return driven === undefined ? undefined : yield* driven.generator
        })
      },
      /** At any step from now on the device reads `n` bytes at a DMA address, once. */
      actor_dma_read(site: Site, dev: device, addr: bigint, n: number): void {
        const one = deviceOf(dev, 'actor_dma_read')
        actor(site, 'DMA read', () => calls('device.dma_read', site, one, addr, n))
      },
      /** At any step from now on the device writes bytes at a DMA address, once. */
      actor_dma_write(site: Site, dev: device, addr: bigint, bytes: Uint8Array | readonly number[]): void {
        const one = deviceOf(dev, 'actor_dma_write')
        const data = Uint8Array.from(bytes)
        actor(site, 'DMA write', () => calls('device.dma_write', site, one, addr, data))
      },
      /** At any step from now on the driver is released from the device (unplug, `unbind` in sysfs). */
      actor_unbind(site: Site, dev: device): void {
        const one = deviceOf(dev, 'actor_unbind')
        actor(site, 'unbind', () => calls('device.unbind', site, one))
      },
      /** In a user program: another thread of it unmaps the range, at any step from now on. */
      actor_munmap(site: Site, addr: bigint | number | Ptr, length: number): void {
        const [at, bytes] = [addressOf(addr), lengthOf(length, 'length')]
        thread(site, 'munmap', () => calls('munmap', site, at, bytes))
      },
      /** In a user program: another thread of it moves or resizes the mapping, at any step from now on. */
      actor_mremap(
        site: Site,
        old_address: bigint | number | Ptr,
        old_size: number,
        new_size: number,
        flags: number,
        new_address?: bigint | number | Ptr,
      ): void {
        const at = addressOf(old_address)
        const sizes = [lengthOf(old_size, 'old_size'), lengthOf(new_size, 'new_size'), wholeOf(flags, 'flags')]
        const to = new_address === undefined ? 0 : addressOf(new_address)
        thread(site, 'mremap', () => calls('mremap', site, at, ...sizes, to))
      },
      /** In a user program: another thread of it forks, at any step from now on; the child ends at once. */
      actor_fork(site: Site): void {
        thread(site, 'fork', () => calls('fork', site, () => undefined))
      },
      /** In a user program: it is killed at any step from now on (SIGKILL). A system call under way ends first. */
      actor_exit(site: Site): void {
        const process = program('actor_exit')
        process.killable = true
        actor(site, 'kill', function* (): Steps {
          trace.begin(site)
          changes(Part.SIGNAL, process)
          process.killed = true
          s.done(Op.sim, 0, process.task, 0, 0, 0)
          return undefined
        })
      },
    },
  }
}
