/**
 * Bounds on what one call of a built-in function works through. V8 stops a thread at the next call or loop turn; a
 * built-in over 2^32 elements of an array that is empty but long comes to neither for minutes, and some of them end the
 * process for want of memory. So in a runner's realm the built-ins whose work follows from a `length` look at it first.
 * What gets past (an object that answers with another length at each reading) is ended by the host.
 */
import { aliasNative } from './native-callbacks.ts'
import { aliasSort } from './merge-sort.ts'

/** Elements that one call may work through. */
export const MAX_ELEMENTS = 1 << 25
/** Characters of a text that is taken apart, or keys that are listed: each becomes a value of its own. */
export const MAX_PARTS = 1 << 24

const { apply } = Reflect

/** What happens at a bound; the session of the running program sets it. Has to throw. */
let over: () => never = () => {
  throw new RangeError('too many elements for one call')
}

/** Says what happens at a bound. */
export function onNativeBound(handler: () => never): void {
  over = handler
}

function check(value: unknown, most: number): void {
  if (value === null || value === undefined) return
  if (Number((value as { readonly length?: unknown }).length) > most) over()
}

type Call = (this: unknown, ...args: unknown[]) => unknown
/** Looks at receiver and arguments before the built-in is called. */
type Look = (self: unknown, args: readonly unknown[]) => void

const receiver: Look = (self) => check(self, MAX_ELEMENTS)
const receiverParts: Look = (self) => check(self, MAX_PARTS)
const firstArgument: Look = (_self, args) => check(args[0], MAX_ELEMENTS)
const firstArgumentParts: Look = (_self, args) => check(args[0], MAX_PARTS)
const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!
/** True for typed arrays themselves: their prototypes and views of other kinds have no length. */
const isTyped = (value: unknown): boolean => ArrayBuffer.isView(value) && apply(tagOf, value, []) !== undefined
/** Keys: only these have as many as they are long, and of others `length` may be anything. */
const keyed: Look = (_self, args) => {
  const [value] = args
  if (typeof value === 'string' || Array.isArray(value) || isTyped(value)) {
    check(value, MAX_PARTS)
  }
}
const everything: Look = (self, args) => {
  check(self, MAX_ELEMENTS)
  for (let i = 0; i < args.length; i++) check(args[i], MAX_ELEMENTS)
}
const template: Look = (_self, args) => {
  const strings = args[0]
  if (strings !== null && strings !== undefined) check((strings as { readonly raw?: unknown }).raw, MAX_ELEMENTS)
}

function bound(owner: object, names: readonly string[], look: Look): void {
  for (const name of names) {
    const found = Object.getOwnPropertyDescriptor(owner, name)
    if (found === undefined || typeof found.value !== 'function') continue
    const native = found.value as Call
    const holder = {
      [name](...args: unknown[]): unknown {
        look(this, args)
        return apply(native, this, args)
      },
    }
    const bounded = holder[name]!
    Object.defineProperty(bounded, 'length', { value: native.length, configurable: true })
    Object.defineProperty(owner, name, { ...found, value: bounded })
    aliasNative(native, bounded)
    aliasSort(native, bounded)
  }
}

const OF_LISTS = [
  'every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'forEach', 'includes', 'indexOf', 'join',
  'lastIndexOf', 'map', 'reduce', 'reduceRight', 'some', 'sort', 'toLocaleString', 'toReversed', 'toSorted', 'with',
] // prettier-ignore
const OF_ARRAYS = [
  'copyWithin', 'fill', 'flat', 'flatMap', 'reverse', 'shift', 'slice', 'splice', 'toSpliced', 'unshift',
] // prettier-ignore

/** Puts the bounds in place. Call once in a runner's realm, before it is locked down. */
export function boundNatives(): void {
  const typedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object }
  bound(Array.prototype, [...OF_LISTS, ...OF_ARRAYS], receiver)
  bound(Array.prototype, ['concat'], everything)
  bound(typedArray.prototype, OF_LISTS, receiver)
  bound(typedArray.prototype, ['set'], firstArgument)
  bound(Array, ['from'], firstArgument)
  bound(typedArray, ['from'], firstArgument)
  bound(Object, ['entries', 'getOwnPropertyDescriptors', 'getOwnPropertyNames', 'keys', 'values'], keyed)
  bound(Reflect, ['ownKeys'], keyed)
  bound(String.prototype, ['match', 'matchAll', 'normalize', 'replace', 'replaceAll', 'split'], receiverParts)
  bound(String, ['raw'], template)
  bound(JSON, ['parse'], firstArgumentParts)
}
