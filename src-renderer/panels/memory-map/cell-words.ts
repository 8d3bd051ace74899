/**
 * The words of large cells, kept as drawn, a canvas for each ink: another colouring changes what is behind them, and at
 * most their ink. To set words again costs several times as much as all the rest of such an update.
 */
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Rect } from './geometry.ts'

/** A cell whose words are to be drawn, in the order of the map. */
export interface WordyCell {
  readonly pfn: number
  /** The cell without the gaps around it, in the view. */
  readonly box: Rect
  /** CSS colour of the words. */
  readonly ink: string
}

export type DrawWords = (context: CanvasRenderingContext2D, cell: WordyCell) => void

interface Sheet {
  readonly canvas: HTMLCanvasElement
  readonly context: CanvasRenderingContext2D
  /** Frames whose words are on it. */
  readonly written: Set<number>
}

/** Most inks that are kept: text is dark or light, whatever is behind it. */
const MOST_SHEETS = 4

export class CellWords {
  readonly #sheets = new Map<string, Sheet>()
  #about: unknown = null
  #key = ''

  /**
   * Draws the words of cells into `context`. `about` is what the words say and `key` how the cells lie: when one of
   * them is another, all words are set anew by `drawWords`.
   */
  draw(
    context: CanvasRenderingContext2D,
    size: CanvasSize,
    about: unknown,
    key: string,
    cells: readonly WordyCell[],
    drawWords: DrawWords,
  ): void {
    if (about !== this.#about || key !== this.#key) this.#sheets.clear()
    this.#about = about
    this.#key = key
    for (const cell of cells) {
      const sheet = this.#sheet(cell.ink, size)
      if (sheet === null) drawWords(context, cell)
      else if (!sheet.written.has(cell.pfn)) {
        sheet.written.add(cell.pfn)
        drawWords(sheet.context, cell)
      }
    }
    for (let first = 0; first < cells.length;) {
      let end = first + 1
      while (end < cells.length && follows(cells[end - 1]!, cells[end]!)) end++
      this.#copy(context, size.ratio, cells[first]!, cells[end - 1]!)
      first = end
    }
  }

  /** Copies the words of neighbours in a row. */
  #copy(context: CanvasRenderingContext2D, ratio: number, first: WordyCell, last: WordyCell): void {
    const sheet = this.#sheets.get(first.ink)
    if (sheet === undefined) return
    const { x, y, height } = first.box
    const width = last.box.x + last.box.width - x
    context.drawImage(sheet.canvas, x * ratio, y * ratio, width * ratio, height * ratio, x, y, width, height)
  }

  /** The sheet of an ink; null if there are too many. */
  #sheet(ink: string, { width, height, ratio }: CanvasSize): Sheet | null {
    const known = this.#sheets.get(ink)
    if (known !== undefined) return known
    if (this.#sheets.size >= MOST_SHEETS) return null
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    const context = canvas.getContext('2d')
    if (context === null) return null
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const sheet = { canvas, context, written: new Set<number>() }
    this.#sheets.set(ink, sheet)
    return sheet
  }
}

/** True if a cell is the next one of a row, in the same ink. */
function follows(before: WordyCell, next: WordyCell): boolean {
  const end = before.box.x + before.box.width
  return next.ink === before.ink && next.box.y === before.box.y && next.box.x >= end - 1 && next.box.x <= end + 2
}
