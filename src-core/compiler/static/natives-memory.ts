/** Surface functions of pages, addresses and slab caches whose contract is more than a row of the table. */

import type ts from 'typescript'
import { born, checkAccess, nameOf } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import { CONTRACTS } from './contracts.ts'
import { kindOf, mayFail, mayReclaim, mustNotBeAtomic, perform, withPage } from './perform.ts'
import { dropReference, takeReference } from './pages.ts'
import { release } from './release.ts'
import { PathEnd, TaskEnd } from './signals.ts'
import { runLater } from './tasks.ts'
import { Address, isNull, KernelObject, List, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** A surface function with an effect of its own. */
export type NativeFunction = (core: Core, args: readonly Value[], node: ts.Node) => Value

/** kmalloc size classes: an object may grow in place within one. */
const CLASSES = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768]

/** Bytes that an object of a size may grow to in place. */
export function sizeClass(size: number, pageSize: number): number {
  return size <= 2 * pageSize ? CLASSES.find((bytes) => size <= bytes)! : Math.ceil(size / pageSize) * pageSize + 1
}

function krealloc(core: Core, [old, size, flags]: readonly Value[], node: ts.Node): Value {
  const { world } = core
  const bytes = typeof size === 'number' ? size : null
  if (!(old instanceof Address)) {
    if (!isNull(old)) return new Unknown()
    if (mayReclaim(flags)) mustNotBeAtomic(core, 'krealloc', node)
    return (
      mayFail(core, 'krealloc', node) ??
      new Address(world.allocate(kindOf(core, 'slab', bytes), node, 'krealloc', bytes), 0)
    )
  }
  const { memory } = old
  memory.room ??= memory.size === null ? null : sizeClass(memory.size, memory.pageSize)
  const isInPlace = bytes !== null && memory.room !== null && bytes <= memory.room
  if (!isInPlace && mayReclaim(flags)) mustNotBeAtomic(core, 'krealloc', node)
  const failed = mayFail(core, 'krealloc', node)
  if (failed !== null) {
    if (storedOver(node)) memory.lost = node
    return failed
  }
  if (memory.freed !== null) {
    release(core, 'krealloc', old, node)
    return new Unknown()
  }
  if (isInPlace) {
    memory.size = bytes
    return old
  }
  release(core, 'krealloc', old, node)
  const moved = world.allocate(kindOf(core, 'slab', bytes), node, 'krealloc', bytes)
  for (const [offset, value] of memory.contents) moved.contents.set(offset, value)
  return new Address(moved, 0)
}

/** The empty slots of the list get a page each; on failure those before it are filled. Returns how many are. */
function allocateBulk(core: Core, [, count, list]: readonly Value[], node: ts.Node): Value {
  if (!(list instanceof List) || typeof count !== 'number') return new Unknown()
  const filled = mayFail(core, 'alloc_pages_bulk_array', node) === null ? count : 0
  for (let i = 0; i < filled; i++) {
    const there = list.items[i]
    if (there !== undefined && !isNull(there)) continue
    list.items[i] = new PageRef(core.world.allocate('page', node, 'alloc_pages_bulk_array', core.world.pageSize), 0)
  }
  return filled
}

/** True for `p = krealloc(p, …)`. */
function storedOver(node: ts.Node): boolean {
  let at: ts.Node = node
  while (at.parent !== undefined && 'expression' in at.parent && !('left' in at.parent)) at = at.parent
  const assignment = at.parent as ts.Node & { readonly left?: ts.Node; readonly right?: ts.Node }
  const first = (node as ts.CallExpression).arguments[0]
  return assignment.left !== undefined && assignment.right === at && assignment.left.getText() === first?.getText()
}

function cacheAllocate(core: Core, [cache, flags]: readonly Value[], node: ts.Node, zeroed: boolean): Value {
  if (typeof flags === 'number' && (flags & 0x400) !== 0) mustNotBeAtomic(core, 'kmem_cache_alloc', node)
  mustBeACache(core, cache, node)
  const failed = mayFail(core, zeroed ? 'kmem_cache_zalloc' : 'kmem_cache_alloc', node)
  if (failed !== null) return failed
  const size = cache instanceof KernelObject ? cache.fields.get('size') : undefined
  const memory = core.world.allocate('cache', node, 'kmem_cache_alloc', typeof size === 'number' ? size : null)
  memory.cache = cache
  memory.zeroed = zeroed
  return new Address(memory, 0)
}

/** A cache that was destroyed is a freed object. */
function mustBeACache(core: Core, cache: Value, node: ts.Node): void {
  const end = cache instanceof KernelObject ? core.world.destroyedCaches.get(cache) : undefined
  if (end === undefined) return
  core.world.destroyedCaches.delete(cache as KernelObject)
  core.world.raise('slab-use-after-free', node, 'the cache is used after it was destroyed', {
    notes: [{ text: 'destroyed by `kmem_cache_destroy()`', node: end }],
  })
}

