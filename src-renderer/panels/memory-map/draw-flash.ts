/** What a step changed, shown for a moment above the map: the browser lets it fade, nothing is drawn meanwhile. */
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Palette } from '../../theme/states.ts'
import { cellRect, visibleRanges, WHOLE_PIXELS_FROM, type MapLayout } from './geometry.ts'
import { GUTTER } from './gutter.ts'

/** How long it shows. */
export const FLASH_MS = 120

/** `changed`: first frames of cells; neighbours in order of addresses are drawn as one. */
export function drawFlash(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  layout: MapLayout,
  scroll: number,
  colours: Palette,
  changed: Uint32Array,
): void {
  context.fillStyle = colours.flash.css
  const small = layout.cellWidth < WHOLE_PIXELS_FROM
  const grow = small ? 2 : 0
  const gap = small ? 0 : 1
  const ranges = visibleRanges(layout, scroll, scroll + size.height)
  for (let i = 0; i < changed.length; i++) {
    const first = changed[i]!
    if (!ranges.some(({ from, to }) => first >= from && first < to)) continue
    const rowEnd = (Math.floor(first / layout.framesPerRow) + 1) * layout.framesPerRow
    let last = first
    while (i + 1 < changed.length && changed[i + 1] === last + layout.framesPerCell && changed[i + 1]! < rowEnd) {
      last = changed[++i]!
    }
    const [a, b] = [cellRect(layout, first), cellRect(layout, last)]
    if (a === null || b === null) continue
    const width = b.x + b.width - a.x
    context.fillRect(a.x + GUTTER - grow, a.y - scroll - grow, width + 2 * grow - gap, a.height + 2 * grow - gap)
  }
}

/** Shows the flash and lets it fade. */
export function fadeFlash(canvas: HTMLCanvasElement): void {
  canvas.animate([{ opacity: 0.75 }, { opacity: 0 }], { duration: FLASH_MS, easing: 'linear' })
}
