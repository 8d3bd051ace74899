/** Functions and methods of the Rust surface: pages, boxes, vectors, foreign pointers, guards. */

import type ts from 'typescript'
import { checkAccess } from './access.ts'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { dropAny } from './rust-drop.ts'
import { endMapping, map } from './mappings.ts'
import { mustNotBeAtomic } from './perform.ts'
import { noteReclaim, reclaimsForFs } from './shrinkers.ts'
import { SHARED_FUNCTIONS, sharedMethod } from './natives-rust-shared.ts'
import { addressOf, growBuffer, newBuffer } from './rust-buffers.ts'
import { Area, currentProcess } from './processes.ts'
import { borrowOf, Content, move, mustLive, RustValue } from './rust-values.ts'
import { Address, List, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'
import {
  borrowPhys,
  boxFromRaw,
  boxIntoRaw,
  foreign,
  fromPhys,
  fromRaw,
  giveUp,
  newOwner,
  pageOfSlice,
} from './rust-raw.ts'

const BOXES = ['KBox', 'VBox', 'KVBox']
const VECTORS = ['KVec', 'VVec', 'KVVec']

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
  if (reclaimsForFs(flags)) noteReclaim(core)
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
      maySleep(core, args[1], 'reserve', node)
      grow(core, self, first, node)
      return undefined
    case 'extend_with':
      maySleep(core, args[2], 'extend_with', node)
      grow(core, self, first, node)
      if (typeof first === 'number') content.length += first
      return undefined
    case 'extend_from_slice': {
      maySleep(core, args[1], 'extend_from_slice', node)
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
        content.capacity === null
          ? core.world.pageSize
          : Math.max(content.capacity, content.length) * content.elementBytes
      const count = Math.min(64, Math.max(1, Math.ceil(bytes / core.world.pageSize)))
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
    [new Address(page.memory, page.index * page.memory.pageSize + offset, mapping, true)],
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
    const memory = core.world.allocate('page', node, 'Page.alloc_page', core.world.pageSize)
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
  page_align: ({ world: { pageSize } }, [bytes]) =>
    typeof bytes === 'number' ? Math.ceil(bytes / pageSize) * pageSize : new Unknown(),
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