function destroyCache(core: Core, [cache]: readonly Value[], node: ts.Node): undefined {
  if (!(cache instanceof KernelObject)) return undefined
  const { destroyedCaches } = core.world
  const first = destroyedCaches.get(cache)
  if (first !== undefined) {
    core.world.raise('slab-double-free', node, 'the cache is destroyed a second time', {
      notes: [{ text: 'destroyed first by `kmem_cache_destroy()`', node: first }],
    })
    return undefined
  }
  for (const memory of core.world.memories) {
    if (memory.cache !== cache || memory.freed !== null || memory.blamed || memory.escaped) continue
    core.world.raise(
      'cache-destroy-busy',
      node,
      `the cache is destroyed while ${nameOf(memory)} is allocated from it`,
      {
        memory,
        notes: born(memory),
      },
    )
    for (const other of core.world.memories) if (other.cache === cache) other.blamed = true
    return undefined
  }
  destroyedCaches.set(cache, node)
  return undefined
}

/** A get that looks at the count: it takes nothing if that is 0. */
const tryGet: NativeFunction = (core, [page], node) => {
  if (isNull(page) || page === undefined) core.present(page, node, 'the page')
  if (!(page instanceof PageRef) || page.memory.kind === 'foreign') return new Unknown()
  const { count, zeroed } = page.memory.page(page.index)
  if (count <= 0) {
    // The frame may have another owner by now: then the reference is one on that page.
    if (count < 0 || zeroed === null || core.world.decide(2, 'environment') === 0) return false
    page.memory.reused = 'unchecked'
    return true
  }
  takeReference(core, page, node)
  return true
}

/** A page that was looked up, freed meanwhile, and is used without a look at what it is now. */
export function mustBeSame(core: Core, memory: Memory, node: ts.Node): boolean {
  if (memory.kind !== 'page' || (memory.freed === null && memory.reused === 'no')) return true
  if (memory.reused === 'checked') return true
  core.world.raise(
    'stale-lookup-identity',
    node,
    'the frame was freed since it was looked up: it is another page by now',
    {
      memory,
      notes: [...born(memory), ...(memory.freed === null ? [] : [{ text: 'freed here', node: memory.freed.node }])],
    },
  )
  return false
}

/** What kind of page it is, asked by a task that gave its reference up. */
const askHead: NativeFunction = (core, [page], node) => {
  withPage(core, page, node, ({ memory, index }) => {
    const { references } = memory.page(index)
    const mine = references.some((one) => one.task === core.world.task)
    if (memory.kind !== 'page' || !memory.ownerDropped || mine) return
    core.world.raise(
      'head-test-after-put',
      node,
      'the page is asked what it is after the reference on it was dropped',
      {
        memory,
        notes: born(memory),
      },
    )
  })
  return new Unknown()
}

const setFlag =
  (flag: string, set: boolean): NativeFunction =>
  (core, [page], node) => {
    withPage(core, page, node, ({ memory, index }) => {
      if (set) mustBeSame(core, memory, node)
      const { flags } = memory.page(index)
      if (set) flags.set(flag, node)
      else flags.delete(flag)
    })
    return undefined
  }

/** Takes the page lock; others run while it is taken. */
const lockPage =
  (name: string): NativeFunction =>
  (core, args, node) => {
    const [page] = args
    mustNotBeAtomic(core, name, node)
    const isTaken = (): boolean => page instanceof PageRef && page.memory.page(page.index).flags.has('locked')
    if (isTaken()) runLater(core)
    // Who has it cannot go on before this task does: such an order is not followed.
    const counted = page instanceof PageRef ? page.memory.page(page.index) : null
    if (isTaken() && counted !== null && counted.lockedBy !== core.world.task) throw new PathEnd(false)
    if (isTaken()) {
      core.world.raise('deadlock', node, 'the page is locked already, and nobody unlocks it')
      throw new TaskEnd()
    }
    if (counted !== null) counted.lockedBy = core.world.task
    return setFlag('locked', true)(core, args, node)
  }

/** Takes the page lock, or finds it taken. */
const tryLockPage: NativeFunction = (core, args, node) => {
  const [page] = args
  if (page instanceof PageRef && page.memory.page(page.index).flags.has('locked')) return false
  if (core.world.decide(2, 'data') === 1) return false
  setFlag('locked', true)(core, args, node)
  return true
}

/** Copies what is known of the bytes. */
function copy(core: Core, [to, from, length]: readonly Value[], node: ts.Node): boolean {
  const bytes = typeof length === 'number' ? length : null
  if (isNull(to) || isNull(from)) core.present(isNull(to) ? to : from, node, 'the pointer')
  if (from instanceof Address) checkAccess(core, from, bytes, node, false)
  if (!(to instanceof Address) || !checkAccess(core, to, bytes, node, true)) return false
  const known = from instanceof Address && from.offset !== null && to.offset !== null && bytes !== null
  const source = known ? [...from.memory.contents] : []
  const wasZero = to.memory.zeroed && from instanceof Address && from.memory.zeroed
  to.memory.contents.clear()
  to.memory.zeroed = wasZero
  if (!known) return true
  for (const [at, value] of source) {
    if (at >= from.offset! && at < from.offset! + bytes) to.memory.contents.set(at - from.offset! + to.offset!, value)
  }
  return true
}

