/**
 * Values of the Rust surface: owners, borrows, and pointers that an owner was given up for. An owner is one handle of
 * memory; a move gives the memory to another handle and leaves the old one dead. A borrow is good for as long as its
 * owner lives and does not move its content.
 */

import type ts from 'typescript'
import { born } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import { dropReference } from './pages.ts'
import { TaskEnd } from './signals.ts'
import { freeBuffer } from './rust-buffers.ts'
import { Dict, Thing } from './values.ts'
import type { Address, DmaAddress, PageRef, Value } from './values.ts'

/** What an owner holds; shared by its handles. */
export class Content {
  readonly items: Value[] = []
  length = 0
  /** Elements that fit; null if not known. */
  capacity: number | null = 0
  elementBytes = 1
  /** Counts moves of the buffer: a growing vector moves. */
  generation = 0
  movedAt: ts.Node | null = null
  /** The C page that it owns. */
  page: PageRef | null = null
  /** Memory of a box or vector. */
  buffer: Memory | null = null
  /** What a counted reference refers to. */
  target: Dict | null = null
  /** Coherent memory of a device. */
  coherent: { readonly at: Address; readonly handle: DmaAddress | null } | null = null
  /** What its end does, if it is no box, vector or page. */
  ends: ((node: ts.Node) => void) | null = null
}

/** An owner or a borrow of the Rust surface. */
export class RustValue extends Thing {
  moved: ts.Node | null = null

  constructor(
    /** Name of the type. */
    readonly type: string,
    readonly memory: Memory,
    readonly content: Content = new Content(),
    /** What it is borrowed from, and which code says so when that is gone. */
    readonly borrow: { readonly of: RustValue; readonly generation: number; readonly code: string } | null = null,
  ) {
    super()
  }
}

/** A raw pointer or physical address that an owner was given up for. */
export class GivenUp extends Thing {
  taken: ts.Node | null = null
  readonly borrows: RustValue[] = []

  constructor(
    readonly owner: RustValue,
    readonly by: string,
  ) {
    super()
  }
}

/** True for a live owner, of either form. */
export function isOwner(value: Value): value is RustValue | Dict {
  if (value instanceof RustValue) return value.borrow === null && value.moved === null && value.memory.freed === null
  return value instanceof Dict && value.owner !== null && value.owner.freed === null
}

/** Moves an owner to a new handle; the old one is dead. */
export function move(value: Value, node: ts.Node): Value {
  if (!(value instanceof RustValue) || value.borrow !== null) return value
  const moved = new RustValue(value.type, value.memory, value.content)
  value.moved = node
  return moved
}

/** False, with a finding, if a borrow may not be used any more; a dead name ends the task. */
export function mustLive(core: Core, value: RustValue, node: ts.Node): boolean {
  const { borrow, memory } = value
  if (borrow !== null) return borrowLives(core, value, borrow, node)
  const end = value.moved ?? memory.freed?.node
  if (end === undefined) return true
  core.world.raise('use-after-move', node, `the ${value.type} was moved or dropped before`, {
    memory,
    notes: [...born(memory), { text: 'moved or dropped here', node: end }],
  })
  throw new TaskEnd()
}

function borrowLives(
  core: Core,
  value: RustValue,
  { of, generation, code }: NonNullable<RustValue['borrow']>,
  node: ts.Node,
): boolean {
  const { content, memory } = of
  const gone = memory.freed?.node ?? of.moved ?? (content.generation === generation ? undefined : content.movedAt)
  if (gone === undefined || gone === null) return of.borrow === null || borrowLives(core, of, of.borrow, node)
  const raised = code === 'foreign-ownable-misuse' ? gone : node
  core.world.raise(
    code,
    raised,
    `the ${value.type} is borrowed from a ${of.type} that is gone or has moved its content`,
    {
      memory,
      notes: [...born(memory), { text: 'gone or moved here', node: gone }],
    },
  )
  return false
}

/** A borrow of an owner as it is now. */
export function borrowOf(
  of: RustValue,
  type: string,
  code = 'borrow-outlives-owner',
  page: PageRef | null = null,
): RustValue {
  const content = new Content()
  content.page = page
  return new RustValue(type, of.memory, type === of.type ? of.content : content, {
    of,
    generation: of.content.generation,
    code,
  })
}

/** The end of an owner: its elements go, then what it stands for. */
export function dropRust(core: Core, value: RustValue, node: ts.Node, dropInner: (value: Value) => void): void {
  if (value.borrow !== null || value.moved !== null || value.memory.freed !== null) return
  value.memory.freed = core.world.ending(node, 'drop')
  const { ends } = value.content
  if (ends !== null) ends(node)
  for (const item of value.content.items) dropInner(item)
  freeBuffer(core, value, node)
  const { page } = value.content
  // A reference on a page of other memory is dropped whether or not that was freed meanwhile.
  if (page !== null && (page.memory.freed === null || page.memory.kind !== 'page')) {
    page.memory.rustOwner = null
    dropReference(core, page, node, 'put_page')
  }
}
