/**
 * What a program may give as a number, an address or a length. Anything else is refused before the step begins, in
 * words that name the argument: a TypeError or RangeError of the program, never one of the simulator.
 */
import { nullArgumentText } from '../trace/null-argument.ts'
import { Ptr } from './handles/pointer.ts'

/** Most bytes that one read or write moves: whole pages below 2 GiB (MAX_RW_COUNT of include/linux/fs.h). */
export function maxRwCount(pageSize: number): number {
  return 2 ** 31 - pageSize
}

/** Refuses NULL where `what` is wanted: in C the pointer would be followed, and the rules say so. */
export function mustNotBeNull<T>(value: T, what: string): asserts value is NonNullable<T> {
  if (value === null || value === undefined) throw new TypeError(nullArgumentText(what))
}

/** A value of 64 bits: a bigint or a whole number. */
export function wordOf(value: unknown, name: string): bigint {
  if (typeof value === 'bigint') return BigInt.asUintN(64, value)
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt.asUintN(64, BigInt(value))
  throw new TypeError(`${name} has to be a whole number or a bigint, not ${describe(value)}`)
}

/** An address: a pointer, a bigint or a whole number. */
export function addressOf(value: unknown, name = 'the address'): number {
  if (Ptr.is(value)) return Number(value.addr)
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return Number(value)
  throw new TypeError(`${name} has to be a pointer or a whole number, not ${describe(value)}`)
}

/** A whole number in a range. */
export function wholeOf(value: unknown, name: string, low = -(2 ** 53) + 1, high = 2 ** 53 - 1): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new TypeError(`${name} has to be a whole number, not ${describe(value)}`)
  if (value < low || value > high) throw new RangeError(`${name} has to be between ${low} and ${high}, not ${value}`)
  return value
}

/** A count of bytes or entries. */
export function countOf(value: unknown, name: string): number {
  return wholeOf(value, name, 0)
}

/** A whole number, given as a number or a bigint: a difference of addresses is a bigint. */
export function numberOf(value: unknown, name: string, low?: number, high?: number): number {
  return wholeOf(typeof value === 'bigint' ? Number(value) : value, name, low, high)
}

/** A length of user space: a whole number or a bigint. */
export function lengthOf(value: unknown, name: string): number {
  return numberOf(value, name, 0)
}

/** A text: whatever has words of its own. */
export function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && !(Symbol.toPrimitive in value) && !('toString' in value))
    throw new TypeError(`${name} has to be a text, not ${describe(value)}`)
  return String(value)
}

/** A piece of memory, as in `struct iovec`. */
export interface Piece {
  readonly iov_base: number
  readonly iov_len: number
}

/** Most pieces of one call (include/uapi/linux/uio.h). */
const UIO_MAXIOV = 1024

/** Pieces as the program lists them, each read once; at most `UIO_MAXIOV` of them are looked at. */
export function piecesOf(list: unknown, count: unknown, name: string): readonly Piece[] {
  if (!Array.isArray(list)) throw new TypeError(`${name} has to be an array of { iov_base, iov_len }`)
  const pieces: Piece[] = []
  const n = Math.min(wholeOf(count, `the count of ${name}`, 0, UIO_MAXIOV), list.length)
  for (let i = 0; i < n; i++) {
    const piece = list[i] as Partial<Piece> | null | undefined
    if (typeof piece !== 'object' || piece === null)
      throw new TypeError(`${name} has to be an array of { iov_base, iov_len }`)
    const { iov_base, iov_len } = piece
    pieces.push({ iov_base: addressOf(iov_base, 'iov_base'), iov_len: countOf(iov_len, 'iov_len') })
  }
  return pieces
}

/** A value in an error message. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `the string "${value.slice(0, 20)}"`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `the bigint ${value}`
  return String(value)
}
