/** Draws the timeline: ruler, a lane per task with its steps, a row per memory, and the playhead. */
import { formatBytes } from '../../canvas/number-format.ts'
import { fitFirst, fitText, measurer } from '../../canvas/text-fit.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import { pixelsPerStep, rulerSteps, stepToX } from './axis.ts'
import { drawArea } from './draw-area.ts'
import { drawBar, faultsOf, problemInk, type BarBrush } from './draw-bar.ts'
import { drawHead } from './draw-head.ts'
import { drawMoves } from './draw-moves.ts'
import { BAR_HEIGHT, type PlacedBar } from './rows.ts'
import { bodyTop, clipPlot, GUTTER, plotWidth, RULER, type TimelineScene } from './scene.ts'
import { drawChevron, drawPin } from './gutter-marks.ts'

const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'

export function drawTimeline(context: CanvasRenderingContext2D, size: CanvasSize, scene: TimelineScene): void {
  const width = plotWidth(size)
  const toX = (step: number): number => GUTTER + stepToX(scene.axis, step, width)
  drawCurrent(context, size, scene, toX, width)
  drawRows(context, size, scene, toX)
  drawPlayheadLine(context, size, scene, toX)
  drawHead(context, size, scene, toX, pixelsPerStep(scene.axis, width))
  drawMoves(context, size, scene, toX)
  drawArea(context, size, scene, toX)
  drawRuler(context, size, scene, toX, width)
  drawPlayhead(context, size, scene, toX)
  context.fillStyle = scene.colours.hairline.css
  context.fillRect(GUTTER - 1, 0, 1, size.height)
}

/** A faint column behind everything at the current step. */
function drawCurrent(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
  width: number,
): void {
  const step = pixelsPerStep(scene.axis, width)
  if (step < 6 || scene.step === 0) return
  clipPlot(context, size)
  context.fillStyle = scene.colours.stripe.css
  context.fillRect(toX(scene.step) - step / 2, 0, step, size.height)
  context.restore()
}

function drawRows(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
): void {
  const { layout, colours } = scene
  const top = bodyTop(scene.head)
  context.save()
  context.beginPath()
  context.rect(0, top, size.width, size.height - top)
  context.clip()
  const brush: BarBrush = {
    problems: scene.problems,
    context,
    colours,
    ratio: size.ratio,
    toX,
    width: size.width,
    steps: scene.steps,
    packed: layout.packed,
    taskNames: scene.taskNames,
  }
  const visible = layout.bars.filter((each) => {
    const y = top + each.top - scene.scroll
    return y < size.height && y + layout.rows[each.row]!.height > top
  })
  for (const placed of visible) {
    const y = top + layout.rows[placed.row]!.top - scene.scroll
    const chosen = placed.bar.allocation === scene.selectedAllocation
    if (layout.packed || (!chosen && placed.bar.allocation !== scene.hoveredAllocation)) continue
    context.fillStyle = colours.stripe.css
    context.fillRect(0, y, size.width, layout.rows[placed.row]!.height)
    if (!chosen) continue
    context.fillStyle = colours.accent.css
    context.fillRect(0, y, 2, layout.rows[placed.row]!.height)
  }
  if (!layout.packed) for (const placed of visible) drawRowName(context, scene, placed, top + placed.top - scene.scroll)
  clipPlot(context, size, top)
  for (const placed of visible) {
    const faults = faultsOf(placed, scene.problems)
    drawBar(brush, placed, top + placed.top - scene.scroll, faults, placed.bar.allocation === scene.selectedAllocation)
  }
  context.restore()
  context.restore()
}

function drawRowName(context: CanvasRenderingContext2D, scene: TimelineScene, placed: PlacedBar, y: number): void {
  const { colours } = scene
  const { bar } = placed
  if (bar.rights.length > 0) drawChevron(context, colours.muted.css, 14, y + BAR_HEIGHT / 2, placed.unfolded)
  if (placed.pinned) drawPin(context, colours.text.css, GUTTER - 14, y + BAR_HEIGHT / 2)
  const middle = y + BAR_HEIGHT / 2 + 0.5
  context.textBaseline = 'middle'
  context.font = `600 12px ${MONO}`
  context.fillStyle = colours.text.css
  const name = fitText(measurer(context), bar.label, GUTTER - 34)
  context.fillText(name, 26, middle)
  const used = 26 + measurer(context)(name) + 8
  context.font = `400 11px ${SANS}`
  context.fillStyle = colours.muted.css
  const size = bar.bytes > 0 ? formatBytes(bar.bytes) : ''
  const words = bar.kind.replaceAll('-', ' ')
  const note = fitFirst(
    measurer(context),
    [`${words} · ${size}`, words, size],
    GUTTER - (placed.pinned ? 24 : 8) - used,
  )
  context.fillText(note, used, middle)
}

function drawRuler(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
  width: number,
): void {
  const { colours } = scene
  context.fillStyle = colours.hairline.css
  context.fillRect(0, RULER, size.width, 1)
  context.font = `450 11px ${MONO}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillStyle = colours.muted.css
  context.fillText('step', 12, RULER / 2)
  clipPlot(context, size)
  context.textAlign = 'center'
  const gap = 28 + measurer(context)(Math.round(scene.axis.to).toLocaleString('en'))
  for (const step of rulerSteps(scene.axis, width, gap)) {
    if (step === 0 || step > scene.steps) continue
    const x = toX(step)
    context.fillStyle = colours.hairline.css
    context.fillRect(Math.round(x), RULER - 4, 1, 4)
    if (Math.abs(x - toX(scene.step)) < gap - 12) continue
    context.fillStyle = colours.muted.css
    context.fillText(step.toLocaleString('en'), x, RULER / 2)
  }
  for (const [step, severity] of scene.problems.worst) {
    const x = toX(step)
    context.fillStyle = problemInk(colours, severity)
    context.beginPath()
    context.moveTo(x - 4, RULER - 5)
    context.lineTo(x + 4, RULER - 5)
    context.lineTo(x, RULER)
    context.fill()
  }
  context.restore()
  context.textAlign = 'left'
}

/** The line lies below the lanes, so that it never crosses the name of the step. */
function drawPlayheadLine(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
): void {
  const x = Math.round(toX(scene.step)) + 0.5
  if (x < GUTTER - 1 || x > size.width) return
  context.fillStyle = scene.colours.accent.css
  context.fillRect(x - 0.75, RULER, 1.5, size.height - RULER)
}

function drawPlayhead(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
): void {
  const { colours } = scene
  const x = Math.round(toX(scene.step)) + 0.5
  if (x < GUTTER - 1 || x > size.width) return
  context.fillStyle = colours.accent.css
  const label = scene.step.toLocaleString('en')
  context.font = `600 11px ${MONO}`
  const wide = measurer(context)(label) + 10
  context.beginPath()
  const left = Math.min(size.width - wide - 2, Math.max(GUTTER, x - wide / 2))
  context.roundRect(left, 2, wide, RULER - 4, 3)
  context.fill()
  context.fillStyle = colours.ground.css
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  context.fillText(label, left + wide / 2, RULER / 2 + 0.5)
  context.textAlign = 'left'
}
