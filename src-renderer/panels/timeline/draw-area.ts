/** Draws the chosen area: what lies outside is dimmed, its edges have their steps. */
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import { clipPlot, RULER, type TimelineScene } from './scene.ts'

export function drawArea(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
): void {
  if (scene.area === null) return
  const { colours } = scene
  const from = toX(scene.area.from - 0.5)
  const to = Math.max(from + 2, toX(scene.area.to + 0.5))
  clipPlot(context, size, RULER)
  context.fillStyle = colours.ground.css
  context.globalAlpha = 0.55
  context.fillRect(0, RULER, from, size.height)
  context.fillRect(to, RULER, Math.max(0, size.width - to), size.height)
  context.globalAlpha = 1
  context.fillStyle = colours.accent.css
  context.fillRect(Math.round(from), RULER, 1, size.height)
  context.fillRect(Math.round(to), RULER, 1, size.height)
  context.fillRect(from, RULER, to - from, 2)
  context.restore()
}
