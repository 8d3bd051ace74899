/** Operators of the language on values of the static check. */

import ts from 'typescript'
import { Address, DmaAddress, isNull, isThing, KernelObject, Numbered, PageRef, Unknown } from './values.ts'
import type { Primitive, Value } from './values.ts'

const { SyntaxKind } = ts

/** Whether two values are the same (`===`): null if the text does not tell. */
export function same(a: Value, b: Value): boolean | null {
  if (a instanceof Unknown || b instanceof Unknown) return a === b ? true : null
  if (isNull(a) || isNull(b)) return isNull(a) === isNull(b)
  if (a instanceof Numbered || b instanceof Numbered) {
    if (a instanceof Numbered && b instanceof Numbered) return a.what === b.what ? sameMemory(a.of, b.of) : null
    return null
  }
  if (a instanceof Address && b instanceof Address) return sameMemory(a, b)
  if (a instanceof PageRef && b instanceof PageRef) return sameMemory(a, b)
  return a === b
}

function sameMemory(a: Address | PageRef, b: Address | PageRef): boolean | null {
  if (a.memory !== b.memory) return a.memory.freed !== null || b.memory.freed !== null ? null : false
  if (a instanceof Address && b instanceof Address) {
    return a.offset === null || b.offset === null ? null : a.offset === b.offset
  }
  return a instanceof PageRef && b instanceof PageRef ? a.index === b.index : null
}

/** A binary operator that has no side effects and is not a comparison for identity. */
export function binary(kind: ts.SyntaxKind, a: Value, b: Value): Value {
  if (a instanceof DmaAddress && typeof b === 'bigint' && kind === SyntaxKind.PlusToken) {
    return new DmaAddress(a.mapping, a.delta + Number(b))
  }
  if (a instanceof Numbered && typeof b === 'bigint' && kind === SyntaxKind.BarToken) {
    return new Numbered(a.what, a.of, a.bits | b)
  }
  if (a instanceof Numbered && a.of instanceof Address && typeof b === 'bigint') {
    if (kind === SyntaxKind.PlusToken) return new Numbered(a.what, a.of.at(b))
    if (kind === SyntaxKind.MinusToken && a.of.offset !== null) return new Numbered(a.what, a.of.at(-b))
  }
  if (a instanceof KernelObject && a.kind === 'file' && typeof b === 'number') return isLater(kind)
  if (isThing(a) || isThing(b)) return unknownResult(kind, a, b)
  try {
    return isHuge(kind, a, b) ? new Unknown() : bounded(compute(kind, a, b))
  } catch {
    return new Unknown()
  }
}

/** Longest text and largest whole number that are worked out: the check has no budget of time, and needs no more. */
const LONGEST_TEXT = 1 << 16
const LARGEST = 2n ** 256n

/** A value as it is, or as not known because it is larger than any that the check needs. */
export function bounded(value: Primitive): Value {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? new Unknown() : value
  if (typeof value === 'bigint') return value > LARGEST || value < -LARGEST ? new Unknown() : value
  return value
}

/** A whole number as it is written, with its `n`. */
export function bigIntLiteral(text: string): Value {
  return text.length > 80 ? new Unknown() : BigInt(text.replace(/_|n$/g, ''))
}

/** Whether a power or a shift would be large only to be thrown away. */
function isHuge(kind: ts.SyntaxKind, a: Primitive, b: Primitive): boolean {
  if (typeof a !== 'bigint' || typeof b !== 'bigint') return false
  switch (kind) {
    case SyntaxKind.AsteriskAsteriskToken:
    case SyntaxKind.AsteriskAsteriskEqualsToken:
    case SyntaxKind.LessThanLessThanToken:
    case SyntaxKind.LessThanLessThanEqualsToken:
      return b > 256n
    case SyntaxKind.GreaterThanGreaterThanToken:
    case SyntaxKind.GreaterThanGreaterThanEqualsToken:
      return b < -256n
    default:
      return false
  }
}

/** A descriptor compared with a number: it is no errno. */
function isLater(kind: ts.SyntaxKind): boolean {
  return kind === SyntaxKind.GreaterThanToken || kind === SyntaxKind.GreaterThanEqualsToken
}

function unknownResult(kind: ts.SyntaxKind, a: Value, b: Value): Value {
  if (kind === SyntaxKind.PlusToken && (typeof a === 'string' || typeof b === 'string')) return new Unknown()
  if (a instanceof Unknown && !isThing(b)) return a.derive(`${kind} ${typeof b} ${String(b)}`)
  if (b instanceof Unknown && !isThing(a)) return b.derive(`${typeof a} ${String(a)} ${kind}`)
  if (a instanceof Unknown && b instanceof Unknown) return a.deriveWith(b, String(kind))
  return new Unknown()
}

function compute(kind: ts.SyntaxKind, left: Primitive, right: Primitive): Primitive {
  // The operators work on numbers, bigints and strings alike; mixtures throw, as they do at run time.
  const a = left as number
  const b = right as number
  switch (kind) {
    case SyntaxKind.PlusToken:
    case SyntaxKind.PlusEqualsToken:
      return a + b
    case SyntaxKind.MinusToken:
    case SyntaxKind.MinusEqualsToken:
      return a - b
    case SyntaxKind.AsteriskToken:
    case SyntaxKind.AsteriskEqualsToken:
      return a * b
    case SyntaxKind.AsteriskAsteriskToken:
    case SyntaxKind.AsteriskAsteriskEqualsToken:
      return a ** b
    case SyntaxKind.SlashToken:
    case SyntaxKind.SlashEqualsToken:
      return a / b
    case SyntaxKind.PercentToken:
    case SyntaxKind.PercentEqualsToken:
      return a % b
    case SyntaxKind.AmpersandToken:
    case SyntaxKind.AmpersandEqualsToken:
      return a & b
    case SyntaxKind.BarToken:
    case SyntaxKind.BarEqualsToken:
      return a | b
    case SyntaxKind.CaretToken:
    case SyntaxKind.CaretEqualsToken:
      return a ^ b
    case SyntaxKind.LessThanLessThanToken:
    case SyntaxKind.LessThanLessThanEqualsToken:
      return a << b
    case SyntaxKind.GreaterThanGreaterThanToken:
    case SyntaxKind.GreaterThanGreaterThanEqualsToken:
      return a >> b
    case SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
    case SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken:
      return a >>> b
    case SyntaxKind.LessThanToken:
      return a < b
    case SyntaxKind.LessThanEqualsToken:
      return a <= b
    case SyntaxKind.GreaterThanToken:
      return a > b
    case SyntaxKind.GreaterThanEqualsToken:
      return a >= b
    default:
      throw new TypeError('no operator')
  }
}

/** `typeof` of a value. */
export function typeOf(value: Value, callable: boolean): Value {
  if (value instanceof Unknown) return value.derive('typeof')
  if (value instanceof Numbered || value instanceof DmaAddress) return 'bigint'
  if (isThing(value)) return callable ? 'function' : 'object'
  return typeof value
}
