/** Surface functions of pages, addresses and slab caches whose contract is more than a row of the table. */

import type ts from 'typescript'
import { born, checkAccess, isGone, nameOf, PAGE_SIZE, useAfterFree } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import { kindOf, mayFail, mustNotBeAtomic, withPage } from './perform.ts'
import { frameKind, mustHaveCount, takeReference } from './pages.ts'
import { release } from './release.ts'
import { Address, isNull, KernelObject, NullPointer, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** A surface function with an effect of its own. */
export type NativeFunction = (core: Core, args: readonly Value[], node: ts.Node) => Value

/** kmalloc size classes: an object may grow in place within one. */
const CLASSES = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]

function sizeClass(size: number): number {
  return CLASSES.find((bytes) => size <= bytes) ?? Math.ceil(size / PAGE_SIZE) * PAGE_SIZE + 1
}

function krealloc(core: Core, [old, size, flags]: readonly Value[], node: ts.Node): Value {
  const { world } = core
  if (typeof flags === 'number' && (flags & 0x400) !== 0) mustNotBeAtomic(core, 'krealloc', node)
  const bytes = typeof size === 'number' ? size : null
  if (!(old instanceof Address)) {
    if (!isNull(old)) return new Unknown()
    return (
      mayFail(core, 'krealloc', node) ?? new Address(world.allocate(kindOf('slab', bytes), node, 'krealloc', bytes), 0)
    )
  }
  const failed = mayFail(core, 'krealloc', node)
  const { memory } = old
  if (failed !== null) {
    if (storedOver(node)) memory.lost = node
    return failed
  }
  if (memory.freed !== null) {
    release(core, 'krealloc', old, node)
    return new Unknown()
  }
  memory.room ??= memory.size === null ? null : sizeClass(memory.size)
  if (bytes !== null && memory.room !== null && bytes <= memory.room) {
    memory.size = bytes
    return old
  }
  release(core, 'krealloc', old, node)
  const moved = world.allocate(kindOf('slab', bytes), node, 'krealloc', bytes)
  for (const [offset, value] of memory.contents) moved.contents.set(offset, value)
  return new Address(moved, 0)
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
  const failed = mayFail(core, zeroed ? 'kmem_cache_zalloc' : 'kmem_cache_alloc', node)
  if (failed !== null) return failed
  const size = cache instanceof KernelObject ? cache.fields.get('size') : undefined
  const memory = core.world.allocate('cache', node, 'kmem_cache_alloc', typeof size === 'number' ? size : null)
  memory.cache = cache
  memory.zeroed = zeroed
  return new Address(memory, 0)
}

function destroyCache(core: Core, [cache]: readonly Value[], node: ts.Node): undefined {
  if (!(cache instanceof KernelObject)) return undefined
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
  return undefined
}

/** The page behind an address, as arithmetic on the linear map finds it. */
function virtToPage(core: Core, [at]: readonly Value[], node: ts.Node): Value {
  if (!(at instanceof Address)) return new Unknown()
  const { memory, offset } = at
  if ((memory.kind === 'vmalloc' || memory.kind === 'vmap' || memory.kind === 'kv') && !at.linear) {
    core.world.raise(
      'virt-to-page-on-vmalloc',
      node,
      `${nameOf(memory)} is vmalloc memory: it is not in the linear map`,
      {
        memory,
        possible: memory.kind === 'kv',
        notes: born(memory),
      },
    )
    return new Unknown()
  }
  return new PageRef(memory, offset === null ? 0 : Math.floor(offset / PAGE_SIZE))
}

function vmallocToPage(core: Core, [at]: readonly Value[], node: ts.Node): Value {
  if (!(at instanceof Address)) return new Unknown()
  const { memory, offset } = at
  if (['slab', 'large-kmalloc', 'cache', 'page'].includes(memory.kind)) {
    core.world.raise(
      'vmalloc-to-page-on-linear',
      node,
      `${nameOf(memory)} is in the linear map, not in a vmalloc area`,
      {
        memory,
        notes: born(memory),
      },
    )
    return new Unknown()
  }
  if (memory.size !== null && offset !== null && offset >= memory.size)
    return new NullPointer('vmalloc_to_page', node, true)
  const index = offset === null ? 0 : Math.floor(offset / PAGE_SIZE)
  const backing = memory.backing[index]
  return backing === undefined ? new PageRef(memory, index) : new PageRef(backing.memory, backing.index)
}

