/**
 * Freezes the prototypes of arrays and typed arrays in a way that keeps stores into arrays fast. Import it before SES,
 * which takes `Object.freeze` for its own when it is loaded; call `restoreFreeze` after.
 *
 * V8 marks what `Object.freeze` froze as having read-only elements, and every store `array[i] = x` of a realm whose
 * prototypes carry that mark leaves the fast path: 200 to 800 ns instead of 2. An object that is not extensible, with
 * each property made read-only one by one, is as frozen (`Object.isFrozen` says so) and does not carry the mark.
 */

const { freeze } = Object

const ARRAYS = [
  Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]

/** Every object that a store into an array looks at. */
const PROTOTYPES: ReadonlySet<unknown> = new Set<unknown>([
  Object.prototype,
  Object.getPrototypeOf(Uint8Array.prototype),
  ...ARRAYS.map(({ prototype }) => prototype),
])

/** Makes an object not extensible and its properties read-only and final, as `Object.freeze` does. */
function freezeByProperty(target: object): void {
  Object.preventExtensions(target)
  for (const key of Reflect.ownKeys(target)) {
    const found = Object.getOwnPropertyDescriptor(target, key)
    if (found === undefined) continue
    Object.defineProperty(target, key, {
      configurable: false,
      ...('value' in found ? { writable: false } : {}),
    })
  }
}

Object.freeze = <T>(target: T): Readonly<T> => {
  if (!PROTOTYPES.has(target)) return freeze(target)
  freezeByProperty(target as object)
  if (!Object.isFrozen(target)) throw new Error('a prototype is not frozen')
  return target
}

/** Gives the realm its own `Object.freeze` back; SES keeps the other one. */
export function restoreFreeze(): void {
  Object.freeze = freeze
}
