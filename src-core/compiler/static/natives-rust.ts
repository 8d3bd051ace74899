/** Functions and methods of the Rust surface: pages, boxes, vectors, foreign pointers, guards. */

import type ts from 'typescript'
import { PAGE_SIZE } from './access.ts'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { dropOwner, isLiveOwner } from './natives-owners.ts'
import { takeReference } from './pages.ts'
import { Area, currentProcess } from './processes.ts'
import { borrowOf, Content, dropRust, GivenUp, move, mustLive, RustValue } from './rust-values.ts'
import { Address, Closure, Dict, isNull, List, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

const BOXES = ['KBox', 'VBox', 'KVBox']
const VECTORS = ['KVec', 'VVec', 'KVVec']

function newOwner(core: Core, type: string, node: ts.Node, by: string, content = new Content()): RustValue {
  return new RustValue(type, core.world.allocate('owned', node, by, null), content)
}

/** Gives up an owner for a pointer. */
function giveUp(core: Core, value: Value, node: ts.Node, by: string): Value {
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
  if (value instanceof Dict && value.owner !== null) {
    value.owner.freed ??= core.world.ending(node, by)
    value.owner = null
  }
  return value
}

/** Takes an owner back from a pointer: once. */
function takeBack(core: Core, raw: Value, node: ts.Node, code: string, type: string | null): Value {
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

function fromRaw(core: Core, [value]: readonly Value[], node: ts.Node): Value {
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
  return value
}

function ownPage(core: Core, page: PageRef, node: ts.Node): RustValue {
  const content = new Content()
  if (page.memory.kind === 'page') {
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
  return owner
}

/** The v3 patch: a Page that is one more reference on the page of memory that exists already. */
const pageOfSlice: NativeFunction = (core, [at], node) => {
  if (!(at instanceof Address)) return new Unknown()
  const content = new Content()
  content.page = new PageRef(at.memory, Math.floor((at.offset ?? 0) / PAGE_SIZE))
  takeReference(core, content.page, node)
  return newOwner(core, 'Page', node, 'Page.page_slice_to_page', content)
}

function fromPhys(core: Core, [phys]: readonly Value[], node: ts.Node): Value {
  if (phys instanceof GivenUp) return takeBack(core, phys, node, 'pt-double-take', null)
  if (!(phys instanceof Numbered)) return new Unknown()
  core.world.raise('pt-double-take', node, 'nobody gave this page up with into_phys(): it has an owner', {
    memory: phys.of.memory,
  })
  return new Unknown()
}

const borrowPhys: NativeFunction = (_core, [phys]) => {
  if (phys instanceof GivenUp) return borrowOf(phys.owner, 'Page', 'pt-borrow-outlives')
  return new Unknown()
}

const foreign = (type: string | null): Readonly<Record<string, NativeFunction>> => {
  const name = type ?? 'ForeignOwnable'
  const take: NativeFunction = (core, [raw], node) =>
    isNull(raw) ? null : takeBack(core, raw, node, 'foreign-ownable-misuse', type)
  return {
    [`${name}.into_foreign`]: (core, [value], node) => giveUp(core, value, node, 'into_foreign'),
    [`${name}.from_foreign`]: take,
    [`${name}.try_from_foreign`]: take,
    [`${name}.borrow`]: (_core, [raw]) => {
      if (!(raw instanceof GivenUp)) return new Unknown()
      const borrow = borrowOf(raw.owner, raw.owner.type, 'foreign-ownable-misuse')
      raw.borrows.push(borrow)
      return borrow
    },
  }
}

function vector(type: string): Readonly<Record<string, NativeFunction>> {
  return {
    [`${type}.new`]: (core, _args, node) => newOwner(core, type, node, `${type}.new`),
    [`${type}.with_capacity`]: (core, [capacity, , bytes], node) => {
      const content = new Content()
      content.capacity = typeof capacity === 'number' ? capacity : null
      content.elementBytes = typeof bytes === 'number' ? bytes : 1
      return newOwner(core, type, node, `${type}.with_capacity`, content)
    },
  }
}

function box(type: string): Readonly<Record<string, NativeFunction>> {
  return {
    [`${type}.new`]: (core, [value], node) => {
      const content = new Content()
      content.items.push(move(value, node))
      return newOwner(core, type, node, `${type}.new`, content)
    },
    [`${type}.new_uninit`]: (core, [bytes], node) => {
      const content = new Content()
      content.capacity = typeof bytes === 'number' ? bytes : null
      return newOwner(core, type, node, `${type}.new_uninit`, content)
    },
    [`${type}.leak`]: (_core, [value]) => {
      if (value instanceof RustValue) value.memory.escaped = true
      return new Unknown()
    },
  }
}

const rawPair = (type: string): Readonly<Record<string, NativeFunction>> => ({
  [`${type}.into_raw`]: (core, [value], node) => giveUp(core, value, node, 'into_raw'),
  [`${type}.from_raw`]: (core, [raw], node) => takeBack(core, raw, node, 'two-owners', null),
})

/** Makes room for `more` elements; what was borrowed before dies if the buffer moves. */
function grow(content: Content, more: Value, node: ts.Node): void {
  if (typeof more !== 'number' || content.capacity === null) return
  const needed = content.length + more
  if (needed <= content.capacity) return
  content.capacity = Math.max(needed, content.capacity * 2, 4)
  content.generation++
  content.movedAt = node
}

/** A method of a value of the Rust surface. */
export function rustMethod(core: Core, self: RustValue, name: string, args: readonly Value[], node: ts.Node): Value {
  if (!mustLive(core, self, node)) return new Unknown()
  const { content } = self
  const [first] = args
  switch (name) {
    case 'push':
      grow(content, 1, node)
      content.items.push(move(first, node))
      content.length++
      return undefined
    case 'reserve':
      grow(content, first, node)
      return undefined
    case 'extend_with':
      grow(content, first, node)
      if (typeof first === 'number') content.length += first
      return undefined
    case 'extend_from_slice': {
      const count = first instanceof List ? first.items.length : null
      grow(content, count, node)
      content.length += count ?? 0
      return undefined
    }
    case 'set_len':
      if (typeof first === 'number' && content.capacity !== null && first > content.capacity) {
        core.world.raise('unsafe-contract', node, `set_len(${first}) is beyond the capacity of ${content.capacity}`, {
          memory: self.memory,
        })
      }
      if (typeof first === 'number') content.length = first
      return undefined
    case 'get': {
      const item = typeof first === 'number' ? content.items[first] : undefined
      return item instanceof RustValue ? borrowOf(item, item.type) : (item ?? new Unknown())
    }
    case 'pop':
      content.length = Math.max(0, content.length - 1)
      return content.items.pop() ?? new Unknown()
    case 'page_iter': {
      const bytes =
        content.capacity === null ? PAGE_SIZE : Math.max(content.capacity, content.length) * content.elementBytes
      const count = Math.min(64, Math.max(1, Math.ceil(bytes / PAGE_SIZE)))
      return new List(Array.from({ length: count }, () => borrowOf(self, 'BorrowedPage')))
    }
    case 'mmap_read_lock':
    case 'mmap_write_lock':
    case 'lock_vma_under_rcu': {
      const guard = newOwner(core, 'MmapGuard', node, name)
      guard.memory.escaped = true
      return guard
    }
    case 'vma_lookup':
      return borrowOf(self, 'VmaRef')
    case 'as_mixedmap_vma':
      return borrowOf(self, 'VmaMixedMap')
    case 'as_ptr':
      return content.page ?? new Unknown()
    default:
      return new Unknown()
  }
}

/** A field of a value of the Rust surface: `box.value`. Null if it is a method. */
export function rustField(core: Core, self: RustValue, name: string, node: ts.Node): Value {
  if (name !== 'value') return null
  return mustLive(core, self, node) ? (self.content.items[0] ?? new Unknown()) : new Unknown()
}

export function setRustField(core: Core, self: RustValue, name: string, value: Value, node: ts.Node): void {
  if (name === 'value' && mustLive(core, self, node)) self.content.items[0] = value
}

/** Drops a value of either form. */
export function dropAny(core: Core, value: Value, node: ts.Node): boolean {
  if (value instanceof RustValue) {
    if (value.borrow === null && value.moved !== null) return true
    dropRust(core, value, node, (inner) => dropAny(core, inner, node))
    return true
  }
  if (value instanceof List) {
    for (const item of value.items) dropAny(core, item, node)
    return true
  }
  if (!(value instanceof Dict) || !isLiveOwner(value)) return false
  dropOwner(core, value, node, 'drop', (inner) => dropAny(core, inner, node))
  return true
}

export const RUST_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  ...Object.fromEntries(
    [...BOXES, ...VECTORS].flatMap((type) => Object.entries({ ...foreign(type), ...rawPair(type) })),
  ),
  ...Object.fromEntries(BOXES.flatMap((type) => Object.entries(box(type)))),
  ...Object.fromEntries(VECTORS.flatMap((type) => Object.entries(vector(type)))),
  ...foreign(null),
  'Owned.from_raw': fromRaw,
  'Owned.into_raw': (core, [value], node) => giveUp(core, value, node, 'Owned.into_raw'),
  'Page.alloc_page': (core, _args, node) => {
    const content = new Content()
    const memory = core.world.allocate('page', node, 'Page.alloc_page', PAGE_SIZE)
    memory.handedOver = true
    content.page = new PageRef(memory, 0)
    const owner = newOwner(core, 'Page', node, 'Page.alloc_page', content)
    memory.rustOwner = owner.memory
    return owner
  },
  'Page.page_slice_to_page': pageOfSlice,
  'Page.into_phys': (core, [page], node) => giveUp(core, page, node, 'into_phys'),
  'Page.from_phys': fromPhys,
  'Page.borrow_phys': borrowPhys,
  into_phys: (core, [page], node) => giveUp(core, page, node, 'into_phys'),
  from_phys: fromPhys,
  borrow_phys: borrowPhys,
  page_align: (_core, [bytes]) =>
    typeof bytes === 'number' ? Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE : new Unknown(),
  'Mm.current': (core, _args, node) => {
    const mm = newOwner(core, 'MmWithUser', node, 'Mm.current')
    mm.memory.escaped = true
    return mm
  },
  'VmaRef.from_raw': (core, [area], node) => {
    if (!(area instanceof Area)) return new Unknown()
    const { lock } = area.process.mm
    if (area.process === currentProcess(core) && !core.world.locks().some((held) => held.lock === lock)) {
      core.world.raise('unsafe-contract', node, 'the area is borrowed without the mmap lock of its address space')
    }
    return new Unknown()
  },
  drop: (core, [value], node) => {
    core.drop(value, node)
    return undefined
  },
}
