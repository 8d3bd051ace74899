/** What is judged when a path has come to its end: leaks, mappings that were never ended, lock orders. */

import { holdersFirst } from '../../base/nesting.ts'
import { born, nameOf } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import { judgeLockOrders } from './natives-locks.ts'
import { Content, GivenUp, RustValue } from './rust-values.ts'
import { Address, Dict, PageRef, View } from './values.ts'
import type { Value } from './values.ts'

export function judgeEnd(core: Core): void {
  const { world } = core
  for (const { raise, memory } of world.stalePages) {
    if (!world.raised.some((raised) => raised.memory === memory)) world.raised.push(raise)
  }
  judgeLockOrders(core)
  // What a condition that the text does not tell leaves behind, another one may take away.
  // Few programs undo everything when a device does not take a mapping, and no run makes one fail unless told to.
  if (world.trail.opaque > 0 || (world.mapFailed && !world.injects)) world.doubtful = true
  spreadEscapes(core)
  const lost = world.memories.filter((memory) => !memory.escaped && memory.freed === null)
  const told = new Set<Memory>()
  for (const memory of world.memories) kmapLeaks(core, memory)
  for (const [memory, holder] of holdersFirst(lost, holdersOf(lost))) {
    if (memory.blamed || world.stopped) continue
    // Lost with what names it: one mistake.
    if (holder !== null && told.has(holder)) {
      told.add(memory)
      continue
    }
    const before = world.raised.length
    if (memory.kind === 'page') pageLeak(core, memory)
    else leak(core, memory)
    if (world.raised.length > before) told.add(memory)
  }
}

/** Memory that other memory names, by its bytes or as an owner whose fields it is in. */
function holdersOf(lost: readonly Memory[]): Map<Memory, Memory[]> {
  const out = new Map<Memory, Memory[]>()
  for (const memory of lost) {
    const content = memory.content instanceof Content ? memory.content.items : []
    for (const inner of [...memory.contents.values(), ...content, memory.holder].flatMap((value) => named(value))) {
      if (inner === memory || !lost.includes(inner)) continue
      out.set(inner, [...(out.get(inner) ?? []), memory])
    }
  }
  return out
}

/** Memory that a value stands for or names. */
function named(value: Value, depth = 2): Memory[] {
  if (value instanceof Address || value instanceof PageRef) return [value.memory]
  if (value instanceof View) return [value.address.memory]
  if (value instanceof GivenUp) return named(value.owner, depth)
  if (value instanceof RustValue) {
    const { buffer, page, items, target } = value.content
    const own = [value.memory, ...(buffer === null ? [] : [buffer]), ...(page === null ? [] : [page.memory])]
    return depth === 0 ? own : [...own, ...[...items, target].flatMap((item) => named(item, depth - 1))]
  }
  if (!(value instanceof Dict)) return []
  const own = value.owner === null ? [] : [value.owner]
  return depth === 0 ? own : [...own, ...[...value.fields.values()].flatMap((field) => named(field, depth - 1))]
}

/** What is stored in memory that code we do not see has, that code has, too. */
function spreadEscapes(core: Core): void {
  const seen = new Set<Memory>()
  for (let grown = true; grown;) {
    grown = false
    for (const memory of core.world.memories) {
      if ((!memory.escaped && memory.kind !== 'foreign') || seen.has(memory)) continue
      seen.add(memory)
      grown = true
      for (const value of memory.contents.values()) core.escape(value)
    }
  }
}

function kmapLeaks(core: Core, memory: Memory): void {
  for (const mapping of memory.mappings) {
    if (mapping.kind !== 'kmap' || mapping.ended !== null) continue
    if (memory.blamed && mapping.freedUnder === null) continue
    memory.blamed = true
    core.world.raised.push(
      core.world.finding('kmap-leak', mapping.node, 'this mapping is never ended', {
        memory,
        notes:
          mapping.freedUnder === null
            ? []
            : [{ text: 'the page is freed under it here', node: mapping.freedUnder.node }],
      }),
    )
  }
}

function pageLeak(core: Core, memory: Memory): void {
  if (memory.freed !== null || memory.handedOver) return
  for (const [, page] of memory.pages()) {
    if (page.count <= 0) continue
    const reference = page.references.findLast((one) => !one.hollow)
    if (memory.ownerDropped && reference !== undefined) {
      const hold = reference.pin ? 'pin' : 'reference'
      core.world.raise('page-leak', reference.node, `the ${hold} on ${nameOf(memory)} is never dropped`, {
        memory,
        notes: born(memory),
      })
      return
    }
  }
  if (memory.ownerDropped && !memory.split) return
  if (memory.split) {
    const pages = memory.size === null ? 0 : Math.ceil(memory.size / memory.pageSize)
    const freed = [...memory.pages()].filter(([, page]) => page.zeroed !== null).length
    if (freed >= pages) return
  }
  core.world.raise('page-leak', memory.node, `${nameOf(memory)} is never freed on this path`, { memory })
}

const NO_LEAK = ['foreign', 'wild', 'user']

function leak(core: Core, memory: Memory): void {
  const { world } = core
  if (memory.freed !== null || NO_LEAK.includes(memory.kind)) return
  if (memory.deferred !== null) return
  if (memory.lost !== null) {
    world.raise('krealloc-lost-original', memory.lost, 'krealloc() failed, and its NULL went over the only pointer', {
      memory,
      notes: born(memory),
    })
    return
  }
  const stands = memory.holder instanceof RustValue ? memory.holder.content.page : null
  if (stands !== null) {
    const { kind, node } = stands.memory
    const at = memory.by === 'Owned.from_raw' && kind === 'page' ? node : memory.node
    world.raise('page-leak', at, `the page that ${nameOf(memory)} owns is never freed: declare it with \`using\``, {
      memory,
      using: memory.declaration,
    })
    return
  }
  const owner = memory.kind === 'owned' || memory.rustOwner !== null
  const message = owner
    ? `the owner ${nameOf(memory)} is never dropped: declare it with \`using\`, or move it on`
    : `${nameOf(memory)} is never freed on this path`
  world.raise('memory-leak', memory.node, message, { memory, using: (memory.rustOwner ?? memory).declaration })
}
