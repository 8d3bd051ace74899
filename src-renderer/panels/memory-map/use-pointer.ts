/** The pointer on the memory map: hover explains, click selects, drag pans, wheel zooms about the pointer. */
import { shallowRef } from 'vue'
import { pointIn, zoomOf } from '../../theme/zoom.ts'
import { GUTTER } from './gutter.ts'
import type { useMemoryMap } from './use-memory-map.ts'

const DRAG_FROM = 4
/** Wheel travel of one zoom level, in pixels. */
const WHEEL_STEP = 60

export function usePointer(map: ReturnType<typeof useMemoryMap>) {
  const point = shallowRef<{ readonly x: number; readonly y: number } | null>(null)
  let drag: { readonly y: number; last: number; moved: boolean } | null = null
  let wheel = 0

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    drag = { y: event.clientY, last: event.clientY, moved: false }
  }

  function move(event: PointerEvent): void {
    if (drag !== null && (event.buttons & 1) !== 0) {
      if (!drag.moved && Math.abs(event.clientY - drag.y) < DRAG_FROM) return
      if (!drag.moved) (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
      drag.moved = true
      map.leave()
      map.panBy((drag.last - event.clientY) / zoomOf(event.currentTarget))
      drag.last = event.clientY
      return
    }
    point.value = { x: event.clientX, y: event.clientY }
    const { x, y } = pointIn(event)
    map.hoverAt(x, y)
  }

  function up(event: PointerEvent): void {
    const { x, y } = pointIn(event)
    if (drag !== null && !drag.moved && event.button === 0) map.selectAt(x, y)
    drag = null
  }

  function leave(): void {
    map.leave()
    point.value = null
  }

  function turn(event: WheelEvent): void {
    event.preventDefault()
    map.leave()
    if (event.shiftKey) {
      map.panBy((event.deltaY !== 0 ? event.deltaY : event.deltaX) / zoomOf(event.currentTarget))
      return
    }
    const line = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1
    wheel += event.deltaY * line
    const levels = Math.trunc(wheel / WHEEL_STEP)
    if (levels === 0) return
    wheel -= levels * WHEEL_STEP
    map.zoomTo(map.level.value + Math.sign(levels), inCells(event))
  }

  function double(event: MouseEvent): void {
    map.zoomTo(map.level.value - 2, inCells(event))
  }

  return {
    point,
    handlers: {
      pointerdown: down,
      pointermove: move,
      pointerup: up,
      pointercancel: () => (drag = null),
      pointerleave: leave,
      wheel: turn,
      dblclick: double,
    },
  }
}

/** The point right of the row addresses. */
function inCells(event: MouseEvent): { readonly x: number; readonly y: number } {
  const { x, y } = pointIn(event)
  return { x: Math.max(0, x - GUTTER), y }
}
