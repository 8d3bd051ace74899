/** The pointer on the timeline: hover explains, click selects or moves the playhead, drag pans, wheel zooms. */
import { shallowRef } from 'vue'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { pointIn, zoomOf } from '../../theme/zoom.ts'
import { xToStep } from './axis.ts'
import type { useTimeline } from './use-timeline.ts'

const DRAG_FROM = 4
const ZOOM_PER_PIXEL = 1.0035

export function useTimelinePointer(timeline: ReturnType<typeof useTimeline>) {
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const point = shallowRef<{ readonly x: number; readonly y: number } | null>(null)
  const grabbing = shallowRef<'pan' | 'playhead' | 'area' | null>(null)
  let last = { x: 0, y: 0 }
  let start = { x: 0, y: 0 }
  let dragged = false
  /** Where the area that is being drawn began. */
  let anchor = 0
  let pressed = false

  function seekTo(x: number): void {
    cursor.seek(Math.round(xToStep(timeline.axis.value, x - timeline.GUTTER, timeline.width())))
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    pressed = true
    dragged = false
    last = start = { x: event.clientX, y: event.clientY }
    const at = pointIn(event)
    if (event.shiftKey && at.x >= timeline.GUTTER) {
      grabbing.value = 'area'
      ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
      point.value = null
      anchor = timeline.stepAt(at.x)
      return
    }
    const hit = timeline.hitAt(at.x, at.y)
    if (hit.on !== 'ruler' && hit.on !== 'playhead') return
    grabbing.value = 'playhead'
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    point.value = null
    if (hit.on === 'ruler') cursor.seek(hit.step)
  }

  function move(event: PointerEvent): void {
    if (pressed && grabbing.value === 'area') {
      timeline.wishes.choose({ from: anchor, to: timeline.stepAt(pointIn(event).x) })
      return
    }
    if (pressed && grabbing.value === 'playhead') {
      seekTo(pointIn(event).x)
      return
    }
    if (pressed && (event.buttons & 1) !== 0) {
      const far = Math.abs(event.clientX - start.x) + Math.abs(event.clientY - start.y) >= DRAG_FROM
      if (!dragged && !far) return
      if (!dragged) (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
      dragged = true
      grabbing.value = 'pan'
      point.value = null
      const zoom = zoomOf(event.currentTarget)
      timeline.panBy((last.x - event.clientX) / zoom)
      timeline.scrollBy((last.y - event.clientY) / zoom)
      last = { x: event.clientX, y: event.clientY }
      return
    }
    const at = pointIn(event)
    const hit = timeline.hitAt(at.x, at.y)
    timeline.hover(hit)
    const explains =
      hit.on === 'bar' ||
      hit.on === 'tick' ||
      hit.on === 'right' ||
      hit.on === 'lane' ||
      hit.on === 'span' ||
      hit.on === 'name'
    point.value = explains ? { x: event.clientX, y: event.clientY } : null
  }

  function up(event: PointerEvent): void {
    const click = pressed && !dragged && grabbing.value === null
    pressed = false
    grabbing.value = null
    if (!click) return
    const at = pointIn(event)
    const hit = timeline.hitAt(at.x, at.y)
    if (hit.on === 'bar') selection.select({ allocation: hit.placed.bar.allocation })
    else if (hit.on === 'tick') selection.selectStep(hit.tick.step, { allocation: hit.placed.bar.allocation })
    else if (hit.on === 'right') {
      selection.selectStep(hit.placed.bar.rights[hit.index]!.from, { allocation: hit.placed.bar.allocation })
    } else if (hit.on === 'lane') cursor.seek(hit.step)
    else if (hit.on === 'span') cursor.seek(hit.span.from)
    else if (hit.on === 'name') timeline.wishes.pinLane(hit.row.key)
    else if (hit.on === 'chevron') timeline.wishes.unfold(hit.placed.bar.allocation)
  }

  function leave(): void {
    point.value = null
    timeline.hover({ on: 'nothing' })
  }

  function turn(event: WheelEvent): void {
    event.preventDefault()
    point.value = null
    const zoomed = zoomOf(event.currentTarget)
    const unit = (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1) / zoomed
    const { x } = pointIn(event)
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit]
    const zoom = event.ctrlKey || event.metaKey
    if (!zoom && Math.abs(dx) > Math.abs(dy)) timeline.panBy(dx)
    else if (!zoom && event.shiftKey) timeline.panBy(dy)
    else if (!zoom && x < timeline.GUTTER && timeline.overflows()) timeline.scrollBy(dy)
    else timeline.zoomBy(ZOOM_PER_PIXEL ** (-dy * zoomed), x - timeline.GUTTER)
  }

  return {
    point,
    grabbing,
    handlers: {
      pointerdown: down,
      pointermove: move,
      pointerup: up,
      pointercancel: up,
      pointerleave: leave,
      wheel: turn,
    },
  }
}
