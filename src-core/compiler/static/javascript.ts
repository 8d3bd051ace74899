/** What JavaScript itself gives a snippet: methods of arrays, maps, sets and strings, `Math`, `Object`, `Array`. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import { bounded, same } from './operators.ts'
import { Bag, Closure, Dict, isThing, List, Numbered, Table, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** Longest array that is made from a length. */
const LONGEST = 4096

type ListMethod = (core: Core, list: List, args: readonly Value[], node: ts.Node) => Value

/** `this` for a callback, and the answer as a decision. */
function ask(core: Core, args: readonly Value[], item: Value, i: number, list: List, node: ts.Node): boolean {
  return core.truth(core.call(args[0], args[1], [item, i, list], node))
}

function index(value: Value, length: number, usual: number): number {
  if (typeof value !== 'number') return usual
  return value < 0 ? Math.max(0, length + value) : Math.min(value, length)
}

const LIST_METHODS: Readonly<Record<string, ListMethod>> = {
  push: (_core, list, args) => list.items.push(...args),
  pop: (_core, list) => list.items.pop(),
  shift: (_core, list) => list.items.shift(),
  unshift: (_core, list, args) => list.items.unshift(...args),
  at: (_core, { items }, [at]) => (typeof at === 'number' ? items.at(at) : new Unknown()),
  slice: (_core, { items }, [from, to]) =>
    new List(items.slice(index(from, items.length, 0), index(to, items.length, items.length))),
  splice: (_core, { items }, [from, count, ...more]) => {
    const start = index(from, items.length, 0)
    return new List(items.splice(start, typeof count === 'number' ? count : items.length - start, ...more))
  },
  concat: (_core, { items }, args) =>
    new List([...items, ...args.flatMap((arg) => (arg instanceof List ? arg.items : [arg]))]),
  reverse: (_core, list) => {
    list.items.reverse()
    return list
  },
  toReversed: (_core, { items }) => new List([...items].reverse()),
  sort: (_core, list) => list,
  toSorted: (_core, { items }) => new List([...items]),
  fill: (_core, list, [value]) => {
    list.items.fill(value)
    return list
  },
  flat: (_core, { items }) => new List(items.flatMap((item) => (item instanceof List ? item.items : [item]))),
  keys: (_core, { items }) => new List(items.map((_, i) => i)),
  values: (_core, { items }) => new List([...items]),
  entries: (_core, { items }) => new List(items.map((item, i) => new List([i, item]))),
  includes: (core, { items }, [value]) => items.some((item) => same(item, value) ?? core.world.decide(2, 'data') === 1),
  indexOf: (_core, { items }, [value]) => items.findIndex((item) => same(item, value) === true),
  join: (_core, { items }) => (items.some(isThing) ? new Unknown() : items.join()),
  forEach: (core, list, args, node) => {
    for (let i = 0; i < list.items.length; i++) core.call(args[0], args[1], [list.items[i], i, list], node)
    return undefined
  },
  map: (core, list, args, node) =>
    new List(list.items.map((item, i) => core.call(args[0], args[1], [item, i, list], node))),
  flatMap: (core, list, args, node) =>
    new List(
      list.items.flatMap((item, i) => {
        const made = core.call(args[0], args[1], [item, i, list], node)
        return made instanceof List ? made.items : [made]
      }),
    ),
  filter: (core, list, args, node) => new List(list.items.filter((item, i) => ask(core, args, item, i, list, node))),
  find: (core, list, args, node) => list.items.find((item, i) => ask(core, args, item, i, list, node)),
  findIndex: (core, list, args, node) => list.items.findIndex((item, i) => ask(core, args, item, i, list, node)),
  some: (core, list, args, node) => list.items.some((item, i) => ask(core, args, item, i, list, node)),
  every: (core, list, args, node) => list.items.every((item, i) => ask(core, args, item, i, list, node)),
  reduce: (core, list, args, node) => {
    const items = [...list.items]
    let value = args.length > 1 ? args[1] : items.shift()
    for (const [i, item] of items.entries()) value = core.call(args[0], undefined, [value, item, i, list], node)
    return value
  },
}

