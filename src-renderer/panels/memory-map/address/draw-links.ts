/** Draws the lines from pages to frames, the boxes of the frames, and the whole machine beside them. */
import { formatPfn } from '../../../canvas/number-format.ts'
import type { CanvasSize } from '../../../canvas/use-canvas.ts'
import { KINDS } from '../../../theme/states.ts'
import { fillOf } from '../draw-cells.ts'
import { factsOf, type AddressScene } from './address-scene.ts'
import { paintStrip, stripShape } from './machine-strip.ts'
import { linksOf, type FrameBox, type Link, type Links } from './frame-boxes.ts'

const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'
/** More lines than this are drawn only for what is pointed at. */
const MANY_LINES = 160
const STRIP_TOP = 4

/** Answers the height on the canvas down to which boxes of frames lie; 0 if there are none. */
export function drawLinks(context: CanvasRenderingContext2D, size: CanvasSize, scene: AddressScene): number {
  const links = linksOf(scene, size.height)
  drawStrip(context, size, scene)
  for (const box of links.boxes.values()) drawToStrip(context, size, scene, box)
  const lit = links.links.filter((link) => isLit(scene, link))
  if (links.links.length <= MANY_LINES) {
    for (const link of links.links) if (!lit.includes(link)) drawLink(context, scene, links, link, false)
  }
  for (const link of lit) drawLink(context, scene, links, link, true)
  for (const box of links.boxes.values()) drawBox(context, scene, box)
  drawWords(context, scene, links)
  return Math.max(0, ...[...links.boxes.values()].map(({ rect }) => rect.y + rect.height))
}

/** Lines of the frame that is pointed at or selected, and of the area that is pointed at. */
export function isLit(scene: AddressScene, { pfn, area }: Link): boolean {
  const { selected, hoveredPfn, hoveredArea } = scene
  if (hoveredPfn >= 0) return pfn === hoveredPfn
  if (hoveredArea >= 0) return area === hoveredArea
  return selected !== null && pfn >= selected.pfn && pfn < selected.pfn + Math.max(1, selected.frames)
}

function drawLink(
  context: CanvasRenderingContext2D,
  { colours }: AddressScene,
  { boxes }: Links,
  { pfn, x, y, isBehind }: Link,
  lit: boolean,
): void {
  const box = boxes.get(pfn)
  if (box === undefined) return
  const to = { x: box.rect.x, y: box.rect.y + box.rect.height / 2 }
  context.strokeStyle = lit ? colours.accent.css : colours.muted.css
  context.globalAlpha = lit ? 1 : 0.4
  context.lineWidth = lit ? 1.5 : 1
  if (isBehind) context.setLineDash([2, 3])
  const bend = Math.max(16, (to.x - x) / 2)
  context.beginPath()
  context.moveTo(x, y)
  context.bezierCurveTo(x + bend, y, to.x - bend, to.y, to.x, to.y)
  context.stroke()
  context.setLineDash([])
  context.globalAlpha = 1
}

function drawBox(context: CanvasRenderingContext2D, scene: AddressScene, box: FrameBox): void {
  const { view, colours, by, selected, hoveredPfn } = scene
  const facts = box.entry < 0 ? null : factsOf(view, box.entry)
  const fill = facts === null ? { css: colours.ground.css, on: colours.text.css } : fillOf(colours, by, facts)
  const { x, y, width, height } = box.rect
  context.fillStyle = fill.css
  context.fillRect(x, y, width, height)
  context.strokeStyle = colours.muted.css
  context.lineWidth = 1
  if (facts === null) context.setLineDash([2, 2])
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
  context.setLineDash([])
  const isSelected =
    selected !== null && box.pfn >= selected.pfn && box.pfn < selected.pfn + Math.max(1, selected.frames)
  if (isSelected || box.pfn === hoveredPfn) {
    context.strokeStyle = colours.accent.css
    context.lineWidth = isSelected ? 2 : 1
    context.strokeRect(x - 1, y - 1, width + 2, height + 2)
  }
  context.fillStyle = fill.on
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.font = `500 10px ${MONO}`
  const letter = facts === null ? '' : (KINDS[facts.kind]?.letter ?? '')
  context.fillText(`${formatPfn(box.pfn)}${letter === '' ? '' : ` ${letter}`}`, x + 4, y + height / 2 + 0.5)
}

function drawWords(
  context: CanvasRenderingContext2D,
  { places, colours }: AddressScene,
  { boxes, hidden }: Links,
): void {
  if (boxes.size === 0) return
  context.font = `400 10px ${SANS}`
  context.fillStyle = colours.muted.css
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillText(hidden > 0 ? `frames (+${hidden})` : 'frames', places.boxes, 12)
}

function drawStrip(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  { places, overview, colours }: AddressScene,
): void {
  if (places.strip < 0 || overview === null) return
  const rect = { x: places.strip, y: STRIP_TOP, width: places.stripWidth, height: size.height - 2 * STRIP_TOP }
  paintStrip(context, rect, overview, colours)
  context.strokeStyle = colours.hairline.css
  context.lineWidth = 1
  context.strokeRect(rect.x - 0.5, rect.y - 0.5, rect.width + 1, rect.height + 1)
}

/** From the box of a frame to its place in the machine. */
function drawToStrip(context: CanvasRenderingContext2D, size: CanvasSize, scene: AddressScene, box: FrameBox): void {
  const { places, overview, colours } = scene
  const y = stripY(scene, box.pfn, size.height)
  if (overview === null || y < 0) return
  const from = { x: box.rect.x + box.rect.width, y: box.rect.y + box.rect.height / 2 }
  const lit = box.pfn === scene.hoveredPfn || box.pfn === scene.selected?.pfn
  context.strokeStyle = lit ? colours.accent.css : colours.muted.css
  context.globalAlpha = lit ? 1 : 0.35
  context.lineWidth = lit ? 1.5 : 1
  context.beginPath()
  context.moveTo(from.x, from.y)
  context.bezierCurveTo(from.x + 12, from.y, places.strip - 12, y, places.strip, y)
  context.stroke()
  context.globalAlpha = 1
}

/** Height of a frame in the strip; -1 if the machine does not have it or there is no strip. */
export function stripY({ places, overview }: AddressScene, pfn: number, height: number): number {
  if (places.strip < 0 || overview === null) return -1
  const { rows, framesPerRow } = stripShape(overview)
  const row = (pfn - overview.from) / framesPerRow
  return row < 0 || row > rows ? -1 : STRIP_TOP + (row / rows) * (height - 2 * STRIP_TOP)
}
