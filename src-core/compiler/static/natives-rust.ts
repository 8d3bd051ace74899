/** Functions and methods of the Rust surface: pages, boxes, vectors, foreign pointers, guards. */

import type ts from 'typescript'
import { born, checkAccess, PAGE_SIZE } from './access.ts'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { dropOwner, isLiveOwner } from './natives-owners.ts'
import { endMapping, map } from './mappings.ts'
import { mustNotBeAtomic } from './perform.ts'
import { SHARED_FUNCTIONS, sharedMethod } from './natives-rust-shared.ts'
import { addressOf, adopt, growBuffer, newBuffer } from './rust-buffers.ts'
import { takeReference } from './pages.ts'
import { Area, currentProcess } from './processes.ts'
import { borrowOf, Content, dropRust, GivenUp, isOwner, move, mustLive, RustValue } from './rust-values.ts'
import { Address, Closure, Dict, isNull, isNullish, List, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

const BOXES = ['KBox', 'VBox', 'KVBox']
const VECTORS = ['KVec', 'VVec', 'KVVec']

function newOwner(core: Core, type: string, node: ts.Node, by: string, content = new Content()): RustValue {
  const value = new RustValue(type, core.world.allocate('owned', node, by, null), content)
  value.memory.holder = value
  return value
}

/** Gives up a box for the address of its memory: C may free it, or a box be made of it again. */
function boxIntoRaw(core: Core, [value]: readonly Value[], node: ts.Node): Value {
  if (!(value instanceof RustValue) || !mustLive(core, value, node)) return new Unknown()
  const at = addressOf(value.content)
  move(value, node)
  if (at === null) return new Unknown()
  at.memory.rustOwner = null
  at.memory.takenBack = null
  return at
}

/** A box of memory that C had, or that a box was given up for. */
function boxFromRaw(core: Core, type: string, [at]: readonly Value[], node: ts.Node): Value {
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

function vector(type: string): Readonly<Record<string, NativeFunction>> {
  return {
    [`${type}.new`]: (core, _args, node) => {
      const owner = newOwner(core, type, node, `${type}.new`)
      // Nothing is allocated before the first element.
      owner.memory.escaped = true
      return owner
    },
    [`${type}.with_capacity`]: (core, [capacity, flags, bytes], node) => {
      maySleep(core, flags, `${type}.with_capacity`, node)
      const content = new Content()
      content.capacity = typeof capacity === 'number' ? capacity : null
      content.elementBytes = typeof bytes === 'number' ? bytes : 1
      const owner = newOwner(core, type, node, `${type}.with_capacity`, content)
      const size = content.capacity === null ? null : content.capacity * content.elementBytes
      newBuffer(core, owner, size, node, `${type}.with_capacity`)
      return owner
    },
  }
}

function box(type: string): Readonly<Record<string, NativeFunction>> {
  return {
    [`${type}.new`]: (core, [value, flags], node) => {
      maySleep(core, flags, `${type}.new`, node)
      const content = new Content()
      content.items.push(move(value, node))
      const owner = newOwner(core, type, node, `${type}.new`, content)
      newBuffer(core, owner, typeof value === 'number' || typeof value === 'bigint' ? 8 : null, node, `${type}.new`)
      return owner
    },
    [`${type}.new_uninit`]: (core, [bytes, flags], node) => {
      maySleep(core, flags, `${type}.new_uninit`, node)
      const content = new Content()
      content.capacity = typeof bytes === 'number' ? bytes : null
      const owner = newOwner(core, type, node, `${type}.new_uninit`, content)
      newBuffer(core, owner, content.capacity, node, `${type}.new_uninit`)
      return owner
    },
    [`${type}.leak`]: boxIntoRaw,
    [`${type}.into_raw`]: boxIntoRaw,
    [`${type}.from_raw`]: (core, args, node) => boxFromRaw(core, type, args, node),
  }
}

/** Makes room for `more` elements; what was borrowed before dies if the vector has to grow. */
function grow(core: Core, self: RustValue, more: Value, node: ts.Node): void {
  const { content } = self
  if (typeof more !== 'number' || content.capacity === null) return
  const needed = content.length + more
  if (needed <= content.capacity) return
  content.capacity = Math.max(needed, content.capacity * 2)
  if (content.buffer !== null) {
    content.generation++
    content.movedAt = node
  }
  growBuffer(core, self, content.capacity * content.elementBytes, node)
}

/** An allocating call of the Rust surface may sleep if its flags say so. */
function maySleep(core: Core, flags: Value, name: string, node: ts.Node): void {
  if (typeof flags === 'number' && (flags & 0x400) !== 0) mustNotBeAtomic(core, name, node)
}

/** A method of a value of the Rust surface. */
export function rustMethod(core: Core, self: RustValue, name: string, args: readonly Value[], node: ts.Node): Value {
  if (!mustLive(core, self, node)) return new Unknown()
  const own = sharedMethod(core, self, name, node)
  if (own !== undefined) return own
  const { content } = self
  const [first] = args
  switch (name) {
    case 'push':
      maySleep(core, args[1], 'push', node)
      if (first instanceof RustValue && !mustLive(core, first, node)) return undefined
      if (typeof first !== 'number' && content.length === 0) {
        content.elementBytes = Math.max(8, content.elementBytes)
        if (content.buffer !== null && content.capacity !== null) {
          growBuffer(core, self, content.capacity * content.elementBytes, node)
        }
      }
      grow(core, self, 1, node)
      content.items.push(move(first, node))
      content.length++
      return undefined
    case 'reserve':
      grow(core, self, first, node)
      return undefined
    case 'extend_with':
      grow(core, self, first, node)
      if (typeof first === 'number') content.length += first
      return undefined
    case 'extend_from_slice': {
      const count = first instanceof List ? first.items.length : null
      grow(core, self, count, node)
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
    case 'mmget_not_zero':
      return addressSpace(core, [], node)
    case 'vma_lookup':
      return borrowOf(self, 'VmaRef')
    case 'as_mixedmap_vma':
      return borrowOf(self, 'VmaMixedMap')
    case 'with_page_mapped':
    case 'with_pointer_into_page':
      return withMapped(core, self, args, node)
    case 'read_raw':
    case 'write_raw': {
      const length = args[2]
      if (first instanceof Address)
        checkAccess(core, first, typeof length === 'number' ? length : null, node, name === 'read_raw')
      return undefined
    }
    case 'as_slice':
      return borrowOf(self, 'Slice')
    case 'set': {
      const old = typeof first === 'number' ? content.items[first] : undefined
      if (old !== undefined) dropAny(core, old, node)
      if (typeof first === 'number' && first < content.items.length) content.items[first] = move(args[1], node)
      return undefined
    }
    case 'truncate':
    case 'clear': {
      const keep = name === 'clear' ? 0 : first
      if (typeof keep !== 'number') return undefined
      for (const item of content.items.splice(keep)) dropAny(core, item, node)
      content.length = Math.min(content.length, keep)
      return undefined
    }
    case 'len':
      return content.capacity !== null && BOXES.includes(self.type) ? content.capacity : content.length
    case 'capacity':
      return content.capacity ?? new Unknown()
    case 'as_ptr':
    case 'as_mut_ptr':
      return content.page ?? addressOf(content) ?? new Unknown()
    default:
      return new Unknown()
  }
}

/** Calls a function with the page mapped for it. */
function withMapped(core: Core, { content }: RustValue, args: readonly Value[], node: ts.Node): Value {
  const run = args.at(-1)
  const { page } = content
  if (page === null) return core.call(run, undefined, [new Unknown()], node)
  const offset = args.length > 1 && typeof args[0] === 'number' ? args[0] : 0
  const mapping = map(core, node, { kind: 'kmap', by: 'kmap_local_page', memory: page.memory, page: page.index })
  const result = core.call(
    run,
    undefined,
    [new Address(page.memory, page.index * PAGE_SIZE + offset, mapping, true)],
    node,
  )
  endMapping(core, mapping, node, 'kunmap_local')
  return result
}

/** A field of a value of the Rust surface: `box.value`. Null if it is a method. */
export function rustField(core: Core, self: RustValue, name: string, node: ts.Node): Value {
  const { target } = self.content
  if (target !== null && (target.fields.has(name) || name !== 'clone'))
    return mustLive(core, self, node) ? core.member(target, name, node) : new Unknown()
  if (name !== 'value') return null
  return mustLive(core, self, node) ? (self.content.items[0] ?? new Unknown()) : new Unknown()
}

export function setRustField(core: Core, self: RustValue, name: string, value: Value, node: ts.Node): void {
  if (self.content.target !== null) core.setMember(self.content.target, name, value, node)
  if (name !== 'value' || !mustLive(core, self, node)) return
  const old = self.content.items[0]
  self.content.items[0] = move(value, node)
  if (old !== undefined) dropAny(core, old, node)
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
  if (value instanceof Dict && value.owner === null && !value.fields.has('@@dispose')) {
    // What owns nothing itself has the owners in its fields dropped.
    for (const field of value.fields.values()) if (isOwner(field)) dropAny(core, field, node)
    return false
  }
  if (!(value instanceof Dict) || !isLiveOwner(value)) return false
  dropOwner(core, value, node, 'drop', (inner) => dropAny(core, inner, node))
  return true
}

/** A handle of an address space: nobody misses it at the end. */
const addressSpace: NativeFunction = (core, _args, node) => {
  const mm = newOwner(core, 'MmWithUser', node, 'Mm.current')
  mm.memory.escaped = true
  return mm
}

export const RUST_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  ...SHARED_FUNCTIONS,
  ...Object.fromEntries([...BOXES, ...VECTORS].flatMap((type) => Object.entries(foreign(type)))),
  ...Object.fromEntries(BOXES.flatMap((type) => Object.entries(box(type)))),
  ...Object.fromEntries(VECTORS.flatMap((type) => Object.entries(vector(type)))),
  ...foreign(null),
  ...foreign('Owned'),
  'VmallocPageIter.new': (core, [at], node) => {
    if (at instanceof Address && at.memory.kind !== 'vmalloc' && at.memory.kind !== 'kv')
      core.world.raise('unsafe-contract', node, 'the pages of memory that is no vmalloc area cannot be iterated', {
        memory: at.memory,
      })
    return new Unknown()
  },
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
  'Mm.current': addressSpace,
  'Mm.grab': addressSpace,
  'MmWithUser.current': addressSpace,
  'MmWithUser.from_raw': addressSpace,
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