/** A method of a value of JavaScript's own; what it does not know, it gives away. */
export function methodOf(core: Core, receiver: Value, name: string, args: readonly Value[], node: ts.Node): Value {
  if (receiver instanceof List) {
    const method = LIST_METHODS[name]
    if (method !== undefined) return method(core, receiver, args, node)
  }
  if (receiver instanceof Table) return tableMethod(core, receiver, name, args, node)
  if (receiver instanceof Bag) return bagMethod(core, receiver, name, args, node)
  if (receiver instanceof Closure) {
    if (name === 'call') return core.call(receiver, args[0], args.slice(1), node)
    if (name === 'apply') return core.call(receiver, args[0], args[1] instanceof List ? args[1].items : [], node)
    if (name === 'bind') return new Closure(receiver.node, receiver.env, args[0], receiver.bound, receiver.home)
  }
  if (typeof receiver === 'string') return stringMethod(receiver, name, args)
  for (const arg of args) core.escape(arg)
  return new Unknown()
}

function tableMethod(core: Core, table: Table, name: string, args: readonly Value[], node: ts.Node): Value {
  const { entries } = table
  const [key, value] = args
  const at = key instanceof Unknown ? undefined : ([...entries.keys()].find((one) => same(one, key) === true) ?? key)
  switch (name) {
    case 'get':
      if (entries.has(key)) return entries.get(key)
      if (!(key instanceof Unknown) && !(key instanceof Numbered)) return entries.get(at)
      // Whatever is in the table may come out, and be used up by code that is not told which it has.
      for (const stored of entries.values()) core.escape(stored)
      return new Unknown()
    case 'set':
      entries.set(at ?? key, value)
      return table
    case 'has':
      return key instanceof Unknown ? new Unknown() : entries.has(at)
    case 'delete':
      return entries.delete(at)
    case 'clear':
      entries.clear()
      return undefined
    case 'keys':
      return new List([...entries.keys()])
    case 'values':
      return new List([...entries.values()])
    case 'entries':
      return new List([...entries].map((pair) => new List(pair)))
    case 'forEach':
      for (const [k, v] of [...entries]) core.call(key, undefined, [v, k, table], node)
      return undefined
    default:
      return new Unknown()
  }
}

function bagMethod(core: Core, bag: Bag, name: string, [value]: readonly Value[], node: ts.Node): Value {
  switch (name) {
    case 'add':
      bag.items.add(value)
      return bag
    case 'has':
      return value instanceof Unknown ? new Unknown() : bag.items.has(value)
    case 'delete':
      return bag.items.delete(value)
    case 'clear':
      bag.items.clear()
      return undefined
    case 'values':
    case 'keys':
      return new List([...bag.items])
    case 'forEach':
      for (const item of [...bag.items]) core.call(value, undefined, [item, item, bag], node)
      return undefined
    default:
      return new Unknown()
  }
}

function stringMethod(text: string, name: string, args: readonly Value[]): Value {
  if (args.some(isThing)) return new Unknown()
  const [first, second] = args
  switch (name) {
    case 'padStart':
      return Number(first) < LONGEST
        ? text.padStart(Number(first), second === undefined ? ' ' : String(second))
        : new Unknown()
    case 'startsWith':
      return text.startsWith(String(first))
    case 'endsWith':
      return text.endsWith(String(first))
    case 'includes':
      return text.includes(String(first))
    case 'charCodeAt':
      return text.charCodeAt(Number(first ?? 0))
    case 'toUpperCase':
      return text.toUpperCase()
    case 'toLowerCase':
      return text.toLowerCase()
    case 'slice':
      return text.slice(Number(first), second === undefined ? undefined : Number(second))
    case 'repeat':
      return Number(first) < LONGEST && text.length < LONGEST ? bounded(text.repeat(Number(first))) : new Unknown()
    case 'split':
      return text.length < LONGEST ? new List(text.split(String(first))) : new Unknown()
    default:
      return new Unknown()
  }
}

