/** Structs in memory, cells, counters, errors: linux/types, linux/compiler, linux/refcount, linux/atomic. */

import type ts from 'typescript'
import { fieldAlign, structSize, wordSize, type KnownStruct } from '../../trace/abi.ts'
import { load, store } from './access.ts'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { noteTouch, publishTouches } from './races.ts'
import { PathEnd, TaskEnd } from './signals.ts'
import { Address, Dict, isNull, isThing, KernelObject, Layout, Lock, Native, Unknown, View } from './values.ts'
import type { Value } from './values.ts'

/** Bytes of the types of fields that are the same on every machine. */
const NUMBERS: Readonly<Record<string, number>> = { u8: 1, bool: 1, u16: 2, u32: 4, int: 4, u64: 8, refcount_t: 4 }
/** Kernel objects embedded in a struct. */
const OBJECTS: Readonly<Record<string, KnownStruct>> = {
  atomic_t: 'atomic_t',
  kref: 'atomic_t',
  spinlock_t: 'spinlock_t',
  mutex: 'struct mutex',
  rw_semaphore: 'struct rw_semaphore',
  completion: 'struct completion',
  wait_queue_head_t: 'wait_queue_head_t',
  rcu_head: 'struct rcu_head',
  work_struct: 'struct work_struct',
  delayed_work: 'struct delayed_work',
  list_head: 'struct list_head',
  scatterlist: 'struct scatterlist',
  sg_table: 'struct sg_table',
}

const SCALARS = ['u8', 'bool', 'u16', 'u32', 'int', 'u64', 'ulong', 'size_t', 'ptr']

/** Bytes of a type of this machine; what is not known here is taken for a pointer. */
function sizeOf({ world }: Core, spec: Value): number {
  if (spec instanceof Layout) return spec.size
  const name = spec instanceof Native ? spec.name : ''
  const object = OBJECTS[name]
  return object === undefined ? (NUMBERS[name] ?? wordSize(world)) : structSize(world, object)
}

function makeLayout(core: Core, name: Value, fields: Value): Layout {
  const layout = new Layout(String(name))
  if (!(fields instanceof Dict)) return layout
  let at = 0
  let widest = 1
  for (const [field, spec] of fields.fields) {
    const size = sizeOf(core, spec)
    const align = fieldAlign(core.world, size)
    widest = Math.max(widest, align)
    at = Math.ceil(at / align) * align
    layout.offsets.set(field, at)
    layout.specs.set(field, spec)
    at += size
  }
  layout.size = Math.ceil(at / widest) * widest
  return layout
}

/** Reads a field of a struct in memory. */
export function readField(core: Core, view: View, name: string, node: ts.Node): Value {
  const { address, layout } = view
  if (name === 'ptr') return address
  const offset = layout.offsets.get(name)
  const spec = layout.specs.get(name)
  if (offset === undefined) {
    // Of a struct that is not seen: it may be a list node or a work_struct, which go where the memory then is.
    core.escape(address)
    return new Unknown()
  }
  const at = address.at(offset)
  if (spec instanceof Layout) return new View(at, spec)
  const kind = spec instanceof Native ? spec.name : ''
  if (!SCALARS.includes(kind)) {
    const { contents } = address.memory
    const key = (at.offset ?? offset) + 0.5
    let object = contents.get(key)
    if (object === undefined) contents.set(key, (object = newObject(kind, at)))
    return object
  }
  const value = load(core, at, sizeOf(core, spec ?? null), node)
  if (kind === 'ptr' && value === 0n) return null
  if (kind === 'bool') return value === 0 ? false : value
  return value
}

/** Writes a field of a struct in memory. */
export function writeField(core: Core, view: View, name: string, value: Value, node: ts.Node): void {
  const offset = view.layout.offsets.get(name)
  const spec = view.layout.specs.get(name)
  if (offset === undefined) {
    core.escape(value)
    return
  }
  const at = view.address.at(offset)
  store(core, at, sizeOf(core, spec ?? null), value instanceof View ? value.address : value, node)
}

/** What `new mutex()` and an embedded field of that type are. */
export function newObject(kind: string, home: Address | null = null): Value {
  if (kind === 'mutex' || kind === 'spinlock_t' || kind === 'rw_semaphore') return new Lock(kind)
  const object = new KernelObject(kind)
  object.home = home
  return object
}

