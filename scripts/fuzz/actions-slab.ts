/** Random acts on slab objects, caches, vmalloc areas and vmaps. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import { gfp, maybeFail, takeFree } from './actions-pages.ts'
import type { Block, PageHandle, Pointer } from './pools.ts'
import type { World } from './world.ts'

const SIZES = [1, 8, 13, 32, 64, 96, 100, 128, 192, 256, 500, 512, 1000, 1024, 2048, 3000, 4096, 8192]

function* allocate(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.objects.length > 300) return
  const size = dice.oneIn(10) ? 8193 + dice.below(30_000) : dice.oneIn(60) ? 0 : dice.pick(SIZES)
  const name = dice.pick(['kmalloc', 'kmalloc', 'kzalloc', 'kcalloc'])
  yield* maybeFail(w, name)
  const n = name === 'kcalloc' ? 1 + dice.below(4) : 1
  const p = yield* w.call<Pointer | null>(name, ...(name === 'kcalloc' ? [n, size] : [size]), gfp(w))
  if (p === null) return
  if (size === 0) yield* w.call('kfree', p)
  else pools.objects.push({ p, size: n * size })
}

function* free(w: World): Steps<void> {
  const { dice, pools } = w
  const object = pools.take(pools.objects, dice.below(1000))
  if (object === undefined) return
  if (dice.oneIn(4)) yield* w.call('kfree_rcu', object.p)
  else yield* w.call('kfree', object.p)
}

function* resize(w: World): Steps<void> {
  const { dice, pools } = w
  const object = pools.take(pools.objects, dice.below(1000))
  const size = dice.pick(SIZES)
  yield* maybeFail(w, 'krealloc')
  const p = yield* w.call<Pointer | null>('krealloc', object?.p ?? null, size, gfp(w))
  if (p === null) {
    if (object !== undefined) pools.objects.push(object)
  } else pools.objects.push({ p, size })
}

function* use(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.objects.length < 2) return
  const a = dice.pick(pools.objects)
  const b = dice.pick(pools.objects)
  yield* w.call('ksize', a.p)
  yield* w.call('memset', a.p, dice.below(256), a.size)
  const n = Math.min(a.size, b.size)
  // Parts that overlap would be undefined.
  if (a.p !== b.p) yield* w.call('memcpy', b.p, a.p, n)
  yield* w.call('memcmp', a.p, a.p, n)
  w.method('read_u8', a.p, dice.below(a.size))
  if (a.size >= 8) w.method('write_u64', a.p, 0, BigInt(dice.below(2 ** 31)))
}

function* aboutObject(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.objects.length === 0) return
  const { p } = dice.pick(pools.objects)
  const page = yield* w.call<PageHandle>('virt_to_head_page', p)
  yield* w.call('PageSlab', page)
  yield* w.call('page_ref_count', page)
  yield* w.call('is_vmalloc_addr', p)
}

function* kv(w: World): Steps<void> {
  const { dice, pools } = w
  if (dice.oneIn(2) || pools.kv.length > 12) {
    const old = pools.take(pools.kv, dice.below(1000))
    if (old !== undefined) yield* w.call('kvfree', old.p)
    return
  }
  const size = 1 + dice.below(6 * w.pageSize)
  yield* maybeFail(w, 'kvmalloc', 6)
  const p = yield* w.call<Pointer | null>('kvmalloc', size, gfp(w))
  if (p !== null) pools.kv.push({ p, size })
}

const CACHE_FLAGS = ['SLAB_HWCACHE_ALIGN', 'SLAB_NO_MERGE', 'SLAB_RED_ZONE', 'SLAB_POISON', 'SLAB_STORE_USER']

function* makeCache(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.caches.length >= 6) return
  const rcu = dice.oneIn(3)
  const size = 8 + dice.below(900)
  const flags = dice.oneIn(2) ? w.value(dice.pick([...CACHE_FLAGS, 'SLAB_CONSISTENCY_CHECKS'])) : 0
  const all = (rcu ? flags | w.value('SLAB_TYPESAFE_BY_RCU') : flags) >>> 0
  yield* maybeFail(w, 'kmem_cache_create', 5)
  const cache = yield* w.call<object | null>('kmem_cache_create', `cache-${w.operations}`, size, 0, all, null)
  if (cache !== null) pools.caches.push({ cache, size, live: [], rcu })
}

function* useCache(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.caches.length === 0) return yield* makeCache(w)
  const one = dice.pick(pools.caches)
  for (let i = dice.below(6); i >= 0; i--) {
    if (dice.oneIn(2) || one.live.length > 60) {
      const p = pools.take(one.live, dice.below(1000))
      if (p !== undefined) yield* w.call('kmem_cache_free', one.cache, p)
      continue
    }
    yield* maybeFail(w, 'kmem_cache_alloc', 20)
    const p = yield* w.call<Pointer | null>('kmem_cache_alloc', one.cache, gfp(w))
    if (p === null) continue
    w.method('write_u32', p, 0, dice.below(2 ** 31))
    one.live.push(p)
  }
  if (dice.oneIn(8)) yield* w.call('kmem_cache_shrink', one.cache)
}

export function* destroyCache(w: World): Steps<void> {
  const { dice, pools } = w
  const one = pools.take(pools.caches, dice.below(1000))
  if (one === undefined) return
  for (const p of one.live) yield* w.call('kmem_cache_free', one.cache, p)
  if (one.rcu) yield* w.call('rcu_barrier')
  yield* w.call('kmem_cache_destroy', one.cache)
}

function* area(w: World): Steps<void> {
  const { dice, pools } = w
  if (dice.oneIn(2) || pools.vmallocs.length > 12) {
    const old = pools.take(pools.vmallocs, dice.below(1000))
    if (old !== undefined) yield* w.call(dice.oneIn(2) ? 'vfree_atomic' : 'vfree', old.p)
    return
  }
  const size = 1 + dice.below(5 * w.pageSize)
  const name = dice.pick(['vmalloc', 'vzalloc', '__vmalloc'])
  yield* maybeFail(w, name, 8)
  const masks = name === '__vmalloc' ? [gfp(w)] : []
  const p = yield* w.call<Pointer | null>(name, size, ...masks)
  if (p === null) return
  pools.vmallocs.push({ p, size })
  const at = w.at(p, dice.below(size))
  w.method('write_u8', at, 0, dice.below(256))
  const page = yield* w.call<PageHandle>('vmalloc_to_page', at)
  yield* w.call('page_address', page)
  yield* w.call('vmalloc_to_pfn', at)
  yield* w.call('is_vmalloc_addr', p)
  // Behind the last page there is a guard page.
  if (dice.oneIn(3)) yield* w.call('vmalloc_to_page', w.at(p, Math.ceil(size / w.pageSize) * w.pageSize))
}

function* map(w: World): Steps<void> {
  const { dice, pools } = w
  const old = dice.oneIn(2) ? pools.take(pools.vmaps, dice.below(1000)) : undefined
  if (old !== undefined) {
    for (const block of old.blocks) block.uses--
    yield* w.call(old.put ? 'vfree' : 'vunmap', old.p)
    return
  }
  if (pools.vmaps.length > 10) return
  const put = dice.oneIn(3)
  const blocks: Block[] = []
  for (let i = 0; i <= dice.below(3); i++) {
    const block = takeFree(w, ({ order }) => order === 0)
    if (block !== undefined) blocks.push(block)
  }
  // What vfree() will free is the map's from here on.
  if (!put) pools.blocks.push(...blocks)
  if (blocks.length === 0) return
  const pages = blocks.map((block) => block.page)
  yield* maybeFail(w, 'vmap', 8)
  const flags = put ? w.value('VM_MAP_PUT_PAGES') | w.value('VM_MAP') : w.value('VM_MAP')
  const p = yield* w.call<Pointer | null>('vmap', pages, blocks.length, flags, w.value('PAGE_KERNEL'))
  if (p === null) {
    if (put) pools.blocks.push(...blocks)
    return
  }
  w.method('write_u32', p, 0, dice.below(2 ** 31))
  for (const block of blocks) block.uses++
  pools.vmaps.push({ p, blocks, put })
}

export const SLAB_ACTIONS: readonly Action[] = [
  [21, allocate],
  [20, free],
  [5, resize],
  [8, use],
  [3, aboutObject],
  [8, kv],
  [4, makeCache],
  [8, useCache],
  [4, destroyCache],
  [22, area],
  [12, map],
]
