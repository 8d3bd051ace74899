/** Reads and writes of memory: whether the pointer is still good for it. */

import ts from 'typescript'
import type { Core } from './core.ts'
import { writeEntry } from './natives-gpu.ts'
import { noteTouch } from './races.ts'
import type { Mapping, Memory } from './memory.ts'
import { PageRef, Unknown } from './values.ts'
import type { Value, Address } from './values.ts'

/** Checks an access of `size` bytes (null = not known) at a pointer; false if it is a mistake that was reported. */
export function checkAccess(core: Core, at: Address, size: number | null, node: ts.Node, write: boolean): boolean {
  const { memory, offset } = at
  const { world } = core
  if (memory.kind === 'wild') {
    world.raise('wild-access', node, 'the pointer was made from a number that belongs to no memory', { memory })
    return false
  }
  if (at.mapping !== null && !mappingIsGood(core, at.mapping, node)) return false
  if (isGone(at)) {
    useAfterFree(core, memory, node)
    return false
  }
  if (memory.size !== null && offset !== null && size !== null && (offset < 0 || offset + size > memory.size)) {
    const name = nameOf(memory)
    world.raise('out-of-bounds', node, `bytes ${offset} to ${offset + size - 1} of ${name}, which has ${memory.size}`, {
      memory,
      notes: born(memory),
    })
    return false
  }
  for (const mapping of memory.mappings) {
    if (mapping.ended === null && !mapping.lost && (mapping.kind === 'dma' || mapping.kind === 'sg')) {
      if (!deviceLeavesIt(core, mapping, offset, size, node, write)) return false
    }
  }
  if (write) {
    if (offset === null || size === null) memory.written = null
    else memory.written?.push({ from: offset, to: offset + size })
  }
  if (memory.kind !== 'user' && offset !== null && size !== null)
    noteTouch(core, memory, { from: offset, size }, write, node)
  if (write && memory.kind === 'page')
    staleHolder(core, new PageRef(memory, Math.floor((offset ?? 0) / memory.pageSize)), node)
  return true
}

/** The driver uses a page again that a pipe or a GUP of an earlier mapping still holds. */
export function staleHolder(core: Core, { memory, index }: PageRef, node: ts.Node): void {
  if (memory.kind !== 'page') return
  const held = memory.page(index).references.find((one) => one.gup !== undefined && !one.gup.area.open && !one.gup.pin)
  if (held === undefined) return
  core.world.raise(
    'gup-ref-outlives-owner',
    node,
    'the page is used again while a reference of an earlier mapping is left',
    {
      memory,
      notes: [{ text: 'that reference is taken here', node: held.node }],
    },
  )
}

function mappingIsGood(core: Core, mapping: Mapping, node: ts.Node): boolean {
  const { world } = core
  if (mapping.ended !== null) {
    world.raise('kmap-escape', node, `the mapping of \`${mapping.by}()\` has ended: its address is void`, {
      memory: mapping.memory,
      notes: [
        { text: 'mapped here', node: mapping.node },
        { text: 'unmapped here', node: mapping.ended.node },
      ],
    })
    return false
  }
  if (mapping.by === 'kmap_local_page' && mapping.task !== world.task) {
    world.raise('kmap-escape', node, 'a local mapping is used by another task than the one that made it', {
      memory: mapping.memory,
      notes: [{ text: 'mapped here', node: mapping.node }],
    })
    return false
  }
  return true
}

/** True if what a pointer points at was freed. */
export function isGone(at: Address): boolean {
  const { memory, offset } = at
  const index = offset === null ? 0 : Math.max(0, Math.floor(offset / memory.pageSize))
  if (memory.split) return memory.page(index).zeroed !== null
  return memory.freed !== null && !isKept(at, index)
}

/** True if a reference keeps the page after its owner's free: of vmalloc and large kmalloc memory, where it counts. */
function isKept({ memory, linear }: Address, index: number): boolean {
  const counted = memory.kind === 'large-kmalloc' || (memory.kind === 'vmalloc' && linear)
  return counted && memory.page(index).references.some((one) => !one.hollow)
}

/** Reports a use of freed memory, with the code of its allocator. */
export function useAfterFree(core: Core, memory: Memory, node: ts.Node): void {
  const { world } = core
  const ending = memory.freed ?? [...memory.pages()].map(([, page]) => page.zeroed).find((zeroed) => zeroed !== null)
  const notes = [...born(memory), ...(ending ? [{ text: `freed here by \`${ending.by}()\``, node: ending.node }] : [])]
  const name = nameOf(memory)
  if (ending?.by === 'krealloc') {
    world.raise('krealloc-stale-alias', node, `krealloc() moved ${name}: this pointer is into the old memory`, {
      memory,
      notes,
    })
    return
  }
  const code = USE_CODES[memory.kind] ?? 'slab-use-after-free'
  const message = `${name} is used after it was freed`
  if (memory.kind === 'page' && ending?.by.startsWith('put')) {
    // Too many puts, if another one follows.
    if (memory.blamed) return
    memory.blamed = true
    world.stalePages.push({ raise: world.finding(code, node, message, { memory, notes }), memory, ending })
    return
  }
  world.raise(code, node, message, { memory, notes })
}

