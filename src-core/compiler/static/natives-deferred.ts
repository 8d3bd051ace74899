/** What the kernel calls back: interrupts, work, shrinkers; and the lists of list_lru. */

import type ts from 'typescript'
import { born } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { mayFail, mustNotBeAtomic } from './perform.ts'
import { noteReclaim } from './shrinkers.ts'
import { runLater, runOne } from './tasks.ts'
import { Dict, isNullish, KernelObject, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** True if nobody looks at the result of a call. */
function isIgnored(node: ts.Node): boolean {
  return (
    /^\s*;?$/.test(node.parent.getText().slice(node.getText().length)) &&
    'expression' in node.parent &&
    !('arguments' in node.parent)
  )
}

function fieldOf(value: Value, name: string): Value {
  return value instanceof KernelObject || value instanceof Dict ? value.fields.get(name) : undefined
}

/** Runs a callback as a task of its own, where nobody may sleep if `atomic`. */
function callBack(core: Core, run: Value, args: readonly Value[], node: ts.Node, atomic: boolean): void {
  if (isNullish(run)) return
  const task = ++core.world.tasksMade
  if (atomic) core.world.interrupted.set(task, core.world.task)
  runOne(core, atomic ? { run, args, task, node, softirq: true, done: false } : { run, args, task, node, done: false })
}

// ---- list_lru

/** The memory that an embedded list node lies in. */
function memoryOf(item: Value): Memory | null {
  return item instanceof KernelObject ? (item.home?.memory ?? null) : null
}

/** Items of lists whose storage is a plain `{}`. */
const plainLists = new WeakMap<Dict, Value[]>()

/** What is on a list; null = which list it is the text does not tell. */
function lruItems(lru: Value): Value[] | null {
  if (lru instanceof KernelObject) return lru.items
  if (!(lru instanceof Dict)) return null
  let items = plainLists.get(lru)
  if (items === undefined) plainLists.set(lru, (items = []))
  return items
}

const lruAdd: NativeFunction = (core, [lru, item], node) => {
  const items = lruItems(lru)
  if (items === null) {
    core.escape(item)
    return new Unknown()
  }
  const memory = memoryOf(item)
  if (!items.includes(item)) {
    items.push(item)
    memory?.lists.add(items)
    return true
  }
  if (isIgnored(node)) {
    core.world.raise(
      'lru-state-mismatch',
      node,
      'the item is on the list already',
      memory === null ? {} : { memory, notes: born(memory) },
    )
  }
  return false
}

const lruDelete: NativeFunction = (_core, [lru, item]) => {
  const items = lruItems(lru)
  const at = items === null ? -1 : items.indexOf(item)
  if (items === null || at < 0) return item instanceof KernelObject ? false : new Unknown()
  items.splice(at, 1)
  memoryOf(item)?.lists.delete(items)
  return true
}

const lruWalk: NativeFunction = (core, [lru, visit, argument], node) => {
  for (const item of [...(lruItems(lru) ?? [])]) {
    core.call(visit, undefined, [item, lru, argument], node)
    // Left where it is since a lock was not free: a later walk, which is not followed, gets it.
    if (core.world.trail.unusual > 0 && lruItems(lru)?.includes(item) === true) core.escape(item)
  }
  return new Unknown()
}

// ---- shrinkers

function scan(core: Core, shrinker: Value, node: ts.Node): void {
  if (shrinker instanceof KernelObject) {
    shrinker.fields.set('scanned', 1)
    // What reclaim asks for is not known.
    const control = new Dict()
    control.opaque = true
    core.world.shrinking.push(core.world.tasksMade + 1)
    callBack(core, fieldOf(shrinker, 'scan_objects'), [shrinker, control], node, false)
    core.world.shrinking.pop()
  }
}

/** Every registered shrinker may be asked at any time: once at the end of the program. */
export function judgeShrinkers(core: Core, node: ts.Node): void {
  const { world } = core
  for (const shrinker of world.shrinkers) scan(core, shrinker, node)
  for (const [lock, taken] of world.shrinkerLocks) {
    if (!world.lockedReclaims.has(lock)) continue
    world.raise('shrinker-blocking-lock', taken, 'the shrinker waits for a lock under which the driver allocates')
  }
}

// ---- interrupts and work

const queueWork: NativeFunction = (core, args, node) => {
  const work = args.at(-1) instanceof KernelObject ? args.at(-1) : args.find((arg) => !isNullish(fieldOf(arg, 'func')))
  const run = fieldOf(work, 'func')
  if (isNullish(run)) return new Unknown()
  // Work that queues itself again ends when something else has: how often it runs the text does not say.
  if (core.world.tasks.some((task) => task.args[0] === work)) core.escape(work)
  core.world.tasks.push({ run, args: [work], task: ++core.world.tasksMade, node, done: false })
  return true
}

/** Waits for a work, or for all that a queue has (which work is on which queue is not followed). */
const waitForWork =
  (name: string): NativeFunction =>
  (core, [what], node) => {
    mustNotBeAtomic(core, name, node)
    runLater(core)
    const { tasks, ended } = core.world
    const all = name.endsWith('workqueue')
    for (const { args, task, done } of tasks) {
      if (done && (all ? !isNullish(fieldOf(args[0], 'func')) : args[0] === what)) ended.add(task)
    }
    return true
  }

const complete: NativeFunction = ({ world }, [completion]) => {
  if (completion instanceof KernelObject) completion.fields.set('by', world.task)
  return undefined
}

export const DEFERRED_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  kthread_stop: (core, [task], node) => {
    mustNotBeAtomic(core, 'kthread_stop', node)
    const entry = core.world.taskOf.get(task)
    if (entry === undefined) return new Unknown()
    runOne(core, entry)
    core.world.ended.add(entry.task)
    return new Unknown()
  },
  complete,
  complete_all: complete,
  wait_for_completion: (core, [completion], node) => {
    mustNotBeAtomic(core, 'wait_for_completion', node)
    runLater(core)
    const by = fieldOf(completion, 'by')
    if (typeof by === 'number') core.world.ended.add(by)
    return undefined
  },
  list_lru_init: () => 0,
  list_lru_destroy: () => undefined,
  list_lru_add: lruAdd,
  list_lru_add_obj: (core, args, node) => lruAdd(core, args, node),
  list_lru_del: lruDelete,
  list_lru_del_obj: lruDelete,
  list_lru_isolate: lruDelete,
  list_lru_walk: lruWalk,
  list_lru_count: (_core, [lru]) => lruItems(lru)?.length ?? new Unknown(),
  INIT_LIST_HEAD: (_core, [list]) => list,
  shrinker_alloc: (core, _args, node) => mayFail(core, 'shrinker_alloc', node) ?? new KernelObject('shrinker'),
  shrinker_register: ({ world }, [shrinker]) => {
    world.shrinkers.push(shrinker)
    return undefined
  },
  shrinker_free: ({ world }, [shrinker], node) => {
    void node
    const at = world.shrinkers.indexOf(shrinker)
    if (at >= 0 && fieldOf(shrinker, 'scanned') === 1) world.shrinkers.splice(at, 1)
    return undefined
  },
  reclaim: (core, _args, node) => {
    noteReclaim(core)
    for (const shrinker of core.world.shrinkers) scan(core, shrinker, node)
    return new Unknown()
  },
  kswapd: (core, _args, node) => {
    for (const shrinker of core.world.shrinkers) scan(core, shrinker, node)
    return new Unknown()
  },
  INIT_WORK: (_core, [work, run]) => {
    if (work instanceof KernelObject) work.fields.set('func', run)
    else if (work instanceof Dict) work.fields.set('func', run)
    return work
  },
  INIT_DELAYED_WORK: (_core, [work, run]) => {
    if (work instanceof KernelObject || work instanceof Dict) work.fields.set('func', run)
    return work
  },
  alloc_workqueue: (core, _args, node) => mayFail(core, 'alloc_workqueue', node) ?? new KernelObject('workqueue'),
  queue_work: queueWork,
  schedule_work: queueWork,
  queue_delayed_work: (core, [, work], node) => queueWork(core, [work], node),
  schedule_delayed_work: (core, [work], node) => queueWork(core, [work], node),
  mod_delayed_work: (core, [, work], node) => {
    queueWork(core, [work], node)
    return new Unknown()
  },
  flush_work: waitForWork('flush_work'),
  flush_delayed_work: waitForWork('flush_delayed_work'),
  flush_workqueue: waitForWork('flush_workqueue'),
  destroy_workqueue: waitForWork('destroy_workqueue'),
  cancel_work_sync: waitForWork('cancel_work_sync'),
  cancel_delayed_work_sync: waitForWork('cancel_delayed_work_sync'),
  request_irq: ({ world }, [line, handler, , , argument]) => {
    world.interrupts.push({ line, handler, argument })
    return world.takeFailure('request_irq') ? -16 : 0
  },
  free_irq: ({ world }, [line]) => {
    const at = world.interrupts.findIndex((one) => one.line === line)
    if (at >= 0) world.interrupts.splice(at, 1)
    return undefined
  },
  raise_irq: (core, [line], node) => {
    for (const one of core.world.interrupts) {
      if (one.line === line || line instanceof Unknown)
        callBack(core, one.handler, [one.line, one.argument], node, true)
    }
    return undefined
  },
}
