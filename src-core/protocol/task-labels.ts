/** What a task is called where a person has to tell it from others. */
import type { TaskInfo } from '../trace/record.ts'

/** Contexts whose tasks are passing visits of one handler: they need no telling apart. */
const VISITS = new Set<string>(['irq', 'softirq'])

/**
 * A label for each task, in the order given: its name, and as ftrace writes it with the process id behind where a run
 * has several of that name, as a program started twice and a fork's child have. Reports give the plain name.
 */
export function taskLabels(tasks: readonly TaskInfo[]): string[] {
  const isVisit = ({ context }: TaskInfo): boolean => VISITS.has(context)
  const count = new Map<string, number>()
  for (const task of tasks) if (!isVisit(task)) count.set(task.name, (count.get(task.name) ?? 0) + 1)
  return tasks.map((task) => (isVisit(task) || count.get(task.name) === 1 ? task.name : `${task.name}-${task.pid}`))
}
