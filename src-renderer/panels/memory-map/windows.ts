/** The answers of the core that the memory map draws from: stretches of frames with their cells. */
import { CellMark, type MapCells } from '../../../src-core/protocol/messages.ts'
import type { Palette } from '../../theme/states.ts'

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

/** True if one window has all of a range. */
export function covers(windows: readonly MapWindow[], range: { readonly from: number; readonly to: number }): boolean {
  return windows.some(({ from, to }) => from <= range.from && range.to <= to)
}

export function ownerInk(colours: Palette, owner: number): Palette['ground'] {
  return colours.owner[(owner - 1) % colours.owner.length]!
}

/** Frames that the step at the playhead changed. */
export function changedIn(windows: readonly MapWindow[]): Uint32Array<ArrayBuffer> {
  const frames: number[] = []
  for (const { cells } of windows) {
    for (let at = 0; at < cells.marks.length; at++)
      if ((cells.marks[at]! & CellMark.CHANGED) !== 0) frames.push(cells.from + at * cells.framesPerCell)
  }
  return Uint32Array.from(frames)
}
