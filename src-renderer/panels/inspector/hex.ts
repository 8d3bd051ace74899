/**
 * A hex dump as rows of data: 16 bytes each, equal rows folded as `hexdump` does, changed bytes marked. Poison and red
 * zones are named where the core says that the slab allocator left them, never by their value.
 */
import { Painted } from '../../../src-core/protocol/messages.ts'

export const BYTES_PER_ROW = 16

export interface HexByte {
  readonly hex: string
  readonly changed: boolean
  readonly tone: 'zero' | 'poison' | 'plain'
  /** What the byte is and where it comes from; empty if nothing is known. */
  readonly tip: string
}
export interface HexRow {
  readonly kind: 'bytes'
  readonly offset: number
  readonly bytes: readonly HexByte[]
  readonly text: string
}
/** Stands for rows equal to the one before. */
export interface FoldedRows {
  readonly kind: 'folded'
  readonly offset: number
  readonly rows: number
}

/** Where bytes come from (the core's `origins`). */
export interface Origins {
  /** Step that changed each byte last; 0 = none. */
  readonly steps: Uint32Array
  readonly painted: Uint8Array
}

const PAINT_WORDS: Readonly<Record<number, string>> = {
  [Painted.POISON_FREE]: 'POISON_FREE: the object is free',
  [Painted.POISON_END]: 'POISON_END: last byte of a free object',
  [Painted.UNWRITTEN]: 'still the poison of a free object: nobody wrote here since it was allocated',
  [Painted.RED_INACTIVE]: 'SLUB_RED_INACTIVE: red zone of a free object',
  [Painted.RED_ACTIVE]: 'SLUB_RED_ACTIVE: red zone of an object in use',
}

/** What the allocator's debugging left in a byte (`Painted`); empty if nothing. */
export function paintWords(painted: number): string {
  return PAINT_WORDS[painted] ?? ''
}

function tipOf(origins: Origins | null, at: number): string {
  if (origins === null) return ''
  const words = PAINT_WORDS[origins.painted[at] ?? Painted.NONE]
  const step = origins.steps[at] ?? 0
  return [words, step > 0 ? `changed last by step ${step}` : 'as it was at boot']
    .filter((each) => each !== undefined)
    .join('; ')
}

function toneOf(value: number, painted: number): HexByte['tone'] {
  if (painted !== Painted.NONE) return 'poison'
  return value === 0 ? 'zero' : 'plain'
}

/** `before` are the same bytes at the moment that they are compared with, or null if unknown. */
export function hexRows(
  bytes: Uint8Array,
  before: Uint8Array | null,
  origins: Origins | null = null,
): (HexRow | FoldedRows)[] {
  const rows: (HexRow | FoldedRows)[] = []
  let previous = ''
  for (let offset = 0; offset < bytes.length; offset += BYTES_PER_ROW) {
    const part = bytes.subarray(offset, offset + BYTES_PER_ROW)
    const cells = Array.from(part, (value, i): HexByte => ({
      hex: value.toString(16).padStart(2, '0'),
      changed: before !== null && before[offset + i] !== value,
      tone: toneOf(value, origins?.painted[offset + i] ?? Painted.NONE),
      tip: tipOf(origins, offset + i),
    }))
    const key = cells.map((each) => each.hex + (each.changed ? '!' : '') + each.tone).join(' ')
    const last = rows.at(-1)
    if (key === previous && offset + BYTES_PER_ROW < bytes.length) {
      if (last?.kind === 'folded') rows[rows.length - 1] = { ...last, rows: last.rows + 1 }
      else rows.push({ kind: 'folded', offset, rows: 1 })
      continue
    }
    previous = key
    const text = Array.from(part, (value) => (value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '.')).join(
      '',
    )
    rows.push({ kind: 'bytes', offset, bytes: cells, text })
  }
  return rows
}
