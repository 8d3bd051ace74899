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
import { PAGE_SIZE } from './access.ts'
import type { NativeFunction } from './natives-memory.ts'
import { Address, Unknown } from './values.ts'
import type { Value } from './values.ts'

const PAGE_SHIFT = Math.log2(PAGE_SIZE)
const LONG_BITS = 64

const isInteger = (value: Value): value is Integer => typeof value === 'number' || typeof value === 'bigint'

/** What a macro gives for known numbers; what it refuses ends the task of a run, and is unknown here. */
function arithmetic(name: string, of: (...args: Integer[]) => Value): NativeFunction {
  return (_core, args) => {
    if (args.every(isInteger)) {
      try {
        return of(...args)
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

const offsetInPage = arithmetic('offset_in_page', (p) => Number(BigInt(p) % BigInt(PAGE_SIZE)))

export const ARITHMETIC_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  ...Object.fromEntries(
    Object.entries<(...args: Integer[]) => Value>({
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
      PAGE_ALIGN: (x) => alignUp(x!, PAGE_SIZE, 'PAGE_ALIGN'),
      PAGE_ALIGN_DOWN: (x) => alignDown(x!, PAGE_SIZE, 'PAGE_ALIGN_DOWN'),
      PAGE_ALIGNED: (x) => isAligned(x!, PAGE_SIZE, 'PAGE_ALIGNED'),
      get_order: (size) => orderOf(size!, PAGE_SHIFT, LONG_BITS),
      PFN_UP: (x) => Number(divideUp(x!, PAGE_SIZE, 'PFN_UP')),
      PFN_DOWN: (x) => Number(BigInt(x!) / BigInt(PAGE_SIZE)),
    }).map(([name, of]) => [name, arithmetic(name, of)]),
  ),
  offset_in_page: (core, args, node) => {
    const [p] = args
    // Blocks of pages and areas begin at a page; where an object of a slab begins the text does not tell.
    if (!(p instanceof Address)) return offsetInPage(core, args, node)
    const { kind } = p.memory
    return p.offset !== null && (kind === 'page' || kind === 'vmalloc') ? p.offset % PAGE_SIZE : new Unknown()
  },
}
