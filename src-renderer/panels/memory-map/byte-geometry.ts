/** Where the bytes of a frame lie in its cell at the nearest zoom: a hex dump with a column of offsets. */
import type { Rect } from './geometry.ts'

export const BYTE_LINE = 16
/** Room for the frame's number and kind above its bytes. */
export const BYTES_TOP = 22
/** Column of the offset of each line. */
export const OFFSETS = 40
const NARROWEST = 17
const WIDEST = 24

/** Bytes of one line in a cell of `width` pixels: 8, 16, 32 or 64. */
export function bytesPerLine(width: number): number {
  for (const count of [64, 32, 16]) if ((width - OFFSETS) / count >= NARROWEST) return count
  return 8
}

export function byteWidth(width: number): number {
  return Math.min(WIDEST, Math.floor((width - OFFSETS) / bytesPerLine(width)))
}

/** Height of the cell of a frame whose bytes are shown. */
export function bytesHeight(width: number, pageSize: number): number {
  return BYTES_TOP + Math.ceil(pageSize / bytesPerLine(width)) * BYTE_LINE + 6
}

/** Rectangle of a byte, where the frame's cell is `cell`. */
export function byteRect(cell: Rect, offset: number): Rect {
  const perLine = bytesPerLine(cell.width)
  const width = byteWidth(cell.width)
  return {
    x: cell.x + OFFSETS + (offset % perLine) * width,
    y: cell.y + BYTES_TOP + Math.floor(offset / perLine) * BYTE_LINE,
    width,
    height: BYTE_LINE,
  }
}

/** Offset of the byte at a point; -1 where there is none. */
export function byteAt(cell: Rect, x: number, y: number, pageSize: number): number {
  const perLine = bytesPerLine(cell.width)
  const column = Math.floor((x - cell.x - OFFSETS) / byteWidth(cell.width))
  const line = Math.floor((y - cell.y - BYTES_TOP) / BYTE_LINE)
  const offset = line * perLine + column
  return column < 0 || column >= perLine || line < 0 || offset >= pageSize ? -1 : offset
}

/** Narrowest room for the name of an object beside its bytes. */
const BESIDE = 64

/**
 * Where the line beside an object's bytes goes, of those that the view shows (`from..to`, exclusive), and the pixels
 * there are for its name; null where the cell has no room beside its bytes, or none of the object's bytes are shown.
 * An object that ends within a line has it to the end of that line, and the next one begins below.
 */
export function objectBeside(
  cell: Rect,
  object: { readonly offset: number; readonly bytes: number },
  from: number,
  to: number,
): { readonly x: number; readonly y: number; readonly height: number; readonly room: number } | null {
  const perLine = bytesPerLine(cell.width)
  const x = cell.x + OFFSETS + perLine * byteWidth(cell.width) + 8
  const room = cell.x + cell.width - x - 12
  const first = Math.max(object.offset, from)
  const last = Math.min(object.offset + object.bytes, to) - 1
  if (room < BESIDE || last < first || object.bytes < perLine) return null
  const { y } = byteRect(cell, first)
  return { x, y, height: byteRect(cell, last).y + BYTE_LINE - y, room }
}
