/** The answers of the core that the memory map draws from: stretches of frames with their cells. */
import { CellMark, type MapCells } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import { isFree, type Palette } from '../../theme/states.ts'
import { countedColumn, type ColourBy } from './colour-by.ts'

/** A stretch of frames as the core answered it. */
export interface MapWindow {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly cells: MapCells
}

/** Index of a frame's cell in a window; -1 if the window does not have it. */
export function cellIndex(window: MapWindow, pfn: number): number {
  if (pfn < window.from || pfn >= window.to) return -1
  const index = Math.floor((pfn - window.cells.from) / window.cells.framesPerCell)
  return index < window.cells.kind.length ? index : -1
}

/** One cell as plain data. */
export interface CellFacts {
  readonly pfn: number
  readonly kind: number
  readonly allocation: number
  /** Hue slot + 1; 0 = nobody. */
  readonly owner: number
  readonly refcount: number
  readonly mapcount: number
  readonly marks: number
  readonly fill: number
  readonly zone: number
  readonly rights: number
  readonly age: number
}

export function factsAt(windows: readonly MapWindow[], pfn: number): CellFacts | null {
  for (const window of windows) {
    const at = cellIndex(window, pfn)
    if (at < 0) continue
    const { kind, allocation, owner, refcount, mapcount, marks, fill, zone, rights, age } = window.cells
    return {
      pfn,
      kind: kind[at]!,
      allocation: allocation[at]!,
      owner: owner[at]!,
      refcount: refcount[at]!,
      mapcount: mapcount[at]!,
      marks: marks[at]!,
      fill: fill[at]!,
      zone: zone[at]!,
      rights: rights[at]!,
      age: age[at]!,
    }
  }
  return null
}

const BROKEN = CellMark.RIGHTS_LEFT | CellMark.USED_INVALID
const OWNER_STEPS = 256

/** The colour of every (kind, owner) pair, count and zone as pixels, for the loop over small cells. */
export interface PixelTable {
  readonly byUse: Uint32Array
  readonly byCount: Uint32Array
  readonly byZone: Uint32Array
  readonly broken: number
}

export function pixelTable(colours: Palette, by: ColourBy): PixelTable {
  const byUse = new Uint32Array(16 * OWNER_STEPS)
  for (let kind = 0; kind < 16; kind++) {
    const plain = (colours.kind[kind] ?? colours.ground).pixel
    for (let owner = 0; owner < OWNER_STEPS; owner++) {
      const owned =
        by === 'owner' && owner > 0 && !isFree(kind) && kind !== FrameKind.RESERVED && kind !== FrameKind.BAD
      byUse[kind * OWNER_STEPS + owner] = owned ? ownerInk(colours, owner).pixel : plain
    }
  }
  return {
    byUse,
    byCount: Uint32Array.from(colours.references, (each) => each.pixel),
    byZone: Uint32Array.from(colours.owner, (each) => each.pixel),
    broken: colours.broken.pixel,
  }
}

export function ownerInk(colours: Palette, owner: number): Palette['ground'] {
  return colours.owner[(owner - 1) % colours.owner.length]!
}

/** Paints `count` cells from index `at` into `pixels` from `target`. The fast path of the map: one lookup a cell. */
export function paintCells(
  pixels: Uint32Array,
  target: number,
  cells: MapCells,
  at: number,
  count: number,
  table: PixelTable,
  by: ColourBy,
): void {
  const { kind, owner, marks, zone } = cells
  const { byUse, byCount, byZone, broken } = table
  const counted = countedColumn(cells, by)
  const most = byCount.length - 1
  for (let i = 0; i < count; i++) {
    const from = at + i
    const k = kind[from]!
    if ((marks[from]! & BROKEN) !== 0) pixels[target + i] = broken
    else if (counted !== null && k > FrameKind.PCP) {
      const n = counted[from]!
      pixels[target + i] = byCount[n > most ? most : n < 0 ? 0 : n]!
    } else if (by === 'zone' && k > FrameKind.PCP) pixels[target + i] = byZone[zone[from]! % byZone.length]!
    else pixels[target + i] = byUse[k * OWNER_STEPS + owner[from]!]!
  }
}
