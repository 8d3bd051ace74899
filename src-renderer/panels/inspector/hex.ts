/**
 * A hex dump as rows of data: 16 bytes each, equal rows folded as `hexdump` does, changed bytes marked. Poison and red
 * zones are named where the core says that the slab allocator left them, never by their value.
 */
import { ByteRegion, Painted } from '../../../src-core/protocol/messages.ts'
import { isOverwritten, placeWords, regionWords } from '../../theme/byte-words.ts'

export const BYTES_PER_ROW = 16

export interface HexByte {
  readonly hex: string
  readonly changed: boolean
  /** `around`: the allocator's, not the object's; `broken`: a red zone that somebody wrote over. */
  readonly tone: 'zero' | 'poison' | 'plain' | 'around' | 'broken'
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
  /** `ByteRegion` of each. */
  readonly regions: Uint8Array
}

function tipOf(origins: Origins | null, at: number): string {
  if (origins === null) return ''
  const words = placeWords(origins.regions[at] ?? ByteRegion.NONE, origins.painted[at] ?? Painted.NONE)
  const step = origins.steps[at] ?? 0
  return [words, step > 0 ? `changed last by step ${step}` : 'as it was at boot']
    .filter((each) => each !== '')
    .join('; ')
}

function toneOf(value: number, painted: number, region: number): HexByte['tone'] {
  if (isOverwritten(region, painted)) return 'broken'
  if (region !== ByteRegion.NONE && region !== ByteRegion.OBJECT && region !== ByteRegion.FREE_OBJECT) return 'around'
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
      tone: toneOf(
        value,
        origins?.painted[offset + i] ?? Painted.NONE,
        origins?.regions[offset + i] ?? ByteRegion.NONE,
      ),
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

/** A part of a dump that belongs together: an object, a red zone, a record. */
export interface HexPart {
  /** Offset from the memory itself, with its sign. */
  readonly from: string
  readonly name: string
  readonly bytes: number
  /** What it is for. */
  readonly tip: string
  /** Bytes of a red zone that somebody wrote over. */
  readonly overwritten: number
}

/** Parts of a slab in order of addresses; none of memory outside of slabs. `lead`: bytes in front of the memory. */
export function hexParts({ regions, painted }: Origins, lead: number): HexPart[] {
  const parts: HexPart[] = []
  for (let at = 0; at < regions.length;) {
    const region = regions[at]!
    let end = at
    let overwritten = 0
    for (; end < regions.length && regions[end] === region; end++)
      if (isOverwritten(region, painted[end]!)) overwritten++
    const { name, words } = regionWords(region)
    const from =
      (at < lead ? '-' : '+') +
      Math.abs(at - lead)
        .toString(16)
        .padStart(3, '0')
    if (name !== '') parts.push({ from, name, bytes: end - at, tip: words, overwritten })
    at = end
  }
  return parts
}
