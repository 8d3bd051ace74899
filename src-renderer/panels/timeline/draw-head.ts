/** Draws the rows above the memories: names at the left, each task's steps, the spans of each track. */
import type { TimelineLane, TimelineTrack, TrackGroup } from '../../../src-core/protocol/messages.ts'
import type { Severity } from '../../../src-core/report/report.ts'
import { pattern } from '../../canvas/patterns.ts'
import { fitText, measurer } from '../../canvas/text-fit.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import { ownerSlot, type Palette } from '../../theme/states.ts'
import { problemInk } from './draw-bar.ts'
import { bodyTop, clipPlot, GUTTER, headRowTop, RULER, type TimelineScene } from './scene.ts'
import { drawPin } from './gutter-marks.ts'
import { LANE, type HeadRow } from './head-rows.ts'

/** From this many pixels a step, the lanes show each step by name. */
export const STEP_NAMES_FROM = 34
const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'
const SMALLEST_SPAN = 2

type ToX = (step: number) => number

export function drawHead(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: ToX,
  perStep: number,
): void {
  const { head, colours } = scene
  const top = bodyTop(head)
  context.save()
  context.beginPath()
  context.rect(0, top, size.width, size.height - top)
  context.clip()
  head.rows.forEach((row, at) => {
    if (at >= head.fixed) drawRow(context, size, scene, row, headRowTop(scene, at), toX, perStep)
  })
  context.restore()
  head.rows.slice(0, head.fixed).forEach((row, at) => {
    drawRow(context, size, scene, row, headRowTop(scene, at), toX, perStep)
  })
  if (head.scrolled > 0) {
    context.fillStyle = colours.muted.css
    context.fillRect(0, top - 1, size.width, 1)
  }
}

function drawRow(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  row: HeadRow,
  y: number,
  toX: ToX,
  perStep: number,
): void {
  if (y > size.height || y + LANE < RULER) return
  drawRowName(context, scene, row, y)
  clipPlot(context, size)
  if (row.track !== null) drawSpans(context, scene, row.track, y, toX, size)
  else if (row.lane !== null) {
    if (perStep >= STEP_NAMES_FROM) drawSteps(context, scene, row.lane, y, toX, perStep)
    else drawRuns(context, scene, row.lane, y, toX)
  }
  context.restore()
  context.fillStyle = scene.colours.hairline.css
  context.fillRect(0, y + LANE, size.width, 1)
}

function drawRowName(context: CanvasRenderingContext2D, scene: TimelineScene, row: HeadRow, y: number): void {
  const { colours } = scene
  if (row.lane === null) drawGroupMark(context, colours, row.group as TrackGroup, y)
  else {
    context.fillStyle = colours.owner[ownerSlot(row.lane.task)]!.css
    context.fillRect(12, y + 7, 8, 8)
  }
  if (row.pinned) drawPin(context, colours.text.css, GUTTER - 14, y + LANE / 2)
  context.font = `500 12px ${SANS}`
  context.textBaseline = 'middle'
  context.fillStyle = colours.text.css
  const room = row.pinned ? 24 : 8
  const name = fitText(measurer(context), row.name, GUTTER - 26 - room - (row.lane === null ? 0 : 36))
  context.fillText(name, 26, y + LANE / 2)
  if (row.lane === null) return
  const used = 26 + measurer(context)(name) + 8
  context.font = `400 11px ${SANS}`
  context.fillStyle = colours.muted.css
  context.fillText(fitText(measurer(context), row.lane.context, GUTTER - room - used), used, y + LANE / 2)
}

/** What kind of track it is, as the mark its spans have. */
function drawGroupMark(context: CanvasRenderingContext2D, colours: Palette, group: TrackGroup, y: number): void {
  context.strokeStyle = colours.muted.css
  context.fillStyle = colours.muted.css
  context.lineWidth = 1
  if (group === 'rcu') {
    context.setLineDash([2, 2])
    context.strokeRect(12.5, y + 7.5, 7, 7)
    context.setLineDash([])
  } else if (group === 'device') {
    context.fillStyle = pattern(context, 'diagonal', colours.muted.css, 1)
    context.fillRect(12, y + 7, 8, 8)
  } else if (group === 'lock') context.fillRect(12, y + 7, 8, 8)
  else context.strokeRect(12.5, y + 7.5, 7, 7)
}

function drawSpans(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  track: TimelineTrack,
  y: number,
  toX: ToX,
  size: CanvasSize,
): void {
  const { colours } = scene
  const [top, height] = [y + 5, LANE - 10]
  context.font = `450 11px ${SANS}`
  context.textBaseline = 'middle'
  context.lineWidth = 1
  for (const span of track.spans) {
    const from = toX(span.from)
    const to = Math.max(from + SMALLEST_SPAN, toX(span.to))
    if (to < GUTTER || from > size.width) continue
    const slot = ownerSlot(span.task)
    const ink = colours.owner[slot]!.css
    const wide = to - from
    context.fillStyle = colours.ownerFaint[slot]!.css
    context.fillRect(from, top, wide, height)
    context.strokeStyle = ink
    if (track.group === 'device') {
      context.globalAlpha = 0.5
      context.fillStyle = pattern(context, 'diagonal', ink, size.ratio)
      context.fillRect(from, top, wide, height)
      context.globalAlpha = 1
    } else if (track.group === 'lock') {
      context.fillStyle = ink
      context.globalAlpha = span.count > 1 ? 0.55 : 1
      context.fillRect(from, top, wide, height)
      context.globalAlpha = 1
    }
    if (wide >= 4 && track.group !== 'lock') {
      if (track.group === 'rcu') context.setLineDash([3, 2])
      context.strokeRect(from + 0.5, top + 0.5, wide - 1, height - 1)
      context.setLineDash([])
    } else if (wide < 4) {
      context.fillStyle = ink
      context.fillRect(from, top, wide, height)
    }
    if (wide < 24) continue
    const words = span.label !== '' ? span.label : (scene.taskNames.get(span.task) ?? '')
    context.fillStyle = track.group === 'lock' ? colours.onOwner.css : colours.text.css
    const start = Math.max(from, GUTTER)
    context.fillText(fitText(measurer(context), words, to - start - 8), start + 5, y + LANE / 2 + 0.5)
  }
}

function drawRuns(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  lane: TimelineLane,
  y: number,
  toX: ToX,
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
  lane: TimelineLane,
  y: number,
  toX: ToX,
  perStep: number,
): void {
  const { colours } = scene
  context.textBaseline = 'middle'
  for (const row of scene.stepRows) {
    if (!lane.tasks.includes(row.task)) continue
    const slot = ownerSlot(row.task)
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
