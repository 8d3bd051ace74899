/** Draws the timeline: ruler, a lane per task with its steps, a row per memory, and the playhead. */
import type { StepRow, TimelineLane } from '../../../src-core/protocol/messages.ts'
import type { Severity } from '../../../src-core/report/report.ts'
import { formatBytes } from '../../canvas/number-format.ts'
import { fitFirst, fitText, measurer } from '../../canvas/text-fit.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import { ownerSlot, type Palette } from '../../theme/states.ts'
import { pixelsPerStep, rulerSteps, stepToX, type Axis } from './axis.ts'
import { drawBar, faultsOf, problemInk, type BarBrush } from './draw-bar.ts'
import type { TimelineProblems } from './problems.ts'
import { BAR_HEIGHT, type RowLayout } from './rows.ts'

export const RULER = 20
export const LANE = 22
/** Space left of the first step for names. */
export const GUTTER = 168
/** Space right of the last step, so that a flag on it is whole. */
export const MARGIN = 20
/** From this many pixels a step, the lanes show each step by name. */
export const STEP_NAMES_FROM = 34

const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'

export interface TimelineScene {
  readonly axis: Axis
  readonly steps: number
  readonly step: number
  /** Step under the pointer, -1 if none. */
  readonly hoveredStep: number
  readonly lanes: readonly TimelineLane[]
  readonly stepRows: readonly StepRow[]
  readonly layout: RowLayout
  readonly scroll: number
  readonly colours: Palette
  readonly problems: TimelineProblems
  readonly selectedAllocation: number
  readonly hoveredAllocation: number
}

/** Where the rows of memories begin. */
export function bodyTop(lanes: number): number {
  return RULER + lanes * LANE + 1
}

export function plotWidth(size: { readonly width: number }): number {
  return Math.max(40, size.width - GUTTER - MARGIN)
}

export function drawTimeline(context: CanvasRenderingContext2D, size: CanvasSize, scene: TimelineScene): void {
  const width = plotWidth(size)
  const toX = (step: number): number => GUTTER + stepToX(scene.axis, step, width)
  drawCurrent(context, size, scene, toX, width)
  drawRows(context, size, scene, toX)
  drawPlayheadLine(context, size, scene, toX)
  drawLanes(context, size, scene, toX, width)
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

/** Clips to the plot; the caller restores. */
function clipPlot(context: CanvasRenderingContext2D, size: CanvasSize, top = 0): void {
  context.save()
  context.beginPath()
  context.rect(GUTTER, top, size.width - GUTTER, size.height - top)
  context.clip()
}

function drawRows(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
): void {
  const { layout, colours } = scene
  const top = bodyTop(scene.lanes.length)
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
  if (!layout.packed)
    for (const placed of visible) drawRowName(context, scene, placed.bar, top + placed.top - scene.scroll)
  clipPlot(context, size, top)
  for (const placed of visible) {
    const faults = faultsOf(placed, scene.problems)
    drawBar(brush, placed, top + placed.top - scene.scroll, faults, placed.bar.allocation === scene.selectedAllocation)
  }
  context.restore()
  context.restore()
}

function drawRowName(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  bar: TimelineScene['layout']['bars'][number]['bar'],
  y: number,
): void {
  const { colours } = scene
  const middle = y + BAR_HEIGHT / 2 + 0.5
  context.textBaseline = 'middle'
  context.font = `600 12px ${MONO}`
  context.fillStyle = colours.text.css
  const name = fitText(measurer(context), bar.label, GUTTER - 20)
  context.fillText(name, 12, middle)
  const used = 12 + measurer(context)(name) + 8
  context.font = `400 11px ${SANS}`
  context.fillStyle = colours.muted.css
  const size = bar.bytes > 0 ? formatBytes(bar.bytes) : ''
  const words = bar.kind.replaceAll('-', ' ')
  const note = fitFirst(measurer(context), [`${words} · ${size}`, words, size], GUTTER - 8 - used)
  context.fillText(note, used, middle)
}

function drawLanes(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
  width: number,
): void {
  const { colours, lanes } = scene
  const perStep = pixelsPerStep(scene.axis, width)
  lanes.forEach((lane, index) => {
    const y = RULER + index * LANE
    const ink = colours.owner[ownerSlot(lane.task)]!.css
    context.fillStyle = ink
    context.fillRect(12, y + 7, 8, 8)
    context.font = `500 12px ${SANS}`
    context.textBaseline = 'middle'
    context.fillStyle = colours.text.css
    const name = fitText(measurer(context), lane.name, GUTTER - 70)
    context.fillText(name, 26, y + LANE / 2)
    const used = 26 + measurer(context)(name) + 8
    context.font = `400 11px ${SANS}`
    context.fillStyle = colours.muted.css
    context.fillText(fitText(measurer(context), lane.context, GUTTER - 8 - used), used, y + LANE / 2)
    clipPlot(context, size)
    if (perStep >= STEP_NAMES_FROM) drawSteps(context, scene, lane.task, y, toX, perStep)
    else drawRuns(context, scene, lane, y, toX)
    context.restore()
    context.fillStyle = colours.hairline.css
    context.fillRect(0, y + LANE, size.width, 1)
  })
}

function drawRuns(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  lane: TimelineLane,
  y: number,
  toX: (step: number) => number,
): void {
  context.fillStyle = scene.colours.owner[ownerSlot(lane.task)]!.css
  context.globalAlpha = 0.55
  for (const [from, to] of lane.runs) {
    const x = toX(from - 0.5)
    context.fillRect(x, y + 7, Math.max(1, toX(to + 0.5) - x), LANE - 14)
  }
  context.globalAlpha = 1
}

function problemFaint(colours: Palette, severity: Severity | undefined): string | null {
  if (severity === undefined) return null
  return severity === 'error' ? colours.brokenFaint.css : colours.warningFaint.css
}

/** Each step as a chip with the function it called. */
function drawSteps(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  task: number,
  y: number,
  toX: (step: number) => number,
  perStep: number,
): void {
  const { colours } = scene
  const slot = ownerSlot(task)
  context.textBaseline = 'middle'
  for (const row of scene.stepRows) {
    if (row.task !== task) continue
    const x = toX(row.step - 0.5) + 1
    const problem = scene.problems.worst.get(row.step)
    const current = row.step === scene.step
    context.fillStyle = problemFaint(colours, problem) ?? colours.ownerFaint[slot]!.css
    context.beginPath()
    context.roundRect(x, y + 3, perStep - 2, LANE - 6, 3)
    context.fill()
    if (current || row.step === scene.hoveredStep) {
      context.strokeStyle = current ? colours.accent.css : colours.muted.css
      context.lineWidth = current ? 1.5 : 1
      context.stroke()
    }
    context.font = `${current ? 600 : 450} 11px ${MONO}`
    context.fillStyle = problem === undefined ? colours.text.css : problemInk(colours, problem)
    const text = fitText(measurer(context), row.op, perStep - 10)
    context.fillText(text, x + (perStep - 2 - measurer(context)(text)) / 2, y + LANE / 2 + 0.5)
  }
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