const numbers =
  (compute: (...of: number[]) => number): NativeFunction =>
  (_core, args) => {
    if (args.every((arg) => typeof arg === 'number')) return compute(...args)
    const [arg] = args
    return args.length === 1 && arg instanceof Unknown ? arg.derive(`Math.${compute.name}`) : new Unknown()
  }

export const JAVASCRIPT_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  'Array.from': (core, [source, make], node) => {
    let items: Value[] | null = null
    if (source instanceof Dict) {
      const length = source.fields.get('length')
      if (typeof length === 'number' && length <= LONGEST) items = Array.from({ length }, () => undefined)
    } else if (source instanceof List) items = [...source.items]
    else if (source instanceof Bag) items = [...source.items]
    else if (source instanceof Table) items = [...source.entries].map((pair) => new List(pair))
    if (items === null) return new Unknown()
    return new List(make === undefined ? items : items.map((item, i) => core.call(make, undefined, [item, i], node)))
  },
  'Array.isArray': (_core, [value]) => (value instanceof Unknown ? new Unknown() : value instanceof List),
  'Array.of': (_core, args) => new List([...args]),
  'Object.freeze': (_core, [value]) => value,
  'Object.keys': (_core, [value]) => (value instanceof Dict ? new List([...value.fields.keys()]) : new Unknown()),
  'Object.values': (_core, [value]) => (value instanceof Dict ? new List([...value.fields.values()]) : new Unknown()),
  'Object.entries': (_core, [value]) =>
    value instanceof Dict ? new List([...value.fields].map((pair) => new List(pair))) : new Unknown(),
  'Object.assign': (_core, [target, ...sources]) => {
    for (const source of sources) {
      if (target instanceof Dict && source instanceof Dict) {
        for (const [name, value] of source.fields) target.fields.set(name, value)
      }
    }
    return target
  },
  'Math.min': numbers(Math.min),
  'Math.max': numbers(Math.max),
  'Math.floor': numbers(Math.floor),
  'Math.ceil': numbers(Math.ceil),
  'Math.round': numbers(Math.round),
  'Math.trunc': numbers(Math.trunc),
  'Math.abs': numbers(Math.abs),
  'Math.log2': numbers(Math.log2),
  'Math.clz32': numbers(Math.clz32),
  Number: (_core, [value]) => (isThing(value) ? new Unknown() : Number(value)),
  BigInt: (_core, [value]) =>
    value instanceof Numbered
      ? value
      : typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
        ? BigInt(value)
        : new Unknown(),
  String: (_core, [value]) => (isThing(value) ? new Unknown() : String(value)),
  Boolean: (core, [value]) => core.truth(value),
}

/** `new Map()` and what else JavaScript makes; null if it is none of these. */
export function newBuiltin(core: Core, name: string, args: readonly Value[]): Value {
  const [source] = args
  switch (name) {
    case 'Map':
    case 'WeakMap': {
      const table = new Table()
      for (const pair of source instanceof List ? source.items : []) {
        if (pair instanceof List) table.entries.set(pair.items[0], pair.items[1])
      }
      return table
    }
    case 'Set':
    case 'WeakSet': {
      const bag = new Bag()
      for (const item of source instanceof List ? source.items : []) bag.items.add(item)
      return bag
    }
    case 'Array':
    case 'Uint8Array':
      if (args.length === 1 && typeof source === 'number') {
        return source <= LONGEST
          ? new List(Array.from({ length: source }, () => (name === 'Array' ? undefined : 0)))
          : new Unknown()
      }
      return source instanceof List ? new List([...source.items]) : new List([...args])
    case 'Error':
    case 'TypeError':
    case 'RangeError': {
      const error = new Dict()
      error.fields.set('message', source)
      error.opaque = true
      return error
    }
    default:
      for (const arg of args) core.escape(arg)
      return new Unknown()
  }
}

/** Names that are there without an import. */
export const GLOBALS: readonly string[] = [
  'Array',
  'Object',
  'Math',
  'Number',
  'BigInt',
  'String',
  'Boolean',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Error',
  'TypeError',
  'RangeError',
  'Uint8Array',
  'Symbol',
  'JSON',
]
