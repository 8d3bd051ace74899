/** Draws one bar of the timeline: its owner's fill, ticks, nested rights, and what went wrong with it. */
import type { TimelineBar, TimelineTick } from '../../../src-core/protocol/messages.ts'
import type { Severity } from '../../../src-core/report/report.ts'
import { pattern } from '../../canvas/patterns.ts'
import { fitFirst, measurer } from '../../canvas/text-fit.ts'
import { markOfRight } from '../../theme/right-marks.ts'
import { ownerPattern, ownerSlot, type MarkName, type Palette } from '../../theme/states.ts'
import type { TimelineProblems } from './problems.ts'
import { BAR_HEIGHT, RIGHT_HEIGHT, type PlacedBar } from './rows.ts'
import { GUTTER } from './scene.ts'
import { mergeTicks } from './ticks.ts'

const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const TICK_GAP = 7
const SMALLEST_BAR = 3

/** Red for errors, amber for warnings, quiet for notes. */
export function problemInk(colours: Palette, severity: Severity): string {
  return (severity === 'error' ? colours.broken : severity === 'warning' ? colours.warning : colours.muted).css
}

export interface BarBrush {
  readonly problems: TimelineProblems
  readonly context: CanvasRenderingContext2D
  readonly colours: Palette
  readonly ratio: number
  /** Pixels of a step, inside the clip of the bar area. */
  readonly toX: (step: number) => number
  readonly width: number
  readonly steps: number
  /** Names inside bars instead of at the left. */
  readonly packed: boolean
  readonly taskNames: ReadonlyMap<number, string>
}

/** Broken rules on a bar. */
export interface BarFaults {
  /** A right on its bytes outlived it. */
  readonly rightsLeft: boolean
  /** Steps that used it while it was invalid. */
  readonly uses: readonly number[]
  /** Steps of other broken rules: leaks, wrong frees. */
  readonly others: readonly number[]
  /** Step at which it became invalid, if it was used after that; 0 if not. */
  readonly invalidAt: number
  /** Step after which nobody owned it, though it lived on; the end of the bar if there is none. */
  readonly ownedTo: number
}

/** Rights that keep the page block and not the bytes in it. */
export function keepsPage(kind: string): boolean {
  return /reference|pin|lru/.test(kind)
}

export function faultsOf(placed: PlacedBar, problems: TimelineProblems): BarFaults {
  const { bar } = placed
  const uses = new Set(problems.uses.get(bar.allocation) ?? [])
  const others = new Set<number>()
  let ownedTo = bar.to
  for (const { kind, step } of bar.ticks) {
    if (kind === 'invalidated' && step < ownedTo) ownedTo = step
    if (kind !== 'violation' || uses.has(step)) continue
    if (bar.freed && step > bar.to) uses.add(step)
    else others.add(step)
  }
  const lastUse = Math.max(0, ...uses)
  return {
    invalidAt: lastUse > ownedTo ? ownedTo : bar.freed && lastUse > bar.to ? bar.to : 0,
    rightsLeft: bar.freed && (problems.rightsLeft.get(bar.allocation)?.includes(bar.to) ?? false),
    uses: [...uses].sort((a, b) => a - b),
    others: [...others].sort((a, b) => a - b),
    ownedTo,
  }
}

