/**
 * What the colour of a frame says, as one byte: what the memory map paints where cells are smaller than marks. The
 * page looks the byte up in a palette of 256 colours.
 */
import { CellMark, type MapCells } from './messages.ts'
import { FrameKind } from '../trace/fields.ts'

/** What the map can be coloured by. */
export const COLOURINGS = ['owner', 'kind', 'references', 'mapcount', 'rights', 'age', 'zone'] as const
export type Colouring = (typeof COLOURINGS)[number]

/**
 * Values of an ink. Below `CLASS`: the `FrameKind`, for free and reserved frames, bad pages, and frames that the
 * colouring says nothing about. From `CLASS` on, of a frame in use: the owner's slot (task % `OWNERS`), the count (4
 * stands for more), the fifth of the run it was made in, or the zone. Broken rules come before all of them.
 */
export const Ink = {
  CLASS: 16,
  /** Owners that have an ink of their own; a multiple of the ten hues, so that the hue is right beyond it, too. */
  OWNERS: 230,
  RIGHTS_LEFT: 254,
  USED_INVALID: 255,
} as const

/** Classes of a count: 0, 1, 2, 3, 4 and more. */
export const COUNTS = 5

/** Ink of a count. */
export function countInk(count: number): number {
  return Ink.CLASS + (count < 0 ? 0 : count < COUNTS ? count : COUNTS - 1)
}

/** True for a frame whose ink is its kind, whatever the colouring: nothing is known of it beside the kind. */
export function isPlain(kind: number): boolean {
  return kind <= FrameKind.PCP || kind === FrameKind.BAD
}

/** True for the ink of a broken rule. */
export function isBroken(ink: number): boolean {
  return ink >= Ink.RIGHTS_LEFT
}

/** The ink of a cell whose columns are known: what the inks of a map are by definition. */
export function inkOfCell(cells: MapCells, at: number, by: Colouring): number {
  const [kind, marks, owner] = [cells.kind[at]!, cells.marks[at]!, cells.owner[at]!]
  if ((marks & CellMark.USED_INVALID) !== 0) return Ink.USED_INVALID
  if ((marks & CellMark.RIGHTS_LEFT) !== 0) return Ink.RIGHTS_LEFT
  if (isPlain(kind) || by === 'kind') return kind
  if (by === 'owner') return owner === 0 ? kind : Ink.CLASS + owner - 1
  if (by === 'zone') return Ink.CLASS + cells.zone[at]!
  const { refcount: references, mapcount, rights, age } = cells
  return countInk({ references, mapcount, rights, age }[by][at]!)
}