/** References that are followed one by one. */
const MOST_FOLLOWED = 64

/** Several references at once; of a number that the text does not tell, the page goes out of sight. */
const several =
  (act: (core: Core, page: PageRef, node: ts.Node) => void): NativeFunction =>
  (core, [page, times], node) => {
    if (typeof times !== 'number' || times > MOST_FOLLOWED) core.escape(page)
    else for (let i = 0; i < times; i++) withPage(core, page, node, (one) => act(core, one, node))
    return undefined
  }
const takeSeveral = several((core, page, node) => takeReference(core, page, node))
const dropSeveral = (name: string): NativeFunction =>
  several((core, page, node) => dropReference(core, page, node, name))

export const MEMORY_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  krealloc,
  kmemdup: (core, [from, length, flags], node) => {
    const to = perform(core, 'kmalloc', CONTRACTS['kmalloc']!, [length, flags], node)
    if (to instanceof Address) copy(core, [to, from, length], node)
    return to
  },
  page_ref_add: takeSeveral,
  folio_ref_add: takeSeveral,
  page_ref_sub: dropSeveral('page_ref_sub'),
  folio_ref_sub: dropSeveral('folio_ref_sub'),
  folio_put_refs: dropSeveral('folio_put_refs'),
  alloc_pages_bulk_array: allocateBulk,
  memcpy: (core, args, node) => {
    copy(core, args, node)
    return args[0]
  },
  memmove: (core, args, node) => {
    copy(core, args, node)
    return args[0]
  },
  copy_from_user: (core, args, node) => {
    mustNotBeAtomic(core, 'copy_from_user', node)
    if (core.world.takeFailure('copy_from_user') || core.world.decide(2, 'environment') === 1) return args[2]
    copy(core, args, node)
    return 0
  },
  kmem_cache_create: (core, args, node) => {
    const cache = new KernelObject('kmem_cache')
    cache.fields.set('size', args[1])
    cache.fields.set('flags', args[3])
    return mayFail(core, 'kmem_cache_create', node) ?? cache
  },
  kmem_cache_destroy: destroyCache,
  kmem_cache_alloc: (core, args, node) => cacheAllocate(core, args, node, false),
  kmem_cache_zalloc: (core, args, node) => cacheAllocate(core, args, node, true),
  kmem_cache_free: (core, [cache, object], node) => {
    release(core, 'kmem_cache_free', object, node, cache)
    return undefined
  },
  kfree_rcu: (core, [object], node) => {
    release(core, 'kfree_rcu', object, node)
    return undefined
  },
  split_page: (_core, [page]) => {
    if (page instanceof PageRef) {
      page.memory.page(0)
      page.memory.split = true
    }
    return undefined
  },
  get_page_unless_zero: tryGet,
  try_get_page: tryGet,
  folio_try_get: tryGet,
  SetPageReserved: setFlag('reserved', true),
  ClearPageReserved: setFlag('reserved', false),
  SetPageLocked: setFlag('locked', true),
  ClearPageLocked: setFlag('locked', false),
  lock_page: lockPage('lock_page'),
  folio_lock: lockPage('folio_lock'),
  unlock_page: setFlag('locked', false),
  folio_unlock: setFlag('locked', false),
  trylock_page: tryLockPage,
  folio_trylock: tryLockPage,
  SetPagePrivate: setFlag('private', true),
  ClearPagePrivate: setFlag('private', false),
  PageHead: askHead,
  PageCompound: askHead,
  compound_order: askHead,
  page_private: (_core, [page]) => {
    if (page instanceof PageRef && page.memory.reused !== 'no') page.memory.reused = 'checked'
    return new Unknown()
  },
  set_page_private: () => undefined,
  set_page_mapping: (core, [page, value], node) => {
    withPage(core, page, node, ({ memory, index }) => {
      const { flags } = memory.page(index)
      if (value === 0 || value === 0n || isNull(value)) flags.delete('mapping')
      else flags.set('mapping', node)
    })
    return undefined
  },
  set_page_count: (core, [page, count], node) => {
    withPage(core, page, node, ({ memory, index }) => {
      if (typeof count === 'number') memory.page(index).count = count
    })
    return undefined
  },
  ERR_PTR: () => new Unknown(),
  IS_ERR: (_core, [value]) => (value instanceof Unknown ? value.derive('IS_ERR') : false),
  IS_ERR_OR_NULL: (_core, [value]) => (value instanceof Unknown ? value.derive('IS_ERR') : isNull(value)),
  PTR_ERR: () => new Unknown(),
  fail_next: ({ world }, [name, times]) => {
    world.injects = true
    if (typeof name === 'string') {
      world.failures.set(name, (world.failures.get(name) ?? 0) + (typeof times === 'number' ? times : 1))
    }
    return undefined
  },
}