export function drawBar(brush: BarBrush, placed: PlacedBar, y: number, faults: BarFaults, selected: boolean): void {
  const { context, colours, toX } = brush
  const { bar } = placed
  const left = toX(bar.from)
  const right = Math.max(left + SMALLEST_BAR, toX(bar.to))
  if (right < -40 && toX(placed.until) < -20) return
  if (left > brush.width + 40) return
  const slot = ownerSlot(bar.owner)

  if (faults.rightsLeft) drawGhost(brush, right, toX(placed.until), y)
  else if (faults.uses.some((step) => step > bar.to)) drawDangling(brush, right, toX(Math.max(...faults.uses)), y)
  drawRights(brush, placed, y, faults)

  context.fillStyle = colours.owner[slot]!.css
  context.beginPath()
  if (bar.freed) context.roundRect(left, y, right - left, BAR_HEIGHT, [3, 0, 0, 3])
  else {
    context.moveTo(left, y)
    context.lineTo(right - 5, y)
    context.lineTo(right, y + BAR_HEIGHT / 2)
    context.lineTo(right - 5, y + BAR_HEIGHT)
    context.lineTo(left, y + BAR_HEIGHT)
    context.closePath()
  }
  context.fill()
  drawHolders(brush, placed, right, y)
  if (faults.ownedTo < bar.to) {
    const from = toX(faults.ownedTo)
    context.fillStyle = colours.ownerFaint[slot]!.css
    context.fillRect(from, y + 1, right - from - (bar.freed ? 0 : 5), BAR_HEIGHT - 2)
  }
  if (ownerPattern(bar.owner)) {
    context.globalAlpha = 0.4
    context.fillStyle = pattern(context, 'dots', colours.onOwner.css, brush.ratio)
    context.fill()
    context.globalAlpha = 1
  }
  if (bar.freed && (faults.rightsLeft || right - left >= 10)) {
    context.fillStyle = faults.rightsLeft ? colours.broken.css : colours.text.css
    context.fillRect(right - (faults.rightsLeft ? 3 : 2), y - 2, faults.rightsLeft ? 3 : 2, BAR_HEIGHT + 4)
  }
  if (selected) {
    context.lineWidth = 1.5
    context.strokeStyle = colours.accent.css
    context.strokeRect(left - 1.5, y - 2, right - left + 3, BAR_HEIGHT + 4)
  }
  drawTicks(brush, bar.ticks, left, right, y)
  if (brush.packed) drawName(brush, placed, left, right, y)
  for (const step of faults.others) drawProblem(brush, Math.min(toX(step), right), y, step)
  if (faults.invalidAt > 0) drawInvalid(brush, toX(faults.invalidAt), y)
  for (const step of faults.uses) drawUse(brush, toX(step), y)
}

/** Stretches in which another than the first owner holds it: the new owner's fill; held by no task, faint. */
function drawHolders(brush: BarBrush, placed: PlacedBar, right: number, y: number): void {
  const { context, colours, toX } = brush
  const { bar } = placed
  bar.moves.forEach(({ step, task }, i) => {
    if (step >= bar.to) return
    const from = toX(step)
    const to = Math.min(right, toX(bar.moves[i + 1]?.step ?? bar.to))
    const slot = ownerSlot(task < 0 ? bar.owner : task)
    context.fillStyle = (task < 0 ? colours.ownerFaint : colours.owner)[slot]!.css
    context.fillRect(from, y + 1, Math.max(0, to - from - (bar.freed ? 0 : 5)), BAR_HEIGHT - 2)
  })
}

/** Where a memory became invalid that was used later: the outline of the flag of the use. */
function drawInvalid(brush: BarBrush, x: number, y: number): void {
  const { context, colours } = brush
  context.strokeStyle = colours.broken.css
  context.fillStyle = colours.ground.css
  context.lineWidth = 1.25
  context.beginPath()
  context.moveTo(x, y - 2)
  context.lineTo(x + 9, y - 2)
  context.lineTo(x + 6, y + 2)
  context.lineTo(x + 9, y + 6)
  context.lineTo(x, y + 6)
  context.closePath()
  context.fill()
  context.stroke()
  context.fillStyle = colours.broken.css
  context.fillRect(x - 1, y - 2, 2, BAR_HEIGHT + 4)
}

/** Where rights outlive the memory: red edge, cross-hatch. */
function drawGhost(brush: BarBrush, from: number, to: number, y: number): void {
  const { context, colours, ratio } = brush
  const width = Math.max(10, to - from)
  context.fillStyle = colours.brokenFaint.css
  context.fillRect(from, y, width, BAR_HEIGHT)
  context.globalAlpha = 0.7
  context.fillStyle = pattern(context, 'cross-hatch', colours.broken.css, ratio)
  context.fillRect(from, y, width, BAR_HEIGHT)
  context.globalAlpha = 1
  context.strokeStyle = colours.broken.css
  context.lineWidth = 1.5
  context.strokeRect(from, y + 0.75, width, BAR_HEIGHT - 1.5)
}

