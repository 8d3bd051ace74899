/** Random acts on locks, atomics, RCU, tasks, interrupts, work, shrinkers and lru lists. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import { gfp, maybeFail } from './actions-pages.ts'
import type { Pointer } from './pools.ts'
import type { World } from './world.ts'

function* mutexes(w: World): Steps<void> {
  const lock = yield* w.call<object>('mutex_init', w.object({}, '{}'))
  yield* w.call('mutex_lock', lock)
  yield* w.call('mutex_trylock', lock)
  yield* w.call('mutex_unlock', lock)
  if (yield* w.call<number>('mutex_trylock', lock)) yield* w.call('mutex_unlock', lock)
  const sem = yield* w.call<object>('init_rwsem', w.object({}, '{}'))
  yield* w.call('down_read', sem)
  yield* w.call('down_read_trylock', sem)
  yield* w.call('up_read', sem)
  yield* w.call('up_read', sem)
  yield* w.call('down_write', sem)
  yield* w.call('down_read_trylock', sem)
  yield* w.call('up_write', sem)
}

function* spinlocks(w: World): Steps<void> {
  const lock = yield* w.call<object>('spin_lock_init', w.object({}, '{}'))
  yield* w.call('spin_lock', lock)
  yield* w.call('spin_trylock', lock)
  yield* w.call('spin_unlock', lock)
  if (yield* w.call<number>('spin_trylock', lock)) yield* w.call('spin_unlock', lock)
  const flags = w.object<number[]>([], '[]')
  yield* w.call('spin_lock_irqsave', lock, flags)
  const p = yield* w.call<Pointer | null>('kmalloc', 32, w.value('GFP_ATOMIC'))
  if (p !== null) yield* w.call('kfree', p)
  yield* w.call('spin_unlock_irqrestore', lock, flags)
}

function* waiting(w: World): Steps<void> {
  yield* w.call('preempt_disable')
  yield* w.call('preempt_enable')
  yield* w.call('cond_resched')
  yield* w.call('schedule')
  yield* w.call('msleep', 1 + w.dice.below(5))
  yield* w.call('synchronize_rcu')
}

function* atomics(w: World): Steps<void> {
  const n = w.dice.below(4)
  const a = yield* w.call<object>('atomic_t', n)
  yield* w.call('atomic_set', a, n + 1)
  for (const name of ['atomic_inc', 'atomic_inc_return', 'atomic_dec', 'atomic_dec_return']) yield* w.call(name, a)
  for (const name of ['atomic_add', 'atomic_sub', 'atomic_fetch_add']) yield* w.call(name, w.dice.below(3), a)
  yield* w.call('atomic_dec_and_test', a)
  yield* w.call('atomic_xchg', a, 5)
  yield* w.call('atomic_read', a)
  yield* w.call('atomic_cmpxchg', a, w.dice.below(6), 7)
  const r = yield* w.call<object>('refcount_t', 1)
  yield* w.call('refcount_set', r, 2)
  yield* w.call('refcount_inc', r)
  yield* w.call('refcount_read', r)
  for (let i = 0; i < 3; i++) yield* w.call('refcount_dec_and_test', r)
  yield* w.call('refcount_inc_not_zero', r)
}

function* cells(w: World): Steps<void> {
  const { dice } = w
  const cell = yield* w.call<object>('shared', dice.below(10))
  yield* w.call('WRITE_ONCE', cell, dice.below(10))
  yield* w.call('READ_ONCE', cell)
  yield* w.call('rcu_assign_pointer', cell, null)
  yield* w.call('rcu_read_lock')
  yield* w.call('rcu_dereference', cell)
  yield* w.call('rcu_read_unlock')
}

interface BoxView {
  readonly ptr: Pointer
  readonly lru: object
  readonly rcu: object
}

/** A structure in slab memory, as a view. */
function* box(w: World): Steps<BoxView | null> {
  const type = w.export('Box')
  const p = yield* w.call<(Pointer & { as(type: unknown): BoxView }) | null>('kzalloc', 64, gfp(w))
  if (p === null) return null
  const view = p.as(type)
  w.recorder?.viewed(view, p)
  return view
}

function* rcu(w: World): Steps<void> {
  const one = yield* box(w)
  if (one === null) return
  w.recorder?.known(one.rcu, `${w.recorder.nameOf(one)}.rcu`)
  yield* w.call('call_rcu', one.rcu, w.export('freeBox'))
  const way = w.dice.below(4)
  if (way === 0) yield* w.call('rcu_barrier')
  else if (way < 3) yield* w.call('grace_period')
}

