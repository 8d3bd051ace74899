/** Address spaces as the memory map shows them: areas, and the pages that lead somewhere. Part of the call table. */
import type { MapCells } from './messages.ts'

/** One address space of a run. The list of a run is the same at every step. */
export interface SpaceName {
  /** `linear`, `vmalloc`, `mm:1`, `dev:0` (what the DMA API maps), `gpu:1` (tables that a device walks). */
  readonly id: string
  /** What to call it: `binder (mm 1)`, `client-102 (mm 2)`. */
  readonly name: string
  readonly group: 'kernel' | 'process' | 'device'
}

export type AreaKind =
  /** Addresses that lead somewhere, or may: an area, a mapping, a zone of the linear map. */
  | 'area'
  /** A page that never leads anywhere: an access is an oops. */
  | 'guard'
  /** Freed, and not given out again before the next purge. */
  | 'lazy'
  /** Pages that still lead somewhere, outside of every area. */
  | 'left'

/** A stretch of an address space. Addresses are page numbers: address / page size of the view. */
export interface SpaceArea {
  readonly kind: AreaKind
  readonly page: number
  readonly pages: number
  /** What it is called: a variable, `/dev/binder`, `anonymous memory`. */
  readonly name: string
  /** One short line beside the name: flags of the area, direction of a mapping. */
  readonly detail: string
  /** Bytes that were asked for. */
  readonly bytes: number
  /** Its allocation; 0 = none. */
  readonly allocation: number
  /** Step that made it and the line of that step; step 0 = not known. */
  readonly step: number
  readonly file: string
  readonly line: number
}

/** What a page of an address space is, bits of `SpaceView.bits`. */
export const PageBit = {
  /** The MMU or the device uses the entry. */
  PRESENT: 1,
  READ: 2,
  WRITE: 4,
  DIRTY: 8,
  /** Used since it was made (the accessed bit). */
  YOUNG: 16,
  /** No `struct page` counts it. */
  SPECIAL: 32,
  /** PROT_NONE: the entry is kept, and every access faults. */
  PROT_NONE: 64,
  /** Outside of every area. */
  LEFT: 128,
  /** A TLB remembers it. */
  CACHED: 256,
  /** A TLB remembers it, and the tables say something else by now. */
  STALE: 512,
  /** It leads to a bounce buffer; `behind` is the frame that the buffer stands for. */
  BOUNCE: 1024,
  /** The walk goes through a table that is free memory by now. */
  FREED_TABLE: 2048,
} as const

/** Columns of the frames behind the pages, as the map has them. */
export type FrameColumns = Omit<MapCells, 'from' | 'framesPerCell'>

/** One address space at a step. */
export interface SpaceView {
  readonly id: string
  /** log2 of the page size of this space: of a GPU's tables it may be another than the machine's. */
  readonly pageShift: number
  /** What has to be known of the whole space; empty if nothing. */
  readonly note: string
  /** In order of addresses. */
  readonly areas: readonly SpaceArea[]
  /** Pages that lead somewhere, in order of addresses: their page numbers. A page can stand twice: once stale. */
  readonly page: Float64Array
  /** Frame that the page leads to; it can be one that the machine does not have. */
  readonly pfn: Int32Array
  /** Frame behind a bounce buffer; -1 = none. */
  readonly behind: Int32Array
  /** `PageBit`. */
  readonly bits: Uint16Array
  /** The frames behind the pages, in the same order. Of a page that the machine does not have: reserved. */
  readonly frames: FrameColumns
  /** Pages left out, because there are too many. */
  readonly hidden: number
}

/** Where an address is. */
export interface FoundAddress {
  /** Space it lies in; empty = none. */
  readonly space: string
  /** Its page there. */
  readonly page: number
  /** Frame that it leads to at the step; -1 = none. */
  readonly pfn: number
  /** Why it leads nowhere, or what it is in no space of; empty if it leads to a frame. */
  readonly why: string
}
