/** The keyboard at the bytes of a frame: B and Shift+B go from stretch to stretch, with the card that hover shows. */
import { byteRect, BYTE_LINE } from './byte-geometry.ts'
import { cellRect, showsBytes } from './geometry.ts'
import { GUTTER } from './gutter.ts'
import type { useMemoryMap } from './use-memory-map.ts'

/** `show` puts the hover card at a point of the canvas, in its own pixels. */
export function useByteKeys(map: ReturnType<typeof useMemoryMap>, show: (x: number, y: number) => void) {
  /** False where the map shows no bytes, or they are not known yet. */
  function move(by: 1 | -1): boolean {
    const layout = map.layout()
    const pfn = map.focus.value
    if (layout === null || !showsBytes(layout) || pfn < 0) return false
    const run = map.focusBytes(pfn, by)
    const cell = cellRect(layout, pfn)
    if (run === null || cell === null) return false
    const at = (): number => byteRect(cell, run.offset).y - map.scroll.value
    const { height } = map.size.value
    if (at() < BYTE_LINE) map.panBy(at() - BYTE_LINE * 2)
    else if (at() > height - BYTE_LINE * 2) map.panBy(at() - height + BYTE_LINE * 4)
    const { x, width } = byteRect(cell, run.offset)
    const [left, top] = [x + GUTTER + width / 2, at() + BYTE_LINE / 2]
    map.hoverAt(left, top)
    show(left, top)
    return true
  }
  return { move }
}
