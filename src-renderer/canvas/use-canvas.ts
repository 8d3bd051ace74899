/** A canvas that fills its parent, sharp on every screen, drawn at most once per animation frame. */
import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { useSettingsStore } from '../stores/settings.ts'
import { zoomOf } from '../theme/zoom.ts'
import { Redraw } from './redraw.ts'

/** Size in CSS pixels of the panel, which the interface's zoom enlarges, and device pixels per such pixel. */
export interface CanvasSize {
  readonly width: number
  readonly height: number
  readonly ratio: number
}

export interface LiveCanvas {
  readonly redraw: Redraw
  readonly size: ShallowRef<CanvasSize>
}

/**
 * `draw` gets a cleared context whose unit is a CSS pixel. The canvas follows the size of its parent, the zoom of the
 * page and that of the interface.
 */
export function useCanvas(
  canvas: Readonly<Ref<HTMLCanvasElement | null>>,
  draw: (context: CanvasRenderingContext2D, size: CanvasSize, now: number) => void,
): LiveCanvas {
  const size = shallowRef<CanvasSize>({ width: 0, height: 0, ratio: 1 })
  const redraw = new Redraw((now) => {
    const element = canvas.value
    const context = element?.getContext('2d') ?? null
    const { width, height, ratio } = size.value
    if (element === null || context === null || width === 0 || height === 0) return
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (element.width !== w || element.height !== h) {
      element.width = w
      element.height = h
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    draw(context, size.value, now)
  })

  function measure(): void {
    const parent = canvas.value?.parentElement
    if (parent === null || parent === undefined) return
    const ratio = (window.devicePixelRatio || 1) * zoomOf(parent)
    const next = { width: parent.clientWidth, height: parent.clientHeight, ratio }
    const { width, height, ratio: before } = size.value
    if (next.width !== width || next.height !== height || ratio !== before) size.value = next
    redraw.request()
  }

  const settings = useSettingsStore()
  watch(() => settings.shownZoom, measure, { flush: 'post' })
  let observer: ResizeObserver | null = null
  onMounted(() => {
    measure()
    if (typeof ResizeObserver === 'function' && canvas.value?.parentElement) {
      observer = new ResizeObserver(measure)
      observer.observe(canvas.value.parentElement)
    }
    window.addEventListener('resize', measure)
  })
  onBeforeUnmount(() => {
    observer?.disconnect()
    window.removeEventListener('resize', measure)
    redraw.stop()
  })
  return { redraw, size }
}

/** Whether the person asked for less motion. */
export function reducedMotion(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches
}