const assertion =
  (code: string | null): NativeFunction =>
  (core, [condition], node) => {
    if (code === 'warn-on' && condition instanceof Unknown) return condition
    if (code === 'bug-on' && condition instanceof Unknown) return undefined
    if (!core.truth(condition)) return false
    // What two unknown conditions imply is not known here: the program says that this does not happen.
    if (core.world.trail.opaque > 0) throw new PathEnd(true)
    if (code === 'bug-on') {
      core.world.raise('bug-on', node, 'the condition of BUG_ON() is true here')
      throw new TaskEnd()
    }
    core.world.raise('warn-on', node, 'the condition of WARN_ON() is true here', { warning: true })
    return true
  }

/** Counters: a number where the text tells it. */
function counterOf(value: Value): Map<string, Value> | null {
  if (value instanceof KernelObject || value instanceof Dict) return value.fields
  return null
}

/** `atomic_t(n)`. */
function newCounter(value: Value): KernelObject {
  const object = new KernelObject('atomic_t')
  object.fields.set('count', value ?? 0)
  return object
}

const count =
  (by: (before: number, given: number) => number, result: 'before' | 'after' | 'zero' | 'none'): NativeFunction =>
  (_core, args) => {
    const at = args.findIndex((arg) => counterOf(arg) !== null)
    const fields = counterOf(args[at])
    if (fields === null) return result === 'none' ? undefined : new Unknown()
    const before = fields.get('count') ?? 0
    const given = args[at === 0 ? 1 : 0]
    const operand = typeof given === 'number' ? given : given === undefined ? 0 : Number.NaN
    const after: Value = typeof before === 'number' && !Number.isNaN(operand) ? by(before, operand) : new Unknown()
    fields.set('count', after)
    if (result === 'none') return undefined
    if (result === 'before') return before
    if (result === 'after') return after
    return typeof after === 'number' ? after === 0 : new Unknown()
  }

/** Takes a reference unless the count is 0. */
function unlessZero(counter: Value): Value {
  const fields = counterOf(counter)
  const before = fields?.get('count')
  if (fields === null || typeof before !== 'number') return new Unknown()
  if (before === 0) return false
  fields.set('count', before + 1)
  return true
}

/** A cell as bytes that race. */
const WHOLE = { from: 0, size: 1 }

/** Memory that a cell names: readers find it there; what the cell named before is unlinked. */
function publish(core: Core, cell: KernelObject, value: Value): void {
  const before = cell.fields.get('value')
  const old = before instanceof View ? before.address : before
  if (old instanceof Address && old.memory.published !== null) old.memory.unlinked = true
  const at = value instanceof View ? value.address : value
  if (!(at instanceof Address)) return
  publishTouches(core, at.memory)
  at.memory.published = cell
  at.memory.unlinked = false
}

const cellValue = (value: Value): Map<string, Value> | null => (value instanceof KernelObject ? value.fields : null)

function read(core: Core, [cell]: readonly Value[], node: ts.Node): Value {
  const fields = cellValue(cell)
  if (fields !== null && cell instanceof KernelObject) noteTouch(core, cell, WHOLE, false, node, true)
  if ((core.world.rcuReaders.get(core.world.task)?.length ?? 0) > 0)
    core.world.readers.push({ task: core.world.task, cell })
  return fields === null ? cell : fields.get('value')
}

function write(core: Core, [cell, value]: readonly Value[], node: ts.Node): undefined {
  const fields = cellValue(cell)
  if (fields !== null && cell instanceof KernelObject) {
    noteTouch(core, cell, WHOLE, true, node, true)
    publish(core, cell, value)
  }
  if (fields === null) core.escape(value)
  else fields.set('value', value)
  return undefined
}

