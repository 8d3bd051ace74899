/** linux/kthread.h: kernel threads. Follows kernel/kthread.c in outline. */
import { Op } from '../../trace/ops.ts'
import { stepsOf } from '../../sched/driven.ts'
import { TaskState } from '../../trace/fields.ts'
import { task_struct } from '../handles/objects.ts'
import type { RunHost } from '../run-host.ts'
import { mustNotBeNull, textOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxKthread(s: Surface, host: RunHost) {
  const { tasks, trace } = s
  /** What the functions of threads returned (`kthread->result`), by task; a map would grow anew in each execution. */
  const results: number[] = []

  function ended(id: number, value: unknown): null {
    results[id] = typeof value === 'number' ? value | 0 : 0
    return null
  }

  return {
    steps: {
      /**
       * Makes a kernel thread that runs `fn` and starts it. It runs when the tasks before it block or end, unless a
       * schedule says otherwise. Returns its task.
       */
      kthread_run(site: Site, fn: () => unknown, name: string): task_struct {
        if (typeof fn !== 'function') throw new TypeError('kthread_run() takes a function and a name')
        host.needsInterleaving()
        trace.begin(site)
        const id = tasks.create(textOf(name ?? `kthread-${tasks.count}`, 'the name'), 'process')
        s.done(Op.kthread_run, 0, id, 0, 0, 0)
        while (results.length <= id) results.push(0)
        results[id] = 0
        host.scheduler.add(id, stepsOf(fn, []), ended)
        const { name: comm, pid } = tasks.info(id)
        const task = new task_struct(id, comm, pid)
        Object.freeze(task)
        return task
      },
    },
    suspending: {
      /** Waits until the thread has ended. Returns what its function returned; 0 if that is no number. */
      kthread_stop(site: Site, k: task_struct): number {
        mustNotBeNull(k, 'a task_struct')
        if (!task_struct.is(k)) throw new TypeError('kthread_stop() takes the task that kthread_run() returned')
        const id = task_struct.id(k)
        const state = tasks.state(id)
        if (state !== TaskState.ENDED && state !== TaskState.OOPSED) {
          host.needsInterleaving()
          const waiter = s.control.task
          tasks.setState(waiter, TaskState.BLOCKED)
          tasks.onEnd(id, () => {
            if (tasks.state(waiter) === TaskState.BLOCKED) tasks.setState(waiter, TaskState.RUNNABLE)
          })
          return host.blocked as unknown as number
        }
        trace.begin(site)
        s.done(Op.kthread_stop, 0, id, 0, 0, 0)
        return results[id] ?? 0
      },
    },
  }
}
