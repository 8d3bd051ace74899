/** The kernel's arithmetic macros: worked out where the text tells the numbers, else the same unknown each time. */
import {
  alignDown,
  alignUp,
  clampTo,
  divideUp,
  isAligned,
  isPowerOfTwo,
  larger,
  log2,
  orderOf,
  powerFrom,
  smaller,
  type Integer,
} from '../../base/kernel-arithmetic.ts'
import { wordSize } from '../../trace/abi.ts'
import type { NativeFunction } from './natives-memory.ts'
import { Address, Unknown } from './values.ts'
import type { Value } from './values.ts'
import type { World } from './world.ts'

const isInteger = (value: Value): value is Integer => typeof value === 'number' || typeof value === 'bigint'

/** What a macro gives for known numbers; what it refuses ends the task of a run, and is unknown here. */
function arithmetic(name: string, of: (world: World, ...args: Integer[]) => Value): NativeFunction {
  return ({ world }, args) => {
    if (args.every(isInteger)) {
      try {
        return of(world, ...args)
      } catch {
        return new Unknown()
      }
    }
    const at = args.findIndex((arg) => arg instanceof Unknown)
    const unknown = args[at]
    const others = args.filter((_, i) => i !== at)
    // `get_order(size)` twice is one order, known or not.
    return unknown instanceof Unknown && others.every(isInteger)
      ? unknown.derive(`${name} ${at} ${others.map(String).join(' ')}`)
      : new Unknown()
  }
}

const offsetInPage = arithmetic('offset_in_page', ({ pageSize }, p) => Number(BigInt(p!) % BigInt(pageSize)))

/** Macros that are the same on every machine. */
const NUMBERS: Readonly<Record<string, (...args: Integer[]) => Value>> = {
  ALIGN: (x, a) => alignUp(x!, a!, 'ALIGN'),
  ALIGN_DOWN: (x, a) => alignDown(x!, a!, 'ALIGN_DOWN'),
  IS_ALIGNED: (x, a) => isAligned(x!, a!, 'IS_ALIGNED'),
  round_up: (x, a) => alignUp(x!, a!, 'round_up'),
  round_down: (x, a) => alignDown(x!, a!, 'round_down'),
  DIV_ROUND_UP: (n, d) => divideUp(n!, d!, 'DIV_ROUND_UP'),
  min: (x, y) => smaller(x!, y!, 'min'),
  max: (x, y) => larger(x!, y!, 'max'),
  clamp: (x, lo, hi) => clampTo(x!, lo!, hi!, 'clamp'),
  ilog2: (n) => log2(n!, 'ilog2'),
  is_power_of_2: (n) => isPowerOfTwo(n!, 'is_power_of_2'),
  roundup_pow_of_two: (n) => powerFrom(n!, 'roundup_pow_of_two'),
}

/** Macros that count in pages of the machine. */
const PAGES: Readonly<Record<string, (world: World, x: Integer) => Value>> = {
  PAGE_ALIGN: ({ pageSize }, x) => alignUp(x, pageSize, 'PAGE_ALIGN'),
  PAGE_ALIGN_DOWN: ({ pageSize }, x) => alignDown(x, pageSize, 'PAGE_ALIGN_DOWN'),
  PAGE_ALIGNED: ({ pageSize }, x) => isAligned(x, pageSize, 'PAGE_ALIGNED'),
  get_order: (world, size) => orderOf(size, world.pageShift, 8 * wordSize(world)),
  PFN_UP: ({ pageSize }, x) => Number(divideUp(x, pageSize, 'PFN_UP')),
  PFN_DOWN: ({ pageSize }, x) => Number(BigInt(x) / BigInt(pageSize)),
}

export const ARITHMETIC_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  ...Object.fromEntries(
    Object.entries(NUMBERS).map(([name, of]) => [name, arithmetic(name, (_world, ...args) => of(...args))]),
  ),
  ...Object.fromEntries(
    Object.entries(PAGES).map(([name, of]) => [name, arithmetic(name, (world, x) => of(world, x!))]),
  ),
  offset_in_page: (core, args, node) => {
    const [p] = args
    // Blocks of pages and areas begin at a page; where an object of a slab begins the text does not tell.
    if (!(p instanceof Address)) return offsetInPage(core, args, node)
    const { kind } = p.memory
    return p.offset !== null && (kind === 'page' || kind === 'vmalloc') ? p.offset % core.world.pageSize : new Unknown()
  },
}
