/** A layer of a picture that is kept as drawn until what it depends on changes. */
import type { CanvasSize } from './use-canvas.ts'

export class KeptLayer {
  #canvas: HTMLCanvasElement | null = null
  #key = ''

  /** Draws the layer into `context`, whose unit is a CSS pixel. `key`: what it depends on beside its size. */
  draw(
    context: CanvasRenderingContext2D,
    { width, height, ratio }: CanvasSize,
    key: string,
    draw: (layer: CanvasRenderingContext2D) => void,
  ): void {
    const canvas = (this.#canvas ??= document.createElement('canvas'))
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
    const all = `${w}x${h}/${ratio}/${key}`
    if (all !== this.#key) {
      const layer = canvas.getContext('2d')
      if (layer === null) return
      if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w
        canvas.height = h
      }
      layer.setTransform(ratio, 0, 0, ratio, 0, 0)
      layer.clearRect(0, 0, width, height)
      draw(layer)
      this.#key = all
    }
    context.drawImage(canvas, 0, 0, w, h, 0, 0, width, height)
  }
}
