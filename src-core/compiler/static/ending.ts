/** What is judged when a path has come to its end: leaks, mappings that were never ended, lock orders. */

import { born, nameOf } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import { judgeLockOrders } from './natives-locks.ts'

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
  for (const memory of world.memories) {
    kmapLeaks(core, memory)
    if (memory.blamed || memory.escaped || world.stopped) continue
    if (memory.kind === 'page') pageLeak(core, memory)
    else leak(core, memory)
  }
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
      core.world.raise('page-leak', reference.node, `the reference on ${nameOf(memory)} is never dropped`, {
        memory,
        notes: born(memory),
      })
      return
    }
  }
  if (memory.ownerDropped && !memory.split) return
  if (memory.split && [...memory.pages()].some(([, page]) => page.zeroed !== null)) return
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
  const owner = memory.kind === 'owned'
  const message = owner
    ? `the owner ${nameOf(memory)} is never dropped: declare it with \`using\`, or move it on`
    : `${nameOf(memory)} is never freed on this path`
  world.raise('memory-leak', memory.node, message, { memory, using: memory.declaration })
}