/** From the free to a use through a plain pointer: nothing was left but the pointer. */
function drawDangling(brush: BarBrush, from: number, to: number, y: number): void {
  const { context, colours } = brush
  context.setLineDash([2, 3])
  context.lineWidth = 1.5
  context.strokeStyle = colours.broken.css
  context.beginPath()
  context.moveTo(from, y + BAR_HEIGHT / 2)
  context.lineTo(to, y + BAR_HEIGHT / 2)
  context.stroke()
  context.setLineDash([])
}

/** Any other broken rule: the triangle of the ruler, on the bar. */
function drawProblem(brush: BarBrush, x: number, y: number, step: number): void {
  const { context, colours } = brush
  context.fillStyle = problemInk(colours, brush.problems.worst.get(step) ?? 'error')
  context.strokeStyle = colours.ground.css
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(x - 5, y - 3)
  context.lineTo(x + 5, y - 3)
  context.lineTo(x, y + 6)
  context.closePath()
  context.stroke()
  context.fill()
}

/** The red flag of a use while invalid, its pole on the step. */
function drawUse(brush: BarBrush, x: number, y: number): void {
  const { context, colours } = brush
  context.fillStyle = colours.broken.css
  context.strokeStyle = colours.ground.css
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(x - 1, y - 2)
  context.lineTo(x + 12, y - 2)
  context.lineTo(x + 8, y + 3)
  context.lineTo(x + 12, y + 8)
  context.lineTo(x + 1.5, y + 8)
  context.lineTo(x + 1.5, y + BAR_HEIGHT + 2)
  context.lineTo(x - 1, y + BAR_HEIGHT + 2)
  context.closePath()
  context.stroke()
  context.fill()
}

type RightStyle = 'tick' | 'batch' | 'outline' | 'dots' | 'diagonal' | 'dashed'
const STYLES: Partial<Readonly<Record<MarkName, RightStyle>>> = {
  pin: 'dots',
  dma: 'diagonal',
  mapping: 'outline',
  rcu: 'dashed',
  batch: 'batch',
}

/** How the thin bar of a right looks: one mark per idea, as everywhere. */
function rightStyle(kind: string): RightStyle {
  const mark = markOfRight(kind)
  return mark === '' ? 'tick' : (STYLES[mark] ?? 'tick')
}

function drawRights(brush: BarBrush, placed: PlacedBar, y: number, faults: BarFaults): void {
  const { context, colours, toX, ratio } = brush
  const { bar } = placed
  for (const { index, lane } of placed.rights) {
    const right = bar.rights[index]!
    const from = toX(right.from)
    const to = Math.max(from + 3, toX(right.to))
    if (to < -10 || from > brush.width + 10) continue
    const top = y + BAR_HEIGHT + 2 + lane * placed.rightHeight
    const ink = colours.owner[ownerSlot(right.holder)]!.css
    const left = faults.rightsLeft && right.from <= bar.to && right.to > bar.to && !keepsPage(right.kind)
    const late = left ? Math.max(from, toX(bar.to)) : to
    const height = RIGHT_HEIGHT - 2
    context.fillStyle = ink
    context.strokeStyle = ink
    context.lineWidth = 1
    const style = rightStyle(right.kind)
    if (style === 'tick' || style === 'batch') {
      context.fillRect(from, top + 0.5, late - from, 2)
      context.fillRect(from - 1, top - 2, 2, RIGHT_HEIGHT)
      if (style === 'batch') for (const x of [from + 3, from + 7]) if (x < late) context.fillRect(x, top - 2, 2, 5)
    } else if (style === 'outline') context.strokeRect(from + 0.5, top + 0.5, Math.max(2, late - from - 1), height - 1)
    else if (style === 'dashed') {
      context.setLineDash([4, 3])
      context.strokeRect(from + 0.5, top + 0.5, Math.max(2, late - from - 1), height - 1)
      context.setLineDash([])
    } else {
      context.fillStyle = pattern(context, style === 'dots' ? 'dots' : 'diagonal', ink, ratio)
      context.fillRect(from, top - 0.5, late - from, height + 1)
    }
    if (late < to) {
      context.fillStyle = colours.broken.css
      context.fillRect(late, top, to - late, 2.5)
    }
    if (placed.unfolded) drawRightName(brush, right, from, top)
  }
  if (placed.hiddenRights > 0) {
    context.font = `400 10px ${SANS}`
    context.fillStyle = colours.muted.css
    context.textBaseline = 'middle'
    const x = Math.max(toX(bar.from), GUTTER) + 2
    context.fillText(`+${placed.hiddenRights}`, x, y + BAR_HEIGHT + 2 + 3.5 * RIGHT_HEIGHT)
  }
}

