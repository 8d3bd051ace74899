/**
 * The kernel's arithmetic macros (linux/align.h, math.h, minmax.h, log2.h, asm-generic/getorder.h), on numbers and on
 * bigints: what comes out is of the kind that came in. Whole numbers that are not negative; an error says which
 * argument is none.
 */

export type Integer = number | bigint
/** The kind of a value: a bigint for bigints, a number for numbers. */
export type Like<T extends Integer> = T extends bigint ? bigint : number

/** Checks an argument: whole, not negative, below 2^64. */
export function whole<T extends Integer>(value: T, name: string, call: string): T {
  const fits =
    typeof value === 'bigint' ? value >= 0n && value < 1n << 64n : Number.isSafeInteger(value) && (value as number) >= 0
  if (!fits) throw new TypeError(`${call}(): ${name} has to be a whole number from 0, or such a bigint`)
  return value
}

/** `value` in the kind of `like`: addresses are bigints, sizes are numbers, and either may be aligned to the other. */
function as<T extends Integer>(like: T, value: bigint): Like<T> {
  return (typeof like === 'bigint' ? value : Number(value)) as Like<T>
}

function powerOfTwo(a: Integer, call: string): bigint {
  const size = BigInt(whole(a, 'the alignment', call))
  if (size === 0n || (size & (size - 1n)) !== 0n)
    throw new TypeError(`${call}(): the alignment has to be a power of two`)
  return size
}

/** `x` rounded down to a multiple of `a`, a power of two. */
export function alignDown<T extends Integer>(x: T, a: Integer, call: string): Like<T> {
  return as(x, BigInt(whole(x, 'x', call)) & ~(powerOfTwo(a, call) - 1n))
}

/** `x` rounded up to a multiple of `a`, a power of two. It wraps to 0 past 2^64, as in the kernel. */
export function alignUp<T extends Integer>(x: T, a: Integer, call: string): Like<T> {
  const size = powerOfTwo(a, call)
  return as(x, BigInt.asUintN(64, (BigInt(whole(x, 'x', call)) + size - 1n) & ~(size - 1n)))
}

/** True if `x` is a multiple of `a`, a power of two. */
export function isAligned(x: Integer, a: Integer, call: string): boolean {
  return (BigInt(whole(x, 'x', call)) & (powerOfTwo(a, call) - 1n)) === 0n
}

/** `n / d`, rounded up. */
export function divideUp<T extends Integer>(n: T, d: Integer, call: string): Like<T> {
  const by = BigInt(whole(d, 'the divisor', call))
  if (by === 0n) throw new TypeError(`${call}(): the divisor is 0`)
  return as(n, (BigInt(whole(n, 'n', call)) + by - 1n) / by)
}

/** log2 of `n`, rounded down; -1 of 0. */
export function log2(n: Integer, call: string): number {
  const value = BigInt(whole(n, 'n', call))
  return value === 0n ? -1 : value.toString(2).length - 1
}

/** The order of the smallest block that holds `size` bytes; 64 less the page shift for 0 (of a 64-bit kernel). */
export function orderOf(size: Integer, pageShift: number, longBits: number): number {
  const bytes = BigInt(whole(size, 'size', 'get_order'))
  if (bytes === 0n) return longBits - pageShift
  const pages = (bytes - 1n) >> BigInt(pageShift)
  return pages === 0n ? 0 : pages.toString(2).length
}

/** The smaller of two values; as in the kernel, both have to be of one type. */
export function smaller<T extends Integer>(x: T, y: Integer, call: string): Like<T> {
  checkPair(x, y, call)
  return (y < x ? y : x) as Like<T>
}

/** The larger of two values of one type. */
export function larger<T extends Integer>(x: T, y: Integer, call: string): Like<T> {
  checkPair(x, y, call)
  return (y > x ? y : x) as Like<T>
}

/** `x`, but not below `lo` and not above `hi`; all of one type. */
export function clampTo<T extends Integer>(x: T, lo: Integer, hi: Integer, call: string): Like<T> {
  checkPair(x, lo, call)
  checkPair(x, hi, call)
  if (lo > hi) throw new TypeError(`${call}(): the low limit is above the high one`)
  return (x < lo ? lo : x > hi ? hi : x) as Like<T>
}

function checkPair(x: Integer, y: Integer, call: string): void {
  if (typeof x !== typeof y || (typeof x !== 'number' && typeof x !== 'bigint'))
    throw new TypeError(`${call}() takes values of one type: numbers, or bigints`)
}

/** True if `n` is a power of two; 0 is none. */
export function isPowerOfTwo(n: Integer, call: string): boolean {
  const value = BigInt(whole(n, 'n', call))
  return value !== 0n && (value & (value - 1n)) === 0n
}

/** The smallest power of two that is `n` or more; `n` is 1 or more. */
export function powerFrom<T extends Integer>(n: T, call: string): Like<T> {
  const value = BigInt(whole(n, 'n', call))
  if (value === 0n) throw new TypeError(`${call}(): 0 has no power of two`)
  return as(n, 1n << BigInt(log2(value - 1n, call) + 1))
}
