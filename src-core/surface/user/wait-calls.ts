/** user: waiting for programs to end. Follows kernel/exit.c do_wait() at v6.12 in outline. */
import { changes, Part } from '../../machine/state-watch.ts'
import { TaskState } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import type { Process } from '../processes.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

const ECHILD = -10
/** waitpid(): do not wait. */
const WNOHANG = 1

export function waitCalls(s: Surface, host: RunHost) {
  const { users, tasks, trace } = s
  /** Tasks that wait for the end of a program, by its task. */
  const waiting = new Map<number, number[]>()

  const hasEnded = (task: number): boolean => {
    const state = tasks.state(task)
    return state === TaskState.ENDED || state === TaskState.OOPSED
  }

  /** Programs that a waitpid() can be about, oldest first: that of the pid, or all that the running task started. */
  function childrenOf(pid: number): Process[] {
    const found: Process[] = []
    for (const one of tasks.list) {
      if (pid !== -1 && one.pid !== pid) continue
      const process = users.byTask.get(one.id)
      if (process === undefined || process.isReaped === true) continue
      if (pid !== -1 || process.parent === s.control.task) found.push(process)
    }
    return found
  }

  /** The running task waits until one of these programs has ended, and makes its call again. */
  function waitFor(programs: readonly Process[]): number {
    host.needsInterleaving()
    const waiter = s.control.task
    // Which one ends first is not for one of them to say.
    if (programs.length > 1) changes(Part.ANYTHING, null)
    tasks.setState(waiter, TaskState.BLOCKED)
    for (const { task } of programs) {
      const others = waiting.get(task)
      if (others !== undefined) {
        if (!others.includes(waiter)) others.push(waiter)
        continue
      }
      const list = [waiter]
      waiting.set(task, list)
      tasks.onEnd(task, () => {
        waiting.delete(task)
        for (const one of list) if (tasks.state(one) === TaskState.BLOCKED) tasks.setState(one, TaskState.RUNNABLE)
      })
    }
    return host.blocked as unknown as number
  }

  return {
    suspending: {
      /**
       * Waits until a program has ended, with pid -1 one of those that the task started; returns the pid, or -ECHILD if
       * there is none to wait for. With WNOHANG it does not wait: 0 if none has ended. `status[0]` becomes a signal, or
       * the code times 256.
       */
      waitpid(site: Site, pid: number, status?: number[] | null, options?: number): number {
        const waited = childrenOf(pid)
        if (waited.length === 0) return ECHILD
        const process = waited.find(({ task }) => hasEnded(task))
        if (process === undefined) {
          if (((options ?? 0) & WNOHANG) !== 0) return 0
          return waitFor(waited)
        }
        trace.begin(site)
        s.done(Op.waitpid, 0, process.task, process.status, 0, 0)
        process.isReaped = true
        if (Array.isArray(status)) status[0] = process.status
        return tasks.list[process.task]!.pid
      },
    },
    values: {
      /** `waitpid` does not wait. */
      WNOHANG,
    },
  }
}
