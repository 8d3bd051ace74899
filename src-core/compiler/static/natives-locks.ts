/** Locks, RCU sections, preemption: what is held, in which order it was taken, and what may not happen meanwhile. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { mustNotBeAtomic } from './perform.ts'
import { noteAcquire, noteRelease } from './races.ts'
import { noteShrinkerLock } from './shrinkers.ts'
import { TaskEnd } from './signals.ts'
import { gracePeriod } from './tasks.ts'
import { Dict, List, Lock, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** Locks made from plain objects, by the object. */
const madeOf = new WeakMap<object, Lock>()

/** The lock that a value is; a plain object becomes one by its init function. */
export function lockOf(value: Value, kind: string): Lock | null {
  if (value instanceof Lock) return value
  if (!(value instanceof Dict)) return null
  let lock = madeOf.get(value)
  if (lock === undefined) madeOf.set(value, (lock = new Lock(kind)))
  return lock
}

const take =
  (name: string, kind: 'sleeping' | 'spin', shared = false): NativeFunction =>
  (core, [value, flags], node) => {
    const lock = lockOf(value, kind)
    if (flags instanceof List) flags.items[0] = 0
    if (lock === null) return undefined
    const { world } = core
    if (kind === 'sleeping') mustNotBeAtomic(core, name, node)
    noteShrinkerLock(core, lock, node)
    if (world.shrinking.includes(world.task) && world.lockedReclaims.has(lock)) throw new TaskEnd()
    const held = world.locks()
    const mine = held.find((one) => one.lock === lock)
    if (mine !== undefined && !shared) {
      world.raise('deadlock', node, 'this task holds the lock already', {
        notes: [{ text: 'taken here', node: mine.node }],
      })
      throw new TaskEnd()
    }
    for (const one of held) world.lockOrders.push({ held: one.lock, taken: lock, node, task: world.task })
    held.push({ lock, node, spin: kind === 'spin' })
    noteAcquire(core, lock)
    return undefined
  }

const tryTake =
  (kind: 'sleeping' | 'spin'): NativeFunction =>
  (core, [value], node) => {
    const lock = lockOf(value, kind)
    if (lock === null) return new Unknown()
    const held = core.world.locks()
    if (held.some((one) => one.lock === lock) || core.world.decide(2, 'data') === 1) return false
    held.push({ lock, node, spin: kind === 'spin' })
    noteAcquire(core, lock)
    return true
  }

const letGo: NativeFunction = (core, [value]) => {
  const lock = lockOf(value, 'lock')
  const held = core.world.locks()
  const at = held.findLastIndex((one) => one.lock === lock)
  if (at >= 0) held.splice(at, 1)
  if (lock !== null) noteRelease(core, lock)
  return undefined
}

/** A nesting section without a lock: RCU readers, preemption off. */
const begin =
  (which: 'rcuReaders' | 'preemptOff'): NativeFunction =>
  ({ world }, _args, node) => {
    const open = world[which].get(world.task)
    if (open === undefined) world[which].set(world.task, [node])
    else open.push(node)
    return undefined
  }

const end =
  (which: 'rcuReaders' | 'preemptOff'): NativeFunction =>
  ({ world }) => {
    world[which].get(world.task)?.pop()
    return undefined
  }

/** Waits for a grace period: a mistake inside a section. */
export const waitForReaders: (name: string) => NativeFunction = (name) => (core, _args, node) => {
  mustNotBeAtomic(core, name, node)
  gracePeriod(core)
  return undefined
}

const make =
  (kind: string): NativeFunction =>
  (_core, [value]) =>
    value instanceof Lock ? value : (lockOf(value, kind) ?? new Lock(kind))

/** Locks taken in one order here and in the other there: a deadlock on some schedule. */
export function judgeLockOrders(core: Core): void {
  const { lockOrders } = core.world
  for (const [i, second] of lockOrders.entries()) {
    const first = lockOrders
      .slice(0, i)
      .find((order) => order.held === second.taken && order.taken === second.held && order.task !== second.task)
    if (first === undefined) continue
    const [place, other]: readonly ts.Node[] =
      second.task > first.task ? [second.node, first.node] : [first.node, second.node]
    core.world.raise('deadlock', place!, 'two tasks take these two locks in different orders', {
      notes: [{ text: 'the other order is here', node: other! }],
    })
    return
  }
}

export const LOCK_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  mutex_init: make('mutex'),
  DEFINE_MUTEX: () => new Lock('mutex'),
  spin_lock_init: make('spinlock_t'),
  DEFINE_SPINLOCK: () => new Lock('spinlock_t'),
  init_rwsem: make('rw_semaphore'),
  mutex_lock: take('mutex_lock', 'sleeping'),
  mutex_trylock: tryTake('sleeping'),
  mutex_unlock: letGo,
  spin_lock: take('spin_lock', 'spin'),
  spin_lock_irqsave: take('spin_lock_irqsave', 'spin'),
  spin_trylock: tryTake('spin'),
  spin_unlock: letGo,
  spin_unlock_irqrestore: letGo,
  down_read: take('down_read', 'sleeping', true),
  down_write: take('down_write', 'sleeping'),
  down_read_trylock: tryTake('sleeping'),
  up_read: letGo,
  up_write: letGo,
  rcu_read_lock: begin('rcuReaders'),
  rcu_read_unlock: end('rcuReaders'),
  preempt_disable: begin('preemptOff'),
  preempt_enable: end('preemptOff'),
  synchronize_rcu: waitForReaders('synchronize_rcu'),
  rcu_barrier: waitForReaders('rcu_barrier'),
  kvfree_rcu_barrier: waitForReaders('kvfree_rcu_barrier'),
  grace_period: (core) => {
    gracePeriod(core)
    return undefined
  },
}
