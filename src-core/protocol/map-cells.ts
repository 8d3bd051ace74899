/** What the core says of the frames of the machine, for the memory map and its table. */

/** One cell of the memory map: one frame, or an equal share of frames when there are more frames than cells. */
export interface MapCells {
  readonly from: number
  /** Frames a cell stands for (≥ 1). */
  readonly framesPerCell: number
  /** `FrameKind`: of the frame, or the most telling one of the cell's frames (allocated before free). */
  readonly kind: Uint8Array
  /** Allocation that occupies it (0 = none). */
  readonly allocation: Uint32Array
  /** Hue slot of the owner task + 1, 0 = nobody. */
  readonly owner: Uint8Array
  /** `_refcount`; `NO_REFCOUNT` where pages of this kind have none in the era of the run. */
  readonly refcount: Int32Array
  readonly mapcount: Int32Array
  /** `CellMark` bits. */
  readonly marks: Uint8Array
  /** Slab objects in use, 0..255 of the slab's capacity scaled to 255; 0 for others. */
  readonly fill: Uint8Array
  /** Index of the zone in the machine's list. */
  readonly zone: Uint8Array
  /** Rights that reach the frame beside references: entries of user page tables, kmap, vmap, sg, DMA. At most 255. */
  readonly rights: Uint8Array
  /** Age of the allocation: 0 (made in the last fifth of the run up to the step) to 4 (in the first). */
  readonly age: Uint8Array
}

/** Stands for the count of a frame that has none: no page has a count so small. */
export const NO_REFCOUNT = -(2 ** 31)

/** A reference count as it is shown. */
export function refcountText(refcount: number): string {
  return refcount === NO_REFCOUNT ? 'none' : String(refcount)
}

export const CellMark = {
  /** Changed by the step at the playhead. */
  CHANGED: 1,
  /** Freed with rights left. */
  RIGHTS_LEFT: 2,
  /** Used while invalid. */
  USED_INVALID: 4,
  /** A mapping (kmap, vmap) reaches it. */
  MAPPED: 8,
  /** A reference other than the owner's. */
  REFERENCED: 16,
  /** First frame of a compound or buddy block. */
  HEAD: 32,
  /** Not the first frame of its block. */
  TAIL: 64,
} as const

/**
 * The colours of the whole machine's cells and what changed since an earlier answer. Cell `c` stands for the frames
 * from `c * framesPerCell` on.
 */
export interface MapInks {
  /** Names this answer: what a later question gives as `since`. */
  readonly version: number
  /** Cells of the machine. */
  readonly count: number
  /** True if all cells are told; false if those are that have another ink than in the answer `since`. */
  readonly whole: boolean
  /**
   * Runs of cells of one ink: of each its first cell, the cell after its last, and its `Ink`: of the frame, or of the
   * most telling one of the cell's frames; a broken rule before all else. No cell is in two runs.
   */
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly inks: Uint8Array
  /** The ink of each cell, where runs would be longer than that, and there are none; empty otherwise. */
  readonly cells: Uint8Array
  /** Cells that the step at the playhead changed, each once. */
  readonly changed: Uint32Array
  /** Cells whose ink is that of a broken rule. */
  readonly broken: Uint32Array
}

/** Neighbouring frames with the same use, allocation and marks: a row of the map's table. */
export interface FrameRow {
  readonly pfn: number
  readonly frames: number
  /** `FrameKind`. */
  readonly kind: number
  readonly allocation: number
  /** Hue slot of the owner task + 1, 0 = nobody. */
  readonly owner: number
  /** Of the first frame; `NO_REFCOUNT` where it has none. */
  readonly refcount: number
  readonly rightsLeft: boolean
  readonly usedInvalid: boolean
  /** The first frame is. */
  readonly mapped: boolean
}
