/** Owners of the Rust surface given up for a pointer, and taken back: into_raw, into_phys, into_foreign. */

import type ts from 'typescript'
import { born } from './access.ts'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { dropOwner, isLiveOwner } from './natives-owners.ts'
import { addressOf, adopt } from './rust-buffers.ts'
import { takeReference } from './pages.ts'
import { borrowOf, Content, GivenUp, move, mustLive, RustValue } from './rust-values.ts'
import { Address, Closure, Dict, isNull, isNullish, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'
import { dropAny } from './rust-drop.ts'

export function newOwner(core: Core, type: string, node: ts.Node, by: string, content = new Content()): RustValue {
  const value = new RustValue(type, core.world.allocate('owned', node, by, null), content)
  value.memory.holder = value
  return value
}

/** Gives up a box for the address of its memory: C may free it, or a box be made of it again. */
export function boxIntoRaw(core: Core, [value]: readonly Value[], node: ts.Node): Value {
  if (!(value instanceof RustValue) || !mustLive(core, value, node)) return new Unknown()
  const at = addressOf(value.content)
  move(value, node)
  if (at === null) return new Unknown()
  at.memory.rustOwner = null
  at.memory.takenBack = null
  return at
}

/** A box of memory that C had, or that a box was given up for. */
export function boxFromRaw(core: Core, type: string, [at]: readonly Value[], node: ts.Node): Value {
  if (!(at instanceof Address)) return new Unknown()
  const { memory } = at
  const notes = memory.takenBack === null ? born(memory) : [{ text: 'taken back first here', node: memory.takenBack }]
  if (memory.takenBack !== null || (memory.rustOwner !== null && memory.rustOwner.freed === null)) {
    core.world.raise('two-owners', node, 'the memory has an owner already: it would have two', { memory, notes })
    return new Unknown()
  }
  memory.takenBack = node
  const box = newOwner(core, type, node, `${type}.from_raw`)
  adopt(box, memory)
  const kept = memory.content
  if (kept instanceof Content) for (const item of kept.items) box.content.items.push(item)
  box.content.capacity = memory.size
  return box
}

/** Gives up an owner for a pointer. */
export function giveUp(core: Core, value: Value, node: ts.Node, by: string): Value {
  if (value instanceof RustValue) {
    if (!mustLive(core, value, node)) return new Unknown()
    const { page } = value.content
    if (page !== null && by === 'Owned.into_raw') {
      // The C page itself: its reference is the caller's now.
      value.memory.freed = core.world.ending(node, by)
      page.memory.rustOwner = null
      page.memory.handedOver = false
      return page
    }
    return new GivenUp(move(value, node) as RustValue, by)
  }
  if (!(value instanceof Dict) || value.owner === null) return value
  const { owner } = value
  if (by === 'into_foreign') {
    const content = new Content()
    content.target = value
    content.ends = (at) => {
      value.owner = owner
      dropOwner(core, value, at, 'drop', (inner) => dropAny(core, inner, at))
    }
    value.owner = null
    return new GivenUp(new RustValue('Owned', owner, content), by)
  }
  owner.freed ??= core.world.ending(node, by)
  value.owner = null
  return value
}

/** Takes an owner back from a pointer: once. */
function takeBack(core: Core, raw: Value, node: ts.Node, code: string, type: string | null): Value {
  if (code === 'foreign-ownable-misuse' && (isNullish(raw) || raw instanceof Address)) {
    core.world.raise(code, node, 'the pointer does not come from into_foreign()', {
      memory: raw instanceof Address ? raw.memory : null,
    })
    return new Unknown()
  }
  if (!(raw instanceof GivenUp)) return new Unknown()
  const { owner, taken } = raw
  const notes = taken === null ? [] : [{ text: 'taken back first here', node: taken }]
  if (taken !== null) {
    core.world.raise(code, node, 'it was taken back before: now it would have two owners', {
      memory: owner.memory,
      notes,
    })
    return new Unknown()
  }
  if (type !== null && type !== owner.type && code === 'foreign-ownable-misuse') {
    core.world.raise(code, node, `it was given up as a ${owner.type} and is taken back as a ${type}`, {
      memory: owner.memory,
    })
  }
  raw.taken = node
  for (const borrow of raw.borrows) borrow.borrow!.of.content.movedAt = node
  if (raw.borrows.length > 0) owner.content.generation++
  return new RustValue(owner.type, owner.memory, owner.content)
}

export function fromRaw(core: Core, [value]: readonly Value[], node: ts.Node): Value {
  if (value instanceof GivenUp) return takeBack(core, value, node, 'two-owners', null)
  if (value instanceof PageRef) return ownPage(core, value, node)
  if (!(value instanceof Dict)) return value ?? new Unknown()
  if (isLiveOwner(value)) {
    core.world.raise('two-owners', node, 'the value has an owner already: it would be released twice', {
      memory: value.owner,
      notes: [{ text: 'its owner begins here', node: value.owner!.node }],
    })
    return value
  }
  if (value.cls !== null && !(core.member(value.cls, 'release', node) instanceof Closure)) {
    core.world.raise('unsafe-contract', node, 'the type has no static release(self): dropping the owner frees nothing')
  }
  value.owner = core.world.allocate('owned', node, 'Owned.from_raw', null)
  value.owner.holder = value
  return value
}

function ownPage(core: Core, page: PageRef, node: ts.Node): RustValue {
  const content = new Content()
  const known = page.memory.rustOwner
  if (known !== null && known.freed === null) {
    core.world.raise('two-owners', node, 'the page has an owner already: it would have two', {
      memory: known,
      notes: [{ text: 'its owner begins here', node: known.node }],
    })
    known.blamed = true
  } else if (page.memory.kind === 'page') {
    content.page = page
    page.memory.handedOver = true
  } else {
    core.world.raise(
      'two-owners',
      node,
      `the page belongs to the memory of \`${page.memory.by}()\`: it would have two owners`,
      {
        memory: page.memory,
      },
    )
  }
  const owner = newOwner(core, 'Page', node, 'Owned.from_raw', content)
  if (content.page === null) owner.memory.blamed = true
  else page.memory.rustOwner = owner.memory
  return owner
}

/** The v3 patch: a Page that is one more reference on the page of memory that exists already. */
export const pageOfSlice: NativeFunction = (core, [at], node) => {
  if (!(at instanceof Address)) return new Unknown()
  const content = new Content()
  content.page = new PageRef(at.memory, Math.floor((at.offset ?? 0) / at.memory.pageSize))
  takeReference(core, content.page, node)
  return newOwner(core, 'Page', node, 'Page.page_slice_to_page', content)
}

export function fromPhys(core: Core, [phys]: readonly Value[], node: ts.Node): Value {
  if (phys instanceof GivenUp) return takeBack(core, phys, node, 'pt-double-take', null)
  if (!(phys instanceof Numbered)) return new Unknown()
  core.world.raise('pt-double-take', node, 'nobody gave this page up with into_phys(): it has an owner', {
    memory: phys.of.memory,
  })
  return new Unknown()
}

export const borrowPhys: NativeFunction = (_core, [phys]) => {
  if (phys instanceof GivenUp) return borrowOf(phys.owner, 'Page', 'pt-borrow-outlives')
  return new Unknown()
}

export const foreign = (type: string | null): Readonly<Record<string, NativeFunction>> => {
  const name = type ?? 'ForeignOwnable'
  const take: NativeFunction = (core, [raw], node) => takeBack(core, raw, node, 'foreign-ownable-misuse', type)
  const borrowed: NativeFunction = (core, [raw], node) => {
    if (!(raw instanceof GivenUp)) return new Unknown()
    const { taken, owner } = raw
    if (taken !== null) {
      const notes = [{ text: 'taken back here', node: taken }]
      core.world.raise('foreign-ownable-misuse', node, 'it is borrowed after it was taken back', {
        memory: owner.memory,
        notes,
      })
      return new Unknown()
    }
    const borrow = borrowOf(owner, owner.type, 'foreign-ownable-misuse')
    raw.borrows.push(borrow)
    return borrow
  }
  return {
    [`${name}.into_foreign`]: (core, [value], node) => giveUp(core, value, node, 'into_foreign'),
    [`${name}.from_foreign`]: take,
    [`${name}.try_from_foreign`]: (core, args, node) => (isNull(args[0]) ? null : take(core, args, node)),
    [`${name}.borrow`]: borrowed,
    [`${name}.borrow_mut`]: borrowed,
  }
}
