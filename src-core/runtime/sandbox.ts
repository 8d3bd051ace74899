/**
 * The sandbox of snippets: SES. `lockdown()` freezes every intrinsic of the realm the runner lives in; each run gets
 * a compartment whose globals are an allow-list of ECMAScript and nothing else. The surface is passed as parameters,
 * not as globals: that is both faster (TOOLCHAIN §7) and all the authority a snippet has.
 *
 * SES limits authority, not time or memory: budgets and the runner's death do that.
 */
import { restoreFreeze } from './even-freeze.ts'
import 'ses'
import { handleClasses } from '../surface/handles/handle-classes.ts'
import { boundNatives } from './native-bounds.ts'
import type { Sandbox } from './session.ts'

/** Globals of ECMAScript that tell time, give randomness, wait, or make code or realms: absent on every host. */
const ABSENT = [
  'Date',
  'Temporal',
  'Compartment',
  'harden',
  'lockdown',
  'Intl',
  'WeakRef',
  'FinalizationRegistry',
  'Promise',
  'TextEncoder',
  'TextDecoder',
  'URL',
  'URLSearchParams',
  'Atomics',
  'SharedArrayBuffer',
  'AsyncIterator',
  'Iterator',
  'DisposableStack',
  'AsyncDisposableStack',
  'SuppressedError',
  'Function',
  'eval',
] as const

/** What newer hosts have and ES2023 has not: taken away, so that a program means the same on every host. */
const TOO_NEW: readonly (readonly [object, readonly PropertyKey[]])[] = [
  // SES asks these two for a helper made by `take`, which goes below: without them it does not ask.
  [globalThis, ['Iterator', 'AsyncIterator']],
  [
    Set.prototype,
    ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom'],
  ],
  [
    Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object,
    [
      'map',
      'filter',
      'take',
      'drop',
      'flatMap',
      'reduce',
      'toArray',
      'forEach',
      'some',
      'every',
      'find',
      'join',
      'includes',
      'constructor',
      Symbol.toStringTag,
    ],
  ],
  [Object, ['groupBy']],
  [Map, ['groupBy']],
  [Array, ['fromAsync']],
  [Math, ['sumPrecise', 'f16round']],
  [ArrayBuffer.prototype, ['transfer', 'transferToFixedLength', 'resize']],
  [Map.prototype, ['getOrInsert', 'getOrInsertComputed']],
  [RegExp, ['escape']],
  [Error, ['isError']],
  [Uint8Array, ['fromBase64', 'fromHex']],
  [Uint8Array.prototype, ['toBase64', 'toHex', 'setFromBase64', 'setFromHex']],
]

/** A place in a stack trace as V8 gives it. */
interface CallSite {
  getFileName(): string | null | undefined
  getScriptNameOrSourceURL(): string | null | undefined
  getLineNumber(): number | null
  getColumnNumber(): number | null
}

/**
 * Texts evaluated so far. V8 keeps what it learnt about a text for the next time the same one is evaluated: which
 * functions are called, above all. The next run has other ones, made for its machine; they would be taken for one of
 * many, and nothing that they refer to for a constant. With a number in it, every text is a new one.
 */
let evaluations = 0

/** Freezes the realm. Call once, before anything of a stranger is evaluated. */
export function lockDown(): void {
  restoreFreeze()
  for (const [owner, names] of TOO_NEW) for (const name of names) Reflect.deleteProperty(owner, name)
  boundNatives()
  lockdown({
    errorTaming: 'unsafe',
    overrideTaming: 'severe',
    consoleTaming: 'unsafe',
    evalTaming: 'safe-eval',
    stackFiltering: 'verbose',
    reporting: 'none',
  })
  // A stack shows the places of the snippet and nothing of the host: no path, and the same text everywhere.
  Reflect.set(Error, 'prepareStackTrace', harden(prepareStackTrace))
  for (const each of handleClasses()) harden(each)
  makeFast(Array.prototype)
}

/**
 * Defining each property anew made V8 keep the prototype as a table, and then no optimised code stores beyond the end
 * of an array or reads `push`: to become a prototype once more gives it its fast form back.
 */
function makeFast(prototype: object): void {
  Object.create(prototype)
}

function prepareStackTrace(_error: unknown, sites: readonly CallSite[]): string {
  return sites
    .map((site) => ({ name: site.getScriptNameOrSourceURL() ?? site.getFileName() ?? '', site }))
    .filter(({ name }) => /^pageward\/\d+$/.test(name))
    .map(({ name, site }) => `    at ${name}:${site.getLineNumber() ?? 0}:${site.getColumnNumber() ?? 0}`)
    .join('\n')
}

/** `Math` without `random`: `get_random_u32` is seeded. */
const MATH = mathWithoutRandom()

function mathWithoutRandom(): object {
  const { random: _random, ...kept } = Object.getOwnPropertyDescriptors(Math)
  return Object.freeze(Object.create(Object.prototype, kept) as object)
}

/** A fresh compartment for one run. */
export function newSandbox(): Sandbox {
  const compartment = new Compartment({ globals: {}, __options__: true })
  const names = compartment.globalThis as Record<string, unknown>
  for (const name of ABSENT) delete names[name]
  names['Math'] = MATH
  const atFirst = Object.getOwnPropertyDescriptors(names)
  return {
    reset() {
      for (const name of Reflect.ownKeys(names)) {
        if (!Object.hasOwn(atFirst, name)) Reflect.deleteProperty(names, name)
      }
      for (const [name, known] of Object.entries(atFirst)) {
        if (known.configurable === true || known.writable === true) Object.defineProperty(names, name, known)
      }
    },
    evaluate: (text, name) => compartment.evaluate(`(${text})\n// ${++evaluations}\n//# sourceURL=${name}`),
    protect: (value) => harden(value),
  }
}
