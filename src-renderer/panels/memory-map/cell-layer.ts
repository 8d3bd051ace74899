/**
 * Cells with their marks, kept as drawn: from one step to the next only cells that look otherwise are drawn again. It
 * is drawn anew when the view, the colours or the selection change.
 */
import { CellMark } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import { isFree } from '../../theme/states.ts'
import { CellWords, type DrawWords, type WordyCell } from './cell-words.ts'
import type { ColourBy } from './colour-by.ts'
import type { Rect, VisibleRange } from './geometry.ts'
import { cellIndex, type MapWindow } from './windows.ts'

export interface CellLayerJob {
  readonly size: CanvasSize
  /** All that the look of the cells depends on beside `windows` and `by`. */
  readonly key: string
  readonly by: ColourBy
  readonly ranges: readonly VisibleRange[]
  readonly windows: readonly MapWindow[]
  /** Rectangle of a frame's cell in the view; null if it has none. */
  readonly rectOf: (pfn: number) => Rect | null
  /** Draws the cell of a frame; without its words if it put itself into `wordy` for them. */
  readonly drawCell: (context: CanvasRenderingContext2D, pfn: number, rect: Rect, wordy: WordyCell[] | null) => void
  readonly drawWords: DrawWords
  /** Slab pages show their objects, which are asked for on their own: they are drawn each time. */
  readonly showsObjects: boolean
}

/** What `CellMark`s a cell shows: that the step changed it is shown by the flash. */
const SHOWN = 0xff & ~CellMark.CHANGED

export class CellLayer {
  #canvas: HTMLCanvasElement | null = null
  #key = ''
  #by: ColourBy | null = null
  #windows: readonly MapWindow[] = []
  readonly #words = new CellWords()

  /** Brings the layer up to date and draws it into `context`, whose unit is a CSS pixel. */
  draw(context: CanvasRenderingContext2D, job: CellLayerJob): void {
    const { size } = job
    const { width, height, ratio } = size
    const canvas = (this.#canvas ??= document.createElement('canvas'))
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
    const key = `${job.key}/${w}x${h}`
    const layer = canvas.getContext('2d')
    if (layer === null) return
    // Edges between device pixels are blended with what is there: such cells cannot be drawn over.
    const whole = key !== this.#key || !Number.isInteger(ratio)
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w
      canvas.height = h
    }
    if (!whole && job.by !== this.#by && job.windows === this.#windows) {
      this.#drawRecoloured(context, job, key)
      return
    }
    layer.setTransform(ratio, 0, 0, ratio, 0, 0)
    if (whole) layer.clearRect(0, 0, width, height)
    for (const range of job.ranges) {
      for (let pfn = range.from; pfn < range.to; pfn++) {
        if (!whole && !this.#differs(job, pfn)) continue
        const rect = job.rectOf(pfn)
        if (rect === null) continue
        // The gap on its left belongs to the cell, which may be joined to its neighbour.
        if (!whole) layer.clearRect(rect.x - 1, rect.y, rect.width, rect.height)
        job.drawCell(layer, pfn, rect, null)
      }
    }
    this.#key = key
    this.#by = job.by
    this.#windows = job.windows
    context.drawImage(canvas, 0, 0, w, h, 0, 0, width, height)
  }

  /**
   * The same cells in other colours: nearly all of them look otherwise and all say the same words. They go to the
   * screen at once, with their words from where these are kept; by way of the layer, which follows with the next step,
   * each would be drawn twice.
   */
  #drawRecoloured(context: CanvasRenderingContext2D, job: CellLayerJob, key: string): void {
    const wordy: WordyCell[] = []
    for (const range of job.ranges) {
      for (let pfn = range.from; pfn < range.to; pfn++) {
        const rect = job.rectOf(pfn)
        if (rect !== null) job.drawCell(context, pfn, rect, wordy)
      }
    }
    this.#words.draw(context, job.size, job.windows, key, wordy, job.drawWords)
  }

  #differs({ windows, showsObjects, by }: CellLayerJob, pfn: number): boolean {
    const window = windowOf(windows, pfn)
    const before = windowOf(this.#windows, pfn)
    if (window === null || before === null) return window !== before
    const [i, k] = [cellIndex(window, pfn), cellIndex(before, pfn)]
    const [a, b] = [window.cells, before.cells]
    if (showsObjects && a.kind[i] === FrameKind.SLAB) return true
    // Free and reserved frames look the same whatever the map is coloured by.
    if (by !== this.#by && a.kind[i]! !== FrameKind.RESERVED && !isFree(a.kind[i]!)) return true
    if (a === b) return false
    return (
      a.kind[i] !== b.kind[k] ||
      a.owner[i] !== b.owner[k] ||
      a.refcount[i] !== b.refcount[k] ||
      a.fill[i] !== b.fill[k] ||
      (a.marks[i]! & SHOWN) !== (b.marks[k]! & SHOWN) ||
      a.mapcount[i] !== b.mapcount[k] ||
      a.rights[i] !== b.rights[k] ||
      a.age[i] !== b.age[k] ||
      a.allocation[i] !== b.allocation[k]
    )
  }
}

function windowOf(windows: readonly MapWindow[], pfn: number): MapWindow | null {
  for (const window of windows) if (pfn >= window.from && pfn < window.to) return window
  return null
}
