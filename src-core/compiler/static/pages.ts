/**
 * Counts of pages: get and put, the owner's own free, blocks and their tails. Which kinds of page have a count at
 * all is the era's table.
 */

import type ts from 'typescript'
import type { FrameKindName } from '../../eras/era.ts'
import { born, nameOf } from './access.ts'
import type { Core } from './core.ts'
import type { Memory, PageCount, Reference } from './memory.ts'
import { rightsLeft } from './rights-left.ts'
import type { PageRef } from './values.ts'

/** How the era's table calls the frames of this memory. */
export function frameKind(memory: Memory): FrameKindName {
  switch (memory.kind) {
    case 'slab':
    case 'cache':
      return 'slab'
    case 'large-kmalloc':
      return 'large-kmalloc'
    case 'vmalloc':
    case 'kv':
      return 'vmalloc'
    default:
      return memory.by === 'folio_alloc' ? 'folio' : 'page'
  }
}

/** True for memory whose pages belong to the slab allocator. */
function isSlab(memory: Memory): boolean {
  return memory.kind === 'slab' || memory.kind === 'cache' || memory.kind === 'large-kmalloc'
}

/** get_page() and its kin. */
export function takeReference(core: Core, page: PageRef, node: ts.Node, pin = false): void {
  const { world } = core
  const { memory, index } = page
  if (memory.kind === 'wild') {
    world.raise('wild-access', node, 'there is no such page', { memory })
    return
  }
  if (memory.kind === 'foreign' || memory.kind === 'vmap') return
  const mode = world.pageRef(frameKind(memory))
  const count = memory.page(index)
  const notes = born(memory)
  const reference = { node, task: world.task, hollow: isSlab(memory) || mode !== 'counted', pin }
  if (isSlab(memory)) {
    if (memory.kind === 'large-kmalloc' && mode === 'counted') {
      count.references.push({ ...reference, hollow: false })
      count.count++
      return
    }
    const code = memory.kind === 'large-kmalloc' ? 'get-page-on-large-kmalloc' : 'get-page-on-slab'
    if (count.references.length === 0) {
      world.raised.push(
        world.finding(code, node, `${nameOf(memory)} is a kmalloc object: a reference on its page does not keep it`, {
          memory,
          notes,
          warning: mode === 'counted',
        }),
      )
    }
    count.references.push(reference)
    return
  }
  if (!mustHaveCount(core, memory, node)) {
    count.references.push(reference)
    return
  }
  if (memory.isTail(index)) {
    world.raise('ref-on-noncompound-tail', node, 'this page of a block has no count of its own', { memory, notes })
    return
  }
  if (memory.kind === 'page' && count.count === 0) {
    const ending = count.zeroed
    world.raise('resurrect-zero-ref', node, `the count of ${nameOf(memory)} is 0 here: the page is free`, {
      memory,
      notes: ending === null ? notes : [...notes, { text: `freed here by \`${ending.by}()\``, node: ending.node }],
    })
    return
  }
  if (count.count >= 0x7fff_ffff) {
    world.raise('refcount-overflow', node, 'the count goes past INT_MAX and wraps: try_get_page() looks first', {
      memory,
      notes,
    })
    return
  }
  count.count++
  count.taken++
  count.references.push(reference)
}

/** A reference that is taken whatever the era says of counts. */
export function countSilently({ memory, index }: PageRef, node: ts.Node, task: number): Reference {
  const page = memory.page(index)
  const reference: Reference = { node, task, hollow: false, pin: false, held: true }
  page.count++
  page.taken++
  page.references.push(reference)
  return reference
}

/** Drops a reference that an entry or a pipe has. */
export function dropHeld(core: Core, { memory, index }: PageRef, reference: Reference, node: ts.Node): void {
  const { references } = memory.page(index)
  const at = references.indexOf(reference)
  if (at < 0) return
  references.splice(at, 1)
  if (memory.kind === 'page') dropPage(core, memory, index, node, 'put_page', false, null, true)
  else memory.page(index).count--
}

/** False if pages of this memory have no count in this era: the call is a mistake. */
export function mustHaveCount(core: Core, memory: Memory, node: ts.Node): boolean {
  if (isSlab(memory) || core.world.pageRef(frameKind(memory)) !== 'none') return true
  const name = memory.kind === 'vmalloc' ? 'a page of a vmalloc area' : 'a driver page'
  core.world.raise('memdesc-breaks-tomorrow', node, `${name} has no reference count in this era`, {
    memory,
    notes: born(memory),
  })
  return false
}

