/** Counted references, guards, tables and coherent memory of the Rust surface. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import { allocCoherent, freeCoherent } from './natives-dma.ts'
import { waitForReaders } from './natives-locks.ts'
import type { NativeFunction } from './natives-memory.ts'
import { map } from './mappings.ts'
import type { Mapping } from './memory.ts'
import { Content, move, mustLive, RustValue } from './rust-values.ts'
import { Address, Closure, Dict, DmaAddress, List, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** A value with an end of its own. */
function ownerWith(
  core: Core,
  type: string,
  node: ts.Node,
  by: string,
  ends: (node: ts.Node) => void,
  content = new Content(),
): RustValue {
  content.ends = ends
  const value = new RustValue(type, core.world.allocate('owned', node, by, null), content)
  value.memory.holder = value
  return value
}

// ---- ARef

function countFunction(core: Core, target: Dict, name: string, node: ts.Node): void {
  const counts = target.cls === null ? undefined : core.member(target.cls, name, node)
  if (counts instanceof Closure) core.call(counts, target.cls, [target], node)
}

/** A counted reference to an object of the program. */
function counted(core: Core, target: Dict, node: ts.Node, by: string): RustValue {
  const content = new Content()
  content.target = target
  return ownerWith(core, 'ARef', node, by, (at) => countFunction(core, target, 'dec_ref', at), content)
}

/** The object that a reference, or a value of the program, is. */
function targetOf(value: Value): Dict | null {
  if (value instanceof RustValue) return value.content.target
  return value instanceof Dict ? value : null
}

const cloneReference: NativeFunction = (core, [value], node) => {
  if (value instanceof RustValue && !mustLive(core, value, node)) return new Unknown()
  const target = targetOf(value)
  if (target === null) return new Unknown()
  countFunction(core, target, 'inc_ref', node)
  return counted(core, target, node, 'ARef.clone')
}

/** Increments that into_raw() handed out. */
const handedOut = new WeakMap<Dict, number>()

const adoptReference: NativeFunction = (core, [value], node) => {
  if (!(value instanceof Dict)) return new Unknown()
  const spare = handedOut.get(value) ?? 0
  const live = core.world.memories.find(
    ({ holder, freed, kind }) =>
      kind === 'owned' && freed === null && holder instanceof RustValue && holder.content.target === value,
  )
  if (live !== undefined && spare === 0) {
    core.world.raise('two-owners', node, 'the increment has an owner already: it would be dropped twice', {
      memory: live,
      notes: [{ text: 'its owner begins here', node: live.node }],
    })
    return new Unknown()
  }
  handedOut.set(value, Math.max(0, spare - 1))
  return counted(core, value, node, 'ARef.from_raw')
}

const giveReference: NativeFunction = (core, [value], node) => {
  if (!(value instanceof RustValue) || value.content.target === null || !mustLive(core, value, node))
    return new Unknown()
  move(value, node)
  value.memory.freed = core.world.ending(node, 'ARef.into_raw')
  handedOut.set(value.content.target, (handedOut.get(value.content.target) ?? 0) + 1)
  return value.content.target
}

const intoShared: NativeFunction = (core, [value], node) => {
  if (!(value instanceof Dict) || value.owner === null) return new Unknown()
  value.owner.freed = core.world.ending(node, 'into_shared')
  value.owner = null
  return counted(core, value, node, 'Owned.into_shared')
}

// ---- guards

const readLock: NativeFunction = (core, _args, node) => {
  const { world } = core
  const open = world.rcuReaders.get(world.task)
  if (open === undefined) world.rcuReaders.set(world.task, [node])
  else open.push(node)
  const guard = ownerWith(core, 'Guard', node, 'rcu.read_lock', () => world.rcuReaders.get(world.task)?.pop())
  guard.memory.escaped = true
  return guard
}

// ---- tables

/** Pages moved into a table: mapped for a device, and given back by the table's end. */
const newTable: NativeFunction = (core, [device, pages, direction], node) => {
  if (!(pages instanceof RustValue) || !mustLive(core, pages, node)) return new Unknown()
  const { buffer } = pages.content
  const content = new Content()
  let mapping: Mapping | null = null
  const table = ownerWith(
    core,
    'SGTable',
    node,
    'SGTable.new',
    (at) => {
      if (mapping !== null) mapping.ended = core.world.ending(at, 'drop')
    },
    content,
  )
  content.items.push(move(pages, node))
  if (buffer !== null) {
    mapping = map(core, node, { kind: 'sg', by: 'SGTable.new', memory: buffer, size: buffer.size, direction, device })
    mapping.checked = true
  }
  return table
}

// ---- coherent memory

function coherent(type: string, name: string): NativeFunction {
  return (core, args, node) => {
    const [device] = args
    const many = name === 'zeroed_slice' || name === 'alloc_coherent'
    const count = many ? args[1] : 1
    const size = args[many ? 3 : 2]
    const bytes = typeof count === 'number' ? count * (typeof size === 'number' ? size : 8) : undefined
    const handles = new List([])
    const asserted = core.asserted
    core.asserted = true
    const at = allocCoherent(core, [device, bytes, handles], node)
    core.asserted = asserted
    if (!(at instanceof Address)) return new Unknown()
    const content = new Content()
    const ends = (end: ts.Node): void => {
      at.memory.rustOwner = null
      freeCoherent(core, [device, at.memory.size ?? undefined, at, handles.items[0]], end)
    }
    const value = ownerWith(core, type, node, `${type}.${name}`, ends, content)
    value.memory.escaped = true
    at.memory.rustOwner = value.memory
    content.coherent = { at, handle: handles.items[0] instanceof DmaAddress ? handles.items[0] : null }
    return value
  }
}

/** A method of a value that this file makes; undefined if it is none of those. */
export function sharedMethod(core: Core, self: RustValue, name: string, node: ts.Node): Value {
  const { content, type } = self
  if (type === 'ARef' && name === 'clone') return cloneReference(core, [self], node)
  if (content.coherent === null) return undefined
  if (['as_ptr', 'as_slice', 'as_ref', 'as_mut'].includes(name)) return content.coherent.at
  if (name === 'dma_handle') return content.coherent.handle ?? new Unknown()
  if (name !== 'into') return undefined
  const published = new RustValue('Coherent', self.memory, content)
  self.moved = node
  return published
}

export const SHARED_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  'ARef.from': cloneReference,
  'ARef.clone': cloneReference,
  'ARef.from_raw': adoptReference,
  'ARef.into_raw': giveReference,
  'Owned.into_shared': intoShared,
  'OwnableRefCounted.into_shared': intoShared,
  read_lock: readLock,
  'rcu.read_lock': readLock,
  'rcu.synchronize_rcu': waitForReaders('rcu.synchronize_rcu'),
  'SGTable.new': newTable,
  'Coherent.zeroed': coherent('Coherent', 'zeroed'),
  'Coherent.zeroed_slice': coherent('Coherent', 'zeroed_slice'),
  'CoherentBox.zeroed': coherent('CoherentBox', 'zeroed'),
  'CoherentBox.zeroed_slice': coherent('CoherentBox', 'zeroed_slice'),
  'CoherentAllocation.alloc_coherent': coherent('CoherentAllocation', 'alloc_coherent'),
}
