/** A canvas that fills its parent, sharp on every screen, drawn at most once per animation frame. */
import { onBeforeUnmount, onMounted, shallowRef, type Ref, type ShallowRef } from 'vue'
import { Redraw } from './redraw.ts'

/** Size in CSS pixels, and device pixels per CSS pixel. */
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
 * `draw` gets a cleared context whose unit is a CSS pixel. The canvas follows the size of its parent and the zoom of
 * the page.
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
    const next = { width: parent.clientWidth, height: parent.clientHeight, ratio: window.devicePixelRatio || 1 }
    const { width, height, ratio } = size.value
    if (next.width !== width || next.height !== height || next.ratio !== ratio) size.value = next
    redraw.request()
  }

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