/** put_page() and its kin. */
export function dropReference(core: Core, page: PageRef, node: ts.Node, by: string): void {
  const { world } = core
  const { memory, index } = page
  if (memory.kind === 'vmap' || memory.kind === 'wild') return
  const count = memory.page(index)
  if (memory.kind === 'foreign') {
    if (count.zeroed !== null) world.raise('unbalanced-put', node, 'the page is put twice', { memory, possible: true })
    return
  }
  const unpin = by.startsWith('unpin')
  const loose = count.references.filter((reference) => reference.held !== true)
  const fitting = loose.filter((one) => one.pin === unpin)
  const owners = !unpin && memory.kind === 'page' && !memory.ownerDropped
  const reference =
    fitting.findLast((one) => one.task === world.task) ?? fitting.at(-1) ?? (owners ? undefined : loose.at(-1))
  if (reference?.pin === !unpin) {
    world.raise('pin-put-mismatch', node, unpin ? 'a reference is ended as a pin' : 'a pin is ended by put_page()', {
      memory,
      notes: [{ text: 'taken here', node: reference.node }],
    })
  }
  if (isSlab(memory) || memory.kind === 'vmalloc' || memory.kind === 'kv') {
    if (reference === undefined) {
      world.raise(
        'mismatched-free',
        node,
        `${nameOf(memory)} comes from \`${memory.by}()\`, and no reference was taken`,
        {
          memory,
          notes: born(memory),
        },
      )
      return
    }
    count.references.splice(count.references.indexOf(reference), 1)
    if (memory.kind === 'large-kmalloc' && !reference.hollow) count.count--
    return
  }
  if (reference?.hollow === true) {
    count.references.splice(count.references.indexOf(reference), 1)
    return
  }
  if (reference !== undefined) count.references.splice(count.references.indexOf(reference), 1)
  dropPage(core, memory, index, node, by, false, null, reference !== undefined)
}

/** One drop of a page: by its owner (`owned`, with the order said) or of a reference. */
export function dropPage(
  core: Core,
  memory: Memory,
  index: number,
  node: ts.Node,
  by: string,
  owned: boolean,
  order: number | null,
  dropped = false,
): void {
  const { world } = core
  if (memory.kind === 'foreign') {
    if (memory.freed !== null) world.raise('double-free-page', node, 'the page is freed twice', { memory })
    else memory.freed = world.ending(node, by)
    return
  }
  const count = memory.page(index)
  if (memory.reused !== 'no') return
  if (memory.rustOwner !== null && memory.rustOwner.freed === null && owned) {
    world.raise('two-owners', node, 'the page has an owner of the Rust surface, which will free it again', {
      memory: memory.rustOwner,
    })
    memory.blamed = true
    return
  }
  if (count.count === 0 && !memory.isTail(index)) return dropTooMany(core, memory, count, node, by, owned)
  const whole = memory.split ? 0 : (memory.order ?? 0)
  if (owned && order !== null && memory.order !== null && order !== whole) {
    world.raise(
      'wrong-order-free',
      node,
      `${nameOf(memory)} has order ${whole} here and is freed with order ${order}`,
      {
        memory,
        notes: born(memory),
      },
    )
    memory.freed = world.ending(node, by)
    return
  }
  count.count--
  if (owned) memory.ownerDropped = true
  else if (!dropped) memory.ownerDropped = true
  if (count.count > 0) return
  count.zeroed = world.ending(node, by)
  if (!owned && !memory.split && !memory.compound && (memory.order ?? 0) > 0) {
    world.raise('put-noncompound-high-order', node, `${by}() frees one page of a block that is not compound`, {
      memory,
      notes: born(memory),
    })
  }
  rightsLeft(core, memory, memory.split ? index : null, node, by)
  flagsLeft(core, memory, node, memory.split ? index : null)
  if (!memory.split) memory.freed = count.zeroed
}

function dropTooMany(core: Core, memory: Memory, count: PageCount, node: ts.Node, by: string, owned: boolean): void {
  const { world } = core
  const zeroed = count.zeroed ?? memory.freed
  if (zeroed === null) return
  world.stalePages.splice(0, world.stalePages.length, ...world.stalePages.filter((stale) => stale.memory !== memory))
  const wasBlamed = memory.blamed
  if ((zeroed.by.startsWith('put') || zeroed.by === 'folio_put') && (count.taken > 0 || owned)) {
    // Whoever still has a right to a drop lost the page at the drop before.
    const elsewhere = owned || zeroed.task !== world.task
    if (wasBlamed && !world.raised.some((raised) => raised.memory === memory)) memory.blamed = false
    world.raise(
      'unbalanced-put',
      elsewhere ? zeroed.node : node,
      `${nameOf(memory)} gets one put too many: it was freed while somebody still had a reference`,
      { memory, notes: [...born(memory), { text: `the last drop is \`${by}()\``, node }] },
    )
    return
  }
  world.raise(
    owned || count.taken === 0 ? 'double-free-page' : 'unbalanced-put',
    node,
    `${nameOf(memory)} is freed twice`,
    {
      memory,
      notes: [...born(memory), { text: `freed first by \`${zeroed.by}()\``, node: zeroed.node }],
    },
  )
}

function flagsLeft(core: Core, memory: Memory, node: ts.Node, index: number | null): void {
  for (const [at, page] of memory.pages()) {
    if (index !== null && at !== index) continue
    const [flag] = page.flags
    if (flag === undefined) continue
    core.world.raise('flags-left-at-free', node, `the page is freed with PG_${flag[0]} still set`, {
      memory,
      notes: [{ text: 'set here', node: flag[1] }],
    })
    return
  }
}