/** What an unfolded right is and whose, below its line. */
function drawRightName(brush: BarBrush, right: TimelineBar['rights'][number], from: number, top: number): void {
  const { context, colours } = brush
  context.font = `450 10px ${SANS}`
  context.fillStyle = colours.text.css
  context.textBaseline = 'middle'
  const holder = brush.taskNames.get(right.holder) ?? ''
  const words = `${right.kind.replaceAll('-', ' ')}${holder === '' ? '' : ` · ${holder}`}`
  context.fillText(words, Math.max(from, GUTTER) + 4, top + 8)
}

function drawTicks(brush: BarBrush, ticks: readonly TimelineTick[], left: number, right: number, y: number): void {
  const { colours, toX } = brush
  for (const { x, tick } of mergeTicks(ticks, toX, TICK_GAP)) {
    if (x < -10 || x > brush.width + 10) continue
    const inside = x >= left - 0.5 && x <= right + 0.5
    drawTick(brush.context, colours, tick, Math.min(Math.max(x, left + 4), Math.max(right - 5, x)), y, inside)
  }
}

function drawTick(
  context: CanvasRenderingContext2D,
  colours: Palette,
  tick: TimelineTick,
  x: number,
  y: number,
  inside: boolean,
): void {
  const ink = inside ? colours.onOwner.css : colours.muted.css
  const middle = y + BAR_HEIGHT / 2
  context.fillStyle = ink
  context.strokeStyle = ink
  context.lineWidth = 1.5
  switch (tick.kind) {
    case 'reference':
      context.fillRect(x - 1, y, 2, BAR_HEIGHT * 0.6)
      break
    case 'put':
      context.fillRect(x - 1, y + BAR_HEIGHT * 0.4, 2, BAR_HEIGHT * 0.6)
      break
    case 'map':
    case 'unmap':
      context.strokeRect(x - 3, middle - 3, 6, 6)
      if (tick.kind === 'unmap') context.fillRect(x - 3, middle - 0.75, 6, 1.5)
      break
    case 'write':
    case 'read':
      context.beginPath()
      context.arc(x, middle, 2.75, 0, Math.PI * 2)
      if (tick.kind === 'write') context.fill()
      else context.stroke()
      break
    case 'derive':
    case 'move':
      context.beginPath()
      context.moveTo(x - 2.5, middle - 3.5)
      context.lineTo(x + 1.5, middle)
      context.lineTo(x - 2.5, middle + 3.5)
      context.stroke()
      break
    default:
  }
}

function drawName(brush: BarBrush, placed: PlacedBar, left: number, right: number, y: number): void {
  const { context, colours } = brush
  context.font = `500 11px ${SANS}`
  context.fillStyle = colours.onOwner.css
  context.textBaseline = 'middle'
  const from = Math.max(left, 0)
  const text = fitFirst(measurer(context), [placed.bar.label], Math.min(right, brush.width) - from - 10)
  if (text !== '') context.fillText(text, from + 5, y + BAR_HEIGHT / 2 + 0.5)
}
