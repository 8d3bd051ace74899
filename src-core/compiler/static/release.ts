/** The ends of memory: which function may free what, double frees, and rights that a free leaves behind. */

import type ts from 'typescript'
import { born, nameOf } from './access.ts'
import type { Core } from './core.ts'
import type { Memory, MemoryKind } from './memory.ts'
import { dropPage } from './pages.ts'
import { rightsLeft } from './rights-left.ts'
import { queuedIn } from './tasks.ts'
import { Address, isNull, KernelObject, Unknown, View } from './values.ts'
import type { Value } from './values.ts'

/** Free functions, and the kinds of memory that each is for. */
const FITS: Readonly<Record<string, readonly MemoryKind[]>> = {
  kfree: ['slab', 'large-kmalloc', 'cache'],
  kfree_sensitive: ['slab', 'large-kmalloc', 'cache'],
  kfree_rcu: ['slab', 'large-kmalloc', 'cache'],
  kvfree: ['slab', 'large-kmalloc', 'cache', 'kv', 'vmalloc'],
  kmem_cache_free: ['cache'],
  krealloc: ['slab', 'large-kmalloc'],
  vfree: ['vmalloc', 'vmap'],
  vfree_atomic: ['vmalloc', 'vmap'],
  vunmap: ['vmap'],
  dma_free_coherent: ['coherent'],
}

const DOUBLE: Readonly<Record<string, string>> = {
  page: 'double-free-page',
  vmalloc: 'double-vfree',
  vmap: 'double-vfree',
  coherent: 'coherent-misuse',
}

/** Frees memory by the pointer given to a free function. */
export function release(core: Core, by: string, what: Value, node: ts.Node, cache?: Value): void {
  const { world } = core
  const pointer = what instanceof View ? what.address : what
  if (isNull(pointer) || pointer === undefined || pointer instanceof Unknown) return
  if (!(pointer instanceof Address)) return
  const { memory, offset } = pointer
  if (memory.kind === 'foreign') {
    if (memory.freed !== null) doubleFree(core, by, memory, node)
    else memory.freed = world.ending(node, by)
    return
  }
  if (memory.freed !== null) return doubleFree(core, by, memory, node)
  if (memory.deferred !== null) {
    const code = by === 'kfree_rcu' ? 'double-call-rcu' : 'slab-double-free'
    world.raise(code, node, `${nameOf(memory)} was given to RCU before: it is freed twice`, {
      memory,
      notes: [...born(memory), { text: `queued here by \`${memory.deferred.by}()\``, node: memory.deferred.node }],
    })
    return
  }
  const queued = by === 'kfree_rcu' ? queuedIn(core, memory) : null
  if (queued !== null) {
    world.raise('double-call-rcu', node, `${nameOf(memory)} waits for its callback: it is queued twice`, {
      memory,
      notes: [...born(memory), { text: 'queued first here', node: queued }],
    })
    return
  }
  if (!fits(core, by, memory, node, cache)) return
  if ((memory.kind === 'vmalloc' || memory.kind === 'vmap') && by !== 'vfree_atomic')
    freeMustNotBeAtomic(core, by, memory, node)
  if (offset !== null && offset !== 0 && memory.kind !== 'page') {
    const code = memory.kind === 'vmalloc' || memory.kind === 'vmap' ? 'mismatched-free' : 'slab-invalid-free'
    world.raise(code, node, `the pointer is ${offset} bytes into ${nameOf(memory)}, not at its start`, {
      memory,
      notes: born(memory),
    })
    return
  }
  if (memory.kind === 'vmap') return endVmap(core, by, memory, node)
  if (by !== 'kfree_rcu') mustBeUnseen(core, memory, node)
  rightsLeft(core, memory, null, node, by)
  if (by === 'kfree_rcu') memory.deferred = world.ending(node, by)
  else memory.freed = world.ending(node, by)
}

/** vfree() and vunmap() may sleep; vfree() may be called in an interrupt, not under a lock. */
function freeMustNotBeAtomic(core: Core, by: string, memory: Memory, node: ts.Node): void {
  const since = core.world.atomicSince(false)
  if (since === null) return
  core.world.raise('vfree-in-atomic', node, `\`${by}()\` of vmalloc memory may sleep, and ${since.why}`, {
    notes: [...born(memory), { text: 'since here', node: since.node }],
  })
}

function fits(core: Core, by: string, memory: Memory, node: ts.Node, cache: Value): boolean {
  const { world } = core
  const kinds = FITS[by]
  if (by === 'kmem_cache_free' && memory.kind === 'slab') {
    world.raise('wrong-cache-free', node, `${nameOf(memory)} comes from kmalloc(), not from this cache`, {
      memory,
      notes: born(memory),
    })
    return false
  }
  if (kinds !== undefined && !kinds.includes(memory.kind)) {
    world.raise(
      'mismatched-free',
      node,
      `${nameOf(memory)} comes from \`${memory.by}()\`: \`${by}()\` is not its partner`,
      {
        memory,
        possible: memory.kind === 'kv',
        notes: born(memory),
      },
    )
    return false
  }
  if (by === 'kmem_cache_free' && cache instanceof KernelObject && memory.cache !== cache) {
    world.raise('wrong-cache-free', node, `${nameOf(memory)} belongs to another cache`, { memory, notes: born(memory) })
    return false
  }
  return true
}

/** True for a cache whose objects stay objects until a grace period has passed. */
function isTypesafe(cache: Value): boolean {
  const flags = cache instanceof KernelObject ? cache.fields.get('flags') : 0
  return typeof flags === 'number' && (flags & 0x8_0000) !== 0
}

/** Memory that RCU readers could find is freed with no grace period since it was unlinked. */
function mustBeUnseen(core: Core, memory: Memory, node: ts.Node): void {
  const { world } = core
  if (memory.published === null || !world.mayBeRead(memory) || isTypesafe(memory.cache)) return
  world.raise(
    'free-without-grace-period',
    node,
    `an RCU reader may still hold ${nameOf(memory)}: no grace period has passed`,
    {
      memory,
      possible: true,
      notes: born(memory),
    },
  )
}

function doubleFree(core: Core, by: string, memory: Memory, node: ts.Node): void {
  const { world } = core
  const first = memory.freed!
  const code =
    memory.kind === 'foreign' ? (by.startsWith('v') ? 'double-vfree' : 'slab-double-free') : DOUBLE[memory.kind]
  world.raise(code ?? 'slab-double-free', node, `${nameOf(memory)} is freed twice`, {
    memory,
    notes: [...born(memory), { text: `freed first by \`${first.by}()\``, node: first.node }],
  })
}

/** vunmap() and vfree() of a vmap area: who frees the pages depends on VM_MAP_PUT_PAGES. */
function endVmap(core: Core, by: string, area: Memory, node: ts.Node): void {
  const { world } = core
  const frees = by !== 'vunmap'
  if (frees !== area.ownsBacking && area.backing.length > 0) {
    const message = frees
      ? 'vfree() of an area of vmap() without VM_MAP_PUT_PAGES frees no page'
      : 'the area owns its pages (VM_MAP_PUT_PAGES): vunmap() leaks them'
    for (const { memory } of area.backing) memory.blamed = true
    world.raise('map-put-pages-confusion', node, message, { memory: area, notes: born(area) })
  }
  area.freed = world.ending(node, by)
  for (const { memory, index } of area.backing) {
    for (const mapping of memory.mappings) {
      if (mapping.kind === 'vmap' && mapping.node === area.node && mapping.page === index) mapping.ended ??= area.freed
    }
    if (frees && area.ownsBacking) dropPage(core, memory, index, node, by, true, null)
  }
}
