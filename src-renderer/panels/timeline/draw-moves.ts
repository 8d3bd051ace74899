/**
 * Draws where ownership moves: an arrow from the bar of a memory to the lane of the task that holds it then, or a short
 * one out of the bar where no task holds it (a raw pointer, RCU). Few are drawn whole; of many, those of the memory
 * that is selected or under the pointer, the others as arrow heads.
 */
import type { TimelineMove } from '../../../src-core/protocol/messages.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import { ownerSlot } from '../../theme/states.ts'
import { bodyTop, clipPlot, headRowTop, RULER, type TimelineScene } from './scene.ts'
import { LANE } from './head-rows.ts'
import { BAR_HEIGHT } from './rows.ts'

/** Up to this many moves on screen, each is an arrow of its own. */
const MOST_ARROWS = 12
const HEAD = 5

export function drawMoves(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: TimelineScene,
  toX: (step: number) => number,
): void {
  const { layout, head } = scene
  const top = bodyTop(head)
  const bars = layout.bars.filter(({ bar }) => bar.moves.length > 0)
  const all = bars.reduce((sum, { bar }) => sum + bar.moves.length, 0) <= MOST_ARROWS
  clipPlot(context, size, RULER)
  for (const placed of bars) {
    const y = top + placed.top - scene.scroll
    if (y + BAR_HEIGHT < top || y > size.height) continue
    const { allocation } = placed.bar
    const chosen = allocation === scene.selectedAllocation || allocation === scene.hoveredAllocation
    for (const move of placed.bar.moves) {
      const x = toX(move.step)
      if (x < 0 || x > size.width) continue
      drawMove(context, scene, move, x, y, all || chosen, chosen)
    }
  }
  context.restore()
}

function drawMove(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  move: TimelineMove,
  x: number,
  y: number,
  whole: boolean,
  chosen: boolean,
): void {
  const { colours, head } = scene
  const ink = move.task < 0 ? colours.text.css : colours.owner[ownerSlot(move.task)]!.css
  const lane = head.rows.findIndex((row) => row.lane?.tasks.includes(move.task) === true)
  const laneY = lane < 0 ? -1 : headRowTop(scene, lane) + LANE - 4
  context.strokeStyle = context.fillStyle = ink
  context.lineWidth = chosen ? 2 : 1.25
  if (whole && lane >= 0 && laneY >= RULER && laneY < y - HEAD) {
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x, laneY + HEAD)
    context.stroke()
    arrowHead(context, x, laneY, 0, -1)
    return
  }
  // Out of the bar, upwards and to the right.
  context.beginPath()
  context.moveTo(x, y + 2)
  context.lineTo(x, y - 3)
  context.lineTo(x + 5, y - 3)
  context.stroke()
  arrowHead(context, x + 5 + HEAD, y - 3, 1, 0)
}

/** An arrow head whose tip is at (x, y), pointing along (dx, dy). */
function arrowHead(context: CanvasRenderingContext2D, x: number, y: number, dx: number, dy: number): void {
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(x - dx * HEAD - dy * 3.5, y - dy * HEAD - dx * 3.5)
  context.lineTo(x - dx * HEAD + dy * 3.5, y - dy * HEAD + dx * 3.5)
  context.closePath()
  context.fill()
}
