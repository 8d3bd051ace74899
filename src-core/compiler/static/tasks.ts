/**
 * What runs later: threads, user programs, RCU callbacks, exit functions. A thread usually runs when the task that made
 * it waits or ends; another path runs it at once. RCU callbacks run when somebody waits for a grace period or at the
 * end. Simplified: a thread runs to its end once it runs.
 */

import type ts from 'typescript'
import type { Core } from './core.ts'
import { PathEnd, TaskEnd, Thrown } from './signals.ts'
import { Address, KernelObject, Unknown } from './values.ts'
import type { Memory } from './memory.ts'
import type { Value } from './values.ts'
import type { Later } from './world.ts'

type When = 'now' | 'init' | 'thread' | 'grace-period' | 'exit' | 'interrupt'

/** Takes note of a function that is called back, or calls it. */
export function later(core: Core, when: When, args: readonly Value[], arg: number, node: ts.Node): Value {
  const { world } = core
  const run = args[arg]
  if (when === 'now') return core.call(run, undefined, [], node)
  if (when === 'init') {
    world.init = { run, node }
    return undefined
  }
  const entry: Later = { run, args: [], task: when === 'exit' ? 0 : ++world.tasksMade, node, done: false }
  if (when === 'exit') {
    world.exits.push(entry)
    return undefined
  }
  if (when === 'grace-period') return queueCallback(core, { ...entry, args: [args[0]], softirq: true }, args[0], node)
  world.tasks.push(entry)
  const task = new KernelObject('task')
  world.taskOf.set(task, entry)
  if (world.decide(2, 'schedule') === 1) runOne(core, entry)
  return task
}

function queueCallback(core: Core, entry: Later, head: Value, node: ts.Node): undefined {
  const { world } = core
  if (head !== undefined && world.callbacks.some((queued) => !queued.done && queued.args[0] === head)) {
    const first = world.callbacks.find((queued) => queued.args[0] === head)!
    world.raise('double-call-rcu', node, 'this rcu_head is queued already', {
      notes: [{ text: 'queued first here', node: first.node }],
    })
    return undefined
  }
  const memory = head instanceof KernelObject ? (head.home?.memory ?? null) : null
  if (memory !== null && memory.deferred !== null) {
    world.raise('double-call-rcu', node, 'the object waits for kfree_rcu(): its head is queued already', {
      memory,
      notes: [{ text: 'queued first here', node: memory.deferred.node }],
    })
    return undefined
  }
  world.callbacks.push(entry)
  return undefined
}

/** Where the head of an object in this memory was queued; null if none is. */
export function queuedIn(core: Core, memory: Memory): ts.Node | null {
  const entry = core.world.callbacks.find(
    ({ done, args: [head] }) => !done && head instanceof KernelObject && head.home?.memory === memory,
  )
  return entry?.node ?? null
}

/** Runs one entry as a task of its own. */
export function runOne(core: Core, entry: Later): void {
  if (entry.done) return
  entry.done = true
  const { world } = core
  const before = world.task
  const asserted = core.asserted
  core.asserted = false
  world.task = entry.task
  if (entry.softirq === true) world.softirqs.set(entry.task, entry.node)
  try {
    core.call(entry.run, undefined, entry.args, entry.node)
    entry.after?.()
  } catch (error) {
    if (!(error instanceof TaskEnd) && !(error instanceof Thrown)) throw error
    endTask(core, error)
    entry.after?.()
  } finally {
    world.task = before
    core.asserted = asserted
  }
}

/** module_init(): what it names runs when the top level has ended. False: the load failed, and nothing unloads it. */
export function runInit(core: Core): boolean {
  const { init, trail } = core.world
  if (init === null) return true
  const result = core.call(init.run, undefined, [], init.node)
  // Whether a result that the text does not tell is an error, what was decided on the way may know.
  if (result instanceof Unknown && trail.opaque > 0) throw new PathEnd(true)
  return !(typeof result === 'number' && result < 0)
}

/** A task ended in the middle: by an oops, or by an exception that nothing catches. */
export function endTask({ world }: Core, signal: TaskEnd | Thrown): void {
  world.stopped = true
  if (!(signal instanceof Thrown)) return
  // A call that fails, and the program throws: nobody makes it fail here.
  if (world.trail.unusual > 0) return
  // A condition that the text does not tell, and the program throws: it says that this does not happen.
  if (world.trail.opaque > 0) return
  world.raise('uncaught-exception', signal.place as ts.Node, 'nothing catches this exception')
}

/** The running task waits: every other task that is ready runs. */
export function runLater(core: Core): void {
  for (const entry of core.world.tasks) if (entry.task !== core.world.task) runOne(core, entry)
}

/** A grace period passes: what was queued before is called, what kfree_rcu() took is freed. */
export function gracePeriod(core: Core): void {
  const { world } = core
  runLater(core)
  for (const entry of [...world.callbacks]) runOne(core, entry)
  world.readers.length = 0
  for (const memory of world.memories) {
    if (memory.deferred !== null) {
      memory.freed ??= memory.deferred
      memory.deferred = null
    }
  }
}

/** True if a value is the pointer of memory that waits for a grace period. */
export function isDeferred(value: Value): boolean {
  return value instanceof Address && value.memory.deferred !== null
}