const USE_CODES: Readonly<Record<string, string>> = {
  page: 'page-use-after-free',
  vmalloc: 'vmalloc-use-after-vfree',
  vmap: 'vmalloc-use-after-vfree',
  coherent: 'page-use-after-free',
}

function deviceLeavesIt(
  core: Core,
  mapping: Mapping,
  offset: number | null,
  size: number | null,
  node: ts.Node,
  write: boolean,
): boolean {
  if (mapping.side === 'cpu' || mapping.direction === 'coherent') return true
  if (mapping.direction === 1 && !write) return true
  const from = offset ?? 0
  const length = size ?? 1
  if (offset === null && mapping.cpu.length > 0) return true
  if (
    offset !== null &&
    mapping.size !== null &&
    (from >= mapping.from + mapping.size || from + length <= mapping.from)
  )
    return true
  if (mapping.cpu.some((range) => from >= range.from && from + length <= range.to)) return true
  core.world.raise('cpu-touch-device-owned', node, 'the CPU uses bytes that belong to the device', {
    memory: mapping.memory,
    notes: [{ text: `mapped here by \`${mapping.by}()\``, node: mapping.node }],
  })
  return false
}

/** Where memory was made, as a step of the story. */
export function born(memory: Memory): { text: string; node: ts.Node }[] {
  return memory.kind === 'foreign' ? [] : [{ text: `made here by \`${memory.by}()\``, node: memory.node }]
}

/** What memory is called in a message: the variable it was stored in, else the call that made it. */
export function nameOf(memory: Memory): string {
  if (memory.kind === 'foreign') return 'what was given'
  if (memory.by === 'alloc_pages_bulk_array') return `a page of \`${memory.by}()\``
  let node: ts.Node = memory.node
  while (node.parent !== undefined) {
    const parent = node.parent as ts.Node & { readonly name?: ts.Node; readonly left?: ts.Node }
    // `kzalloc(…).as(Foo)`: the name of the method is none of the memory.
    const text = ts.isPropertyAccessExpression(parent) ? undefined : (parent.name ?? parent.left)
    if (text !== undefined && text !== node) return `\`${text.getText()}\``
    if ('statements' in parent || 'body' in parent) break
    node = parent
  }
  return `the memory of \`${memory.by}()\``
}

/** Bytes of a kmalloc() object that nobody wrote are read for what they are. */
export function mustBeWritten(core: Core, { memory, offset }: Address, size: number | null, node: ts.Node): void {
  const fresh = (memory.by === 'kmalloc' || memory.by === 'kmalloc_array') && !memory.zeroed && !memory.escaped
  if (!fresh || memory.written === null || memory.mappings.size > 0 || offset === null || size === null) return
  const holes = memory.written.some(({ from, to }) => from < offset + size && to > offset)
    ? [...Array(size).keys()].filter(
        (at) => !memory.written!.some(({ from, to }) => from <= offset + at && offset + at < to),
      ).length
    : size
  // One value that is written in part is a field next to padding.
  if (holes === 0 || (holes < size && size <= 8)) return
  core.world.raise('uninitialised-read', node, `bytes of ${nameOf(memory)} are used that nobody has written`, {
    memory,
    notes: born(memory),
  })
}

/** Reads a number from memory: what was written there, if the text tells. */
export function load(core: Core, at: Address, size: number, node: ts.Node): Value {
  if (!checkAccess(core, at, size, node, false)) return new Unknown()
  if (!ts.isExpressionStatement(node.parent)) mustBeWritten(core, at, size, node)
  const { memory, offset } = at
  if (offset === null || (memory.kind === 'user' && !memory.zeroed)) return new Unknown()
  let value = memory.contents.get(offset)
  if (value === undefined) {
    value = memory.zeroed ? (size === 8 ? 0n : 0) : new Unknown()
    memory.contents.set(offset, value)
  }
  return value
}

/** Writes to memory. */
export function store(core: Core, at: Address, size: number, value: Value, node: ts.Node): void {
  if (!checkAccess(core, at, size, node, true)) return
  if (at.offset === null) {
    at.memory.contents.clear()
    at.memory.zeroed = false
  } else {
    if (size === 8 && core.world.gpu.tables.size > 0)
      writeEntry(core, at.memory, at.memory.contents.get(at.offset), value, node)
    at.memory.contents.set(at.offset, value)
  }
}
