/**
 * Natives that call back, as steps: with a callback that has a twin, `map`, `forEach`, `reduce`, `replace` … run here,
 * so that a task can be preempted inside the callback. Results and the order of calls are those of the natives.
 * Simplified: `Symbol.species` is ignored; natives that are not listed (JSON revivers, getters, iterators of the
 * program's own) call the plain function, which runs without preemption.
 */

import { callUser, TWIN, twinOf } from '../sched/driven.ts'
import type { Callable, Steps } from '../sched/driven.ts'
import { isNativeSort, sortSteps } from './merge-sort.ts'

type Native = (target: unknown, args: readonly unknown[]) => Steps | null
type List = Record<number, unknown> & { readonly length: number }
type Visit = (list: List, call: (index: number) => Steps, args: readonly unknown[]) => Steps

const natives = new Map<unknown, Native>()

/** The steps of a native that calls back; `null` if it is called as it is. */
export function nativeSteps(fn: unknown, target: unknown, args: readonly unknown[]): Steps | null {
  const native = natives.get(fn)
  if (native) return native(target, args)
  return isNativeSort(target, fn) && typeof args[0] === 'function' ? sortSteps(target, fn, args[0]) : null
}

/** Lets a function stand for a native: `bounded` is called as the native is. */
export function aliasNative(native: unknown, bounded: unknown): void {
  const steps = natives.get(native)
  if (steps !== undefined) natives.set(bounded, steps)
}

const has = (list: List, index: number): boolean => ArrayBuffer.isView(list) || index in list

const visits: Record<string, Visit> = {
  *forEach(list, call) {
    for (let i = 0; i < list.length; i++) if (has(list, i)) yield* call(i)
    return undefined
  },
  *map(list, call) {
    const out: unknown[] = new Array<unknown>(list.length)
    for (let i = 0, n = list.length; i < n; i++) if (has(list, i)) out[i] = yield* call(i)
    return out
  },
  *filter(list, call) {
    const out: unknown[] = []
    for (let i = 0, n = list.length; i < n; i++) {
      if (!has(list, i)) continue
      const item = list[i]
      if (yield* call(i)) out.push(item)
    }
    return out
  },
  *some(list, call) {
    for (let i = 0, n = list.length; i < n; i++) if (has(list, i) && (yield* call(i))) return true
    return false
  },
  *every(list, call) {
    for (let i = 0, n = list.length; i < n; i++) if (has(list, i) && !(yield* call(i))) return false
    return true
  },
  *find(list, call) {
    for (let i = 0, n = list.length; i < n; i++) {
      const item = list[i]
      if (yield* call(i)) return item
    }
    return undefined
  },
  *findIndex(list, call) {
    for (let i = 0, n = list.length; i < n; i++) if (yield* call(i)) return i
    return -1
  },
  *findLast(list, call) {
    for (let i = list.length - 1; i >= 0; i--) {
      const item = list[i]
      if (yield* call(i)) return item
    }
    return undefined
  },
  *findLastIndex(list, call) {
    for (let i = list.length - 1; i >= 0; i--) if (yield* call(i)) return i
    return -1
  },
  *flatMap(list, call) {
    const out: unknown[] = []
    for (let i = 0, n = list.length; i < n; i++) {
      if (!has(list, i)) continue
      const item = yield* call(i)
      if (Array.isArray(item)) out.push(...(item as unknown[]))
      else out.push(item)
    }
    return out
  },
}

function* reduce(list: List, args: readonly unknown[], fromEnd: boolean): Steps {
  const indices = Array.from({ length: list.length }, (_, i) => (fromEnd ? list.length - 1 - i : i)).filter((i) =>
    has(list, i),
  )
  let value = args[1]
  if (args.length < 2) {
    const first = indices.shift()
    if (first === undefined) throw new TypeError('Reduce of empty array with no initial value')
    value = list[first]
  }
  for (const i of indices) if (has(list, i)) value = yield* callUser(args[0], [value, list[i], i, list])
  return value
}

function* entriesForEach(target: Map<unknown, unknown> | Set<unknown>, args: readonly unknown[]): Steps {
  if (target instanceof Map) for (const [key, value] of target) yield* callUser(args[0], [value, key, target], args[1])
  else for (const value of target) yield* callUser(args[0], [value, value, target], args[1])
  return undefined
}

