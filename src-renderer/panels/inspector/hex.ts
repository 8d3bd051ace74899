/** A hex dump as rows of data: 16 bytes each, equal rows folded as `hexdump` does, changed bytes marked. */

export const BYTES_PER_ROW = 16

export interface HexByte {
  readonly hex: string
  readonly changed: boolean
  /** What the value often means: nothing written, or a poison of the slab allocator. */
  readonly tone: 'zero' | 'poison' | 'plain'
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

/** POISON_FREE, POISON_INUSE, POISON_END, SLUB_RED_INACTIVE, SLUB_RED_ACTIVE of linux/poison.h. */
const POISON: ReadonlySet<number> = new Set([0x6b, 0x5a, 0xa5, 0xbb, 0xcc])

function tone(value: number): HexByte['tone'] {
  return value === 0 ? 'zero' : POISON.has(value) ? 'poison' : 'plain'
}

/** `before` are the same bytes one step earlier, or null if unknown. */
export function hexRows(bytes: Uint8Array, before: Uint8Array | null): (HexRow | FoldedRows)[] {
  const rows: (HexRow | FoldedRows)[] = []
  let previous = ''
  for (let offset = 0; offset < bytes.length; offset += BYTES_PER_ROW) {
    const part = bytes.subarray(offset, offset + BYTES_PER_ROW)
    const cells = Array.from(part, (value, i): HexByte => ({
      hex: value.toString(16).padStart(2, '0'),
      changed: before !== null && before[offset + i] !== value,
      tone: tone(value),
    }))
    const key = cells.map((each) => each.hex + (each.changed ? '!' : '')).join(' ')
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
