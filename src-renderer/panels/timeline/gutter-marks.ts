/** Small marks left of the plot: what unfolds, and what is pinned. */

/** A triangle that points right when closed, down when open; centred on (x, y). */
export function drawChevron(context: CanvasRenderingContext2D, ink: string, x: number, y: number, open: boolean): void {
  context.fillStyle = ink
  context.beginPath()
  if (open) {
    context.moveTo(x - 4, y - 2)
    context.lineTo(x + 4, y - 2)
    context.lineTo(x, y + 3)
  } else {
    context.moveTo(x - 2, y - 4)
    context.lineTo(x + 3, y)
    context.lineTo(x - 2, y + 4)
  }
  context.closePath()
  context.fill()
}

/** A pin: a head and its needle, centred on (x, y). */
export function drawPin(context: CanvasRenderingContext2D, ink: string, x: number, y: number): void {
  context.fillStyle = ink
  context.beginPath()
  context.arc(x, y - 2, 3, 0, Math.PI * 2)
  context.fill()
  context.fillRect(x - 0.5, y, 1, 6)
}
