/** A random program: a list of numbers, each of which stands for an act and all of its choices. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import { DMA_ACTIONS } from './actions-dma.ts'
import { PAGE_ACTIONS, release } from './actions-pages.ts'
import { destroyCache, SLAB_ACTIONS } from './actions-slab.ts'
import { SYNC_ACTIONS } from './actions-sync.ts'
import { unmapArea } from './actions-mappings.ts'
import { USER_ACTIONS } from './actions-user.ts'
import type { World } from './world.ts'

const ACTIONS: readonly Action[] = [...PAGE_ACTIONS, ...SLAB_ACTIONS, ...USER_ACTIONS, ...SYNC_ACTIONS, ...DMA_ACTIONS]

/** Each action as often as it weighs. */
const WHEEL = ACTIONS.flatMap(([weight, act]) => Array.from({ length: weight }, () => act))

/** Largest number that a program is made of. */
export const MAX_NUMBER = 0x7fff_ffff

/** Performs a program, then gives everything back. */
export function* perform(w: World, numbers: readonly number[]): Steps<void> {
  for (const n of numbers) {
    w.dice.seed(n)
    yield* WHEEL[n % WHEEL.length]!(w)
  }
  yield* giveBack(w)
}

function* giveBack(w: World): Steps<void> {
  const { pools, dice } = w
  dice.seed(1)
  for (const { fds } of pools.pipes.splice(0)) for (const fd of fds) yield* w.call('close', fd)
  for (const area of pools.areas.splice(0)) yield* unmapArea(w, area)
  for (const { page, pinned, block } of pools.pins.splice(0)) {
    if (block !== undefined) block.uses--
    yield* w.call(pinned ? 'unpin_user_page' : 'put_page', page)
  }
  for (const { p, blocks, put } of pools.vmaps.splice(0)) {
    for (const block of blocks) block.uses--
    yield* w.call(put ? 'vfree' : 'vunmap', p)
  }
  for (const { page, block } of pools.references.splice(0)) {
    block.uses--
    yield* w.call('put_page', page)
  }
  for (const block of pools.blocks.splice(0)) yield* release(w, block)
  for (const { p, size } of pools.exact.splice(0)) yield* w.call('free_pages_exact', p, size)
  for (const { p } of pools.objects.splice(0)) yield* w.call('kfree', p)
  for (const { p } of pools.kv.splice(0)) yield* w.call('kvfree', p)
  for (const { p } of pools.vmallocs.splice(0)) yield* w.call('vfree', p)
  while (pools.caches.length > 0) yield* destroyCache(w)
  yield* w.call('rcu_barrier')
  if (pools.fd >= 0) yield* w.call('close', pools.fd)
  pools.fd = -1
}