function* arrayFrom(source: unknown, fn: unknown, self: unknown): Steps {
  const out: unknown[] = []
  const iterable = source as Iterable<unknown> & List
  if (typeof (iterable as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function') {
    let i = 0
    for (const item of iterable) out.push(yield* callUser(fn, [item, i++], self))
  } else for (let i = 0, n = Number(iterable.length); i < n; i++) out.push(yield* callUser(fn, [iterable[i], i], self))
  return out
}

/** `replace` finds all matches before it calls back, so the calls can come after. */
function* replaceSteps(native: Callable, text: string, pattern: unknown, fn: unknown): Steps {
  const calls: unknown[][] = []
  native.call(text, pattern, (...args: unknown[]) => {
    calls.push(args)
    return ''
  })
  let out = ''
  let position = 0
  for (const args of calls) {
    const groups = typeof args[args.length - 1] === 'object' ? 1 : 0
    const at = args[args.length - 2 - groups] as number
    const replacement = String(yield* callUser(fn, args))
    out += text.slice(position, at) + replacement
    position = at + String(args[0]).length
  }
  return out + text.slice(position)
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Record<string, unknown>
const array = Array.prototype as unknown as Record<string, unknown>

for (const [name, visit] of Object.entries(visits)) {
  const native =
    (typed: boolean): Native =>
    (target, args) => {
      if (!twinOf(args[0]) || target === null || typeof target !== 'object') return null
      const list = target as List
      const steps = visit(list, (index) => callUser(args[0], [list[index], index, list], args[1]), args)
      return typed && (name === 'map' || name === 'filter') ? typedResult(steps, target) : steps
    }
  natives.set(array[name], native(false))
  if (typedArray[name] !== undefined) natives.set(typedArray[name], native(true))
}

function* typedResult(steps: Steps, target: object): Steps {
  const make = target.constructor as new (items: unknown) => unknown
  return new make(yield* steps)
}

for (const [name, fromEnd] of [
  ['reduce', false],
  ['reduceRight', true],
] as const) {
  for (const proto of [array, typedArray]) {
    natives.set(proto[name], (target, args) => (twinOf(args[0]) ? reduce(target as List, args, fromEnd) : null))
  }
}
for (const proto of [Map.prototype, Set.prototype]) {
  natives.set(proto.forEach, (target, args) => {
    const known = target instanceof Map || target instanceof Set
    return known && twinOf(args[0]) ? entriesForEach(target as Map<unknown, unknown>, args) : null
  })
}
natives.set(Array.from, (_target, args) => (twinOf(args[1]) ? arrayFrom(args[0], args[1], args[2]) : null))
for (const name of ['replace', 'replaceAll'] as const) {
  const native = String.prototype[name] as unknown as Callable
  natives.set(native, (target, args) => {
    return typeof target === 'string' && twinOf(args[1]) ? replaceSteps(native, target, args[0], args[1]) : null
  })
}
natives.set(Function.prototype.call, (target, args) =>
  twinOf(target) ? callUser(target, args.slice(1), args[0]) : null,
)
natives.set(Function.prototype.apply, (target, args) => {
  return twinOf(target) ? callUser(target, (args[1] as unknown[] | undefined) ?? [], args[0]) : null
})
natives.set(Reflect.apply, (_target, args) => {
  return twinOf(args[0]) ? callUser(args[0], args[2] as unknown[], args[1]) : null
})
natives.set(Function.prototype.bind, (target, args) => {
  const twin = twinOf(target)
  return twin ? boundFunction(target as Callable, twin, args) : null
})

/** A generator for the sake of `nativeSteps`: binding itself has no steps. */
function* boundFunction(
  fn: Callable,
  twin: (this: unknown, ...args: unknown[]) => Steps,
  args: readonly unknown[],
): Steps {
  const [self, ...first] = args
  const bound = fn.bind(self, ...first)
  Object.defineProperty(bound, TWIN, { value: (...rest: unknown[]) => twin.apply(self, [...first, ...rest]) })
  return bound
}
