/** What the map of an address space draws from, and where its three parts are: addresses, frames, the machine. */
import type { MapCells, SpaceView } from '../../../../src-core/protocol/messages.ts'
import type { Palette } from '../../../theme/states.ts'
import type { FrameRun } from '../draw-map.ts'
import type { ColourBy } from '../colour-by.ts'
import type { CellFacts } from '../windows.ts'
import { CELL, columnsFor, type AddressLayout, type PagesIndex } from './address-layout.ts'
import { digitsOf } from './address-words.ts'

export interface AddressScene {
  readonly view: SpaceView
  readonly index: PagesIndex
  readonly layout: AddressLayout
  readonly places: Places
  readonly scroll: number
  readonly colours: Palette
  readonly by: ColourBy
  /** Bytes of a frame. */
  readonly frameBytes: number
  readonly selected: FrameRun | null
  /** Frame under the pointer, in any view; -1 = none. */
  readonly hoveredPfn: number
  /** Area under the pointer; -1 = none. */
  readonly hoveredArea: number
  /** Page with the keyboard focus; -1 = none. */
  readonly focusPage: number
  /** The whole machine, for the strip; null until it came. */
  readonly overview: MapCells | null
}

/** Pixels from the left: where cells begin, where the boxes of frames are, where the strip is. */
export interface Places {
  readonly cells: number
  readonly columns: number
  readonly boxes: number
  readonly boxWidth: number
  /** -1: there is no room for a strip. */
  readonly strip: number
  readonly stripWidth: number
}

const STRIP = 36
const BOX = 60
/** Where lines run. */
const LINES = 64
const LINES_TO_STRIP = 28

export function placesFor(view: SpaceView, width: number): Places {
  const cells = digitsOf(view) * 6.1 + 14
  const hasStrip = width >= 420
  const right = hasStrip ? STRIP + LINES_TO_STRIP : 0
  const room = width - cells - right - BOX - LINES - 6
  const columns = columnsFor(room)
  const boxes = Math.min(width - right - BOX - 6, cells + columns * CELL + LINES + 40)
  return {
    cells,
    columns,
    boxes,
    boxWidth: BOX,
    strip: hasStrip ? width - STRIP - 4 : -1,
    stripWidth: STRIP,
  }
}

/** The frame behind the entry `at`, as the map of frames has it. */
export function factsOf({ frames, pfn }: SpaceView, at: number): CellFacts {
  return {
    pfn: pfn[at]!,
    kind: frames.kind[at]!,
    allocation: frames.allocation[at]!,
    owner: frames.owner[at]!,
    refcount: frames.refcount[at]!,
    mapcount: frames.mapcount[at]!,
    marks: frames.marks[at]!,
    fill: frames.fill[at]!,
    zone: frames.zone[at]!,
    rights: frames.rights[at]!,
    age: frames.age[at]!,
  }
}
