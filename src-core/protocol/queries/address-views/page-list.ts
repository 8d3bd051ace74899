/** Collects the pages of an address space and gives each the columns of the frame behind it. */
import { CellMark } from '../../messages.ts'
import type { FrameColumns, SpaceArea, SpaceView } from '../../address-view.ts'
import { changedFrames } from '../frame-deltas.ts'
import { drawFrame, markViolations, newColumns } from '../map.ts'
import type { RunView } from '../run-view.ts'

/** Pages of an answer at most. */
const MOST_PAGES = 20_000
/** What stands in `pfn` where an entry names a number too large for it. */
const LARGEST_PFN = 0x7fff_ffff

interface ListedPage {
  readonly page: number
  readonly pfn: number
  readonly behind: number
  readonly bits: number
}

export class PageList {
  private readonly pages: ListedPage[] = []
  private hidden = 0

  /** A page that leads to a frame. `behind`: the frame that a bounce buffer stands for. */
  add(page: number, pfn: number, bits: number, behind = -1): void {
    if (this.pages.length >= MOST_PAGES) this.hidden++
    else this.pages.push({ page, pfn: Math.min(pfn, LARGEST_PFN), behind, bits })
  }

  /** The answer: areas and pages in order of addresses, frames as they are at the cursor's step. */
  answer(
    view: RunView,
    space: { id: string; pageShift: number; note: string; areas: readonly SpaceArea[] },
  ): SpaceView {
    const pages = this.pages.sort((x, y) => x.page - y.page || x.bits - y.bits)
    return {
      id: space.id,
      pageShift: space.pageShift,
      note: space.note,
      areas: [...space.areas].sort((x, y) => x.page - y.page || x.pages - y.pages),
      page: Float64Array.from(pages, (each) => each.page),
      pfn: Int32Array.from(pages, (each) => each.pfn),
      behind: Int32Array.from(pages, (each) => each.behind),
      bits: Uint16Array.from(pages, (each) => each.bits),
      frames: this.frames(view, pages),
      hidden: this.hidden,
    }
  }

  private frames(view: RunView, pages: readonly ListedPage[]): FrameColumns {
    const columns = newColumns(pages.length)
    const byFrame = new Map<number, number[]>()
    const { zones, frames } = view.info
    pages.forEach(({ pfn }, at) => {
      if (pfn >= frames) return
      const list = byFrame.get(pfn)
      if (list === undefined) byFrame.set(pfn, [at])
      else list.push(at)
      columns.zone[at] = Math.max(
        0,
        zones.findIndex(({ start, end }) => pfn >= start && pfn < end),
      )
      drawFrame(view, columns, at, pfn)
    })
    const mark = (pfn: number, bit: number): void => {
      for (const at of byFrame.get(pfn) ?? []) columns.marks[at] |= bit
    }
    changedFrames(view.store, view.cursor.step, view.info.pageShift, (pfn) => mark(pfn, CellMark.CHANGED))
    markViolations(view, view.cursor.step, mark)
    return columns
  }
}