function pageAddress(core: Core, [page]: readonly Value[], node: ts.Node): Value {
  if (!(page instanceof PageRef)) return new Unknown()
  const { memory, index } = page
  const mapped = [...memory.mappings].some((one) => one.by === 'kmap' && one.page === index && one.ended === null)
  if (memory.highmem && !mapped) return new NullPointer('page_address', node, true, 'page-address-null-highmem')
  const at = new Address(memory, inSlab(memory) ? null : index * PAGE_SIZE, null, true)
  if (memory.kind === 'page' && isGone(at)) {
    useAfterFree(core, memory, node)
  }
  return at
}

function inSlab(memory: Memory): boolean {
  return memory.kind === 'slab' || memory.kind === 'cache' || memory.kind === 'foreign'
}

function nthPage(_core: Core, [page, n]: readonly Value[]): Value {
  if (!(page instanceof PageRef) || typeof n !== 'number') return new Unknown()
  return new PageRef(page.memory, page.index + n)
}

function pageFolio(core: Core, args: readonly Value[], node: ts.Node): Value {
  const [page] = args
  if (page instanceof PageRef && page.memory.kind !== 'foreign') mustHaveCount(core, page.memory, node)
  return sameBlock(core, args)
}

function sameBlock(_core: Core, [page]: readonly Value[]): Value {
  return page instanceof PageRef && page.memory.compound ? new PageRef(page.memory, 0) : page
}

function toPage(core: Core, [number]: readonly Value[], node: ts.Node): Value {
  if (typeof number === 'number') return new PageRef(core.world.allocate('wild', node, 'pfn_to_page', null), 0)
  if (!(number instanceof Numbered)) return new Unknown()
  const { of } = number
  return of instanceof PageRef ? of : new PageRef(of.memory, of.offset === null ? 0 : Math.floor(of.offset / PAGE_SIZE))
}

const asNumber =
  (what: 'pfn' | 'phys'): NativeFunction =>
  (_core, [value]) =>
    value instanceof PageRef || value instanceof Address ? new Numbered(what, value) : new Unknown()

function physToVirt(core: Core, [number]: readonly Value[], node: ts.Node): Value {
  if (number instanceof Numbered) {
    const { of } = number
    return of instanceof Address ? of : new Address(of.memory, of.index * PAGE_SIZE, null, true)
  }
  if (typeof number !== 'bigint' && typeof number !== 'number') return new Unknown()
  return new Address(core.world.allocate('wild', node, 'phys_to_virt', null), 0)
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

/** The count, where the text tells it. */
const refCount: NativeFunction = (core, [page], node) => {
  let count: Value = new Unknown()
  withPage(core, page, node, ({ memory, index }) => {
    if (memory.kind === 'page')
      count = core.world.pageRef(frameKind(memory)) === 'counted' ? memory.page(index).count : 0
  })
  return count
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

export const MEMORY_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  krealloc,
  page_mapcount: (_core, [page]) => {
    if (!(page instanceof PageRef) || page.memory.kind !== 'page') return new Unknown()
    const { memory, index } = page
    return [...memory.mappings].filter((one) => one.kind === 'pte' && one.ended === null && one.page === index).length
  },
  page_ref_count: refCount,
  page_count: refCount,
  folio_ref_count: refCount,
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
  virt_to_page: virtToPage,
  virt_to_head_page: virtToPage,
  vmalloc_to_page: vmallocToPage,
  vmalloc_to_pfn: (core, args, node) => {
    const page = vmallocToPage(core, args, node)
    return page instanceof PageRef ? new Numbered('pfn', page) : new Unknown()
  },
  page_address: pageAddress,
  page_to_virt: pageAddress,
  nth_page: nthPage,
  folio_page: nthPage,
  page_folio: pageFolio,
  compound_head: sameBlock,
  folio_page_idx: () => new Unknown(),
  page_to_pfn: asNumber('pfn'),
  page_to_phys: asNumber('phys'),
  virt_to_phys: (core, args, node) => {
    const page = virtToPage(core, args, node)
    return page instanceof PageRef && args[0] instanceof Address ? new Numbered('phys', args[0]) : new Unknown()
  },
  pfn_to_page: toPage,
  phys_to_page: toPage,
  phys_to_virt: physToVirt,
  is_vmalloc_addr: (_core, [at]) =>
    at instanceof Address && at.memory.kind !== 'kv' && at.memory.kind !== 'foreign'
      ? !at.linear && ['vmalloc', 'vmap'].includes(at.memory.kind)
      : new Unknown(),
  get_page_unless_zero: tryGet,
  try_get_page: tryGet,
  folio_try_get: tryGet,
  SetPageReserved: setFlag('reserved', true),
  ClearPageReserved: setFlag('reserved', false),
  SetPageLocked: setFlag('locked', true),
  ClearPageLocked: setFlag('locked', false),
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