export const TYPE_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  struct: (core, [name, fields]) => makeLayout(core, name, fields),
  sizeof: (core, [type]) => (type instanceof Layout || type instanceof Native ? sizeOf(core, type) : new Unknown()),
  offsetof: (_core, [type, field]) => (type instanceof Layout ? type.offsets.get(String(field)) : new Unknown()),
  container_of: (_core, [at, type, field]) => {
    if (!(type instanceof Layout)) return new Unknown()
    const address = at instanceof View ? at.address : at instanceof KernelObject ? at.home : at
    if (!(address instanceof Address)) return new Unknown()
    return new View(address.at(-(type.offsets.get(String(field)) ?? 0)), type)
  },
  shared: (_core, [value]) => {
    const cell = new KernelObject('cell')
    cell.fields.set('value', value)
    return cell
  },
  READ_ONCE: read,
  WRITE_ONCE: write,
  rcu_dereference: read,
  rcu_assign_pointer: write,
  RCU_INIT_POINTER: write,
  rcu_access_pointer: (_core, [cell]) => cellValue(cell)?.get('value') ?? new Unknown(),
  BUG_ON: assertion('bug-on'),
  WARN_ON: assertion('warn-on'),
  WARN_ON_ONCE: assertion('warn-on'),
  atomic_t: (_core, [value]) => newCounter(value),
  atomic_cmpxchg: (_core, [cell, old, value]) => {
    const fields = counterOf(cell)
    const before = fields?.get('count') ?? 0
    if (fields === null || isThing(before) || isThing(old)) return new Unknown()
    if (before === old) fields.set('count', value)
    return before
  },
  atomic_read: count((n) => n, 'after'),
  atomic_set: count((_, n) => n, 'none'),
  atomic_inc: count((n) => n + 1, 'none'),
  atomic_dec: count((n) => n - 1, 'none'),
  atomic_add: count((n, m) => n + m, 'none'),
  atomic_sub: count((n, m) => n - m, 'none'),
  atomic_inc_return: count((n) => n + 1, 'after'),
  atomic_dec_return: count((n) => n - 1, 'after'),
  atomic_dec_and_test: count((n) => n - 1, 'zero'),
  atomic_fetch_add: count((n, m) => n + m, 'before'),
  atomic_xchg: count((_, n) => n, 'before'),
  refcount_set: count((_, n) => n, 'none'),
  refcount_read: count((n) => n, 'after'),
  refcount_inc: count((n) => n + 1, 'none'),
  refcount_dec: count((n) => n - 1, 'none'),
  refcount_dec_and_test: count((n) => n - 1, 'zero'),
  refcount_inc_not_zero: (_core, [counter]) => unlessZero(counter),
  kref_init: count(() => 1, 'none'),
  kref_get: count((n) => n + 1, 'none'),
  kref_read: count((n) => n, 'after'),
  kref_get_unless_zero: (_core, [counter]) => {
    const taken = unlessZero(counter)
    return typeof taken === 'boolean' ? Number(taken) : taken
  },
  kref_put: (core, [counter, release], node) => {
    const fields = counterOf(counter)
    const before = fields?.get('count')
    if (fields === null || typeof before !== 'number') {
      // Whether it frees, the text does not say.
      core.escape(counter)
      if (counter instanceof KernelObject && counter.home !== null) core.escape(counter.home)
      return new Unknown()
    }
    fields.set('count', before - 1)
    if (before !== 1) return 0
    core.call(release, undefined, [counter], node)
    return 1
  },
}

/** A pointer's method. Null if there is none of that name. */
export function pointerMethod(core: Core, at: Address, name: string, args: readonly Value[], node: ts.Node): Value {
  const size = /^(?:read|write)_u(8|16|32|64)$/.exec(name)?.[1]
  if (size !== undefined) {
    const target = at.at(args[0] ?? 0)
    if (name.startsWith('read')) return load(core, target, Number(size) / 8, node)
    store(core, target, Number(size) / 8, args[1], node)
    return undefined
  }
  if (name === 'add') return at.at(args[0])
  if (name === 'sub') {
    const [by] = args
    return at.at(typeof by === 'number' || typeof by === 'bigint' ? -Number(by) : by)
  }
  if (name === 'eq') {
    const [other] = args
    if (isNull(other)) return false
    if (!(other instanceof Address) || other.memory !== at.memory) return new Unknown()
    return other.offset === null || at.offset === null ? new Unknown() : other.offset === at.offset
  }
  if (name === 'as')
    return new View(at, args[0] instanceof Layout ? args[0] : new Layout('of fields that are not known'))
  return new Unknown()
}