function* threads(w: World): Steps<void> {
  const done = yield* w.call<object>('init_completion', w.object({}, '{}'))
  const body = w.task(function* () {
    yield* w.call('complete', done)
    return 0
  })
  w.recorder?.completer(body, done)
  const thread = yield* w.call<object>('kthread_run', body, 'helper')
  yield* w.call('wait_for_completion', done)
  yield* w.call('kthread_stop', thread)
}

function* interrupts(w: World): Steps<void> {
  const dev = w.object({}, '{}')
  const line = 5 + w.dice.below(4)
  if ((yield* w.call<number>('request_irq', line, w.export('handler'), 0, 'dev', dev)) !== 0) return
  yield* w.call('raise_irq', line)
  yield* w.call('free_irq', line, dev)
}

function* work(w: World): Steps<void> {
  const item = w.object({}, '{}')
  yield* w.call('INIT_WORK', item, w.export('worker'))
  yield* w.call('schedule_work', item)
  yield* w.call('schedule_work', item)
  yield* w.call('flush_work', item)
  yield* maybeFail(w, 'alloc_workqueue', 6)
  const queue = yield* w.call<object | null>('alloc_workqueue', 'wq', 0, 1)
  if (queue === null) return
  yield* w.call('queue_work', queue, item)
  yield* w.call('flush_work', item)
  yield* w.call('destroy_workqueue', queue)
}

interface Shrinker {
  count_objects: unknown
  scan_objects: unknown
}

function* shrinkers(w: World): Steps<void> {
  yield* maybeFail(w, 'shrinker_alloc', 6)
  const shrinker = yield* w.call<Shrinker | null>('shrinker_alloc', 0, 'random')
  if (shrinker === null) return
  shrinker.count_objects = w.export('countObjects')
  shrinker.scan_objects = w.export('scanObjects')
  const name = w.recorder?.nameOf(shrinker) ?? ''
  w.recorder?.line(`${name}.count_objects = countObjects; ${name}.scan_objects = scanObjects`)
  yield* w.call('shrinker_register', shrinker)
  yield* w.call('reclaim', ...(w.dice.oneIn(2) ? [1 + w.dice.below(8)] : []))
  yield* w.call('shrinker_free', shrinker)
}

function* lrus(w: World): Steps<void> {
  const { dice } = w
  const lru = w.object({}, '{}')
  yield* maybeFail(w, 'list_lru_init', 6)
  if ((yield* w.call<number>('list_lru_init', lru)) !== 0) return
  const items: BoxView[] = []
  for (let i = 0; i < 3; i++) {
    const one = yield* box(w)
    if (one === null) continue
    items.push(one)
    w.recorder?.known(one.lru, `${w.recorder.nameOf(one)}.lru`)
    yield* w.call('INIT_LIST_HEAD', one.lru)
    yield* w.call('list_lru_add', lru, one.lru, 0, null)
    if (dice.oneIn(3)) yield* w.call('list_lru_add', lru, one.lru, 0, null)
  }
  yield* w.call('list_lru_count', lru)
  yield* w.call('list_lru_walk', lru, w.export(dice.pick(['rotate', 'skip', 'remove'])), null, 5)
  for (const one of items) {
    yield* w.call('list_lru_del', lru, one.lru, 0, null)
    yield* w.call('kfree', one.ptr)
  }
  yield* w.call('list_lru_destroy', lru)
}

function* words(w: World): Steps<void> {
  for (const name of ['pr_info', 'pr_warn', 'pr_err']) yield* w.call(name, 'random')
  yield* w.call('BUG_ON', false)
  yield* w.call('WARN_ON', false)
  yield* w.call('WARN_ON_ONCE', false)
}

function* devices(w: World): Steps<void> {
  const fops = w.export('fops')
  const misc = w.object({ name: 'other', fops }, "{ name: 'other', fops }")
  if ((yield* w.call<number>('misc_register', misc)) !== 0) return
  yield* w.call('misc_register', w.object({ name: 'other', fops }, "{ name: 'other', fops }"))
  yield* w.call('misc_deregister', misc)
}

export const SYNC_ACTIONS: readonly Action[] = [
  [4, mutexes],
  [4, spinlocks],
  [4, waiting],
  [3, atomics],
  [4, cells],
  [5, rcu],
  [4, threads],
  [4, interrupts],
  [5, work],
  [5, shrinkers],
  [5, lrus],
  [4, words],
  [3, devices],
]
