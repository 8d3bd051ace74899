/** Hatches that tell states apart without colour: small tiles repeated by the canvas. */

export type PatternName = 'cross-hatch' | 'diagonal' | 'rows' | 'columns' | 'dots'

const TILE = 6
const made = new Map<string, CanvasPattern>()

/** What a pattern of `pattern()` looks like, for pictures that are not made of pixels. */
export interface PatternFacts {
  readonly name: PatternName
  readonly color: string
}
const facts = new WeakMap<CanvasPattern, PatternFacts>()

export function patternFacts(of: CanvasPattern): PatternFacts | null {
  return facts.get(of) ?? null
}

function strokes(context: CanvasRenderingContext2D, name: PatternName): void {
  context.beginPath()
  if (name === 'cross-hatch' || name === 'diagonal') {
    for (const shift of [-TILE, 0, TILE]) {
      context.moveTo(shift, TILE)
      context.lineTo(shift + TILE, 0)
      if (name === 'diagonal') continue
      context.moveTo(shift, 0)
      context.lineTo(shift + TILE, TILE)
    }
  }
  if (name === 'rows') {
    context.moveTo(0, 1)
    context.lineTo(TILE, 1)
    context.moveTo(0, 4)
    context.lineTo(TILE, 4)
  }
  if (name === 'columns') {
    context.moveTo(1, 0)
    context.lineTo(1, TILE)
    context.moveTo(4, 0)
    context.lineTo(4, TILE)
  }
  context.stroke()
  if (name === 'dots') context.fillRect(2, 2, 2, 2)
}

/** A repeating pattern in one colour, for a canvas whose device pixels are `ratio` to a unit. */
export function pattern(
  target: CanvasRenderingContext2D,
  name: PatternName,
  color: string,
  ratio: number,
): CanvasPattern {
  const key = `${name} ${color} ${ratio}`
  const known = made.get(key)
  if (known !== undefined) return known
  const tile = document.createElement('canvas')
  tile.width = TILE * ratio
  tile.height = TILE * ratio
  const context = tile.getContext('2d')
  if (context === null) throw new Error('This browser cannot draw on a canvas.')
  context.scale(ratio, ratio)
  context.strokeStyle = color
  context.fillStyle = color
  context.lineWidth = 1
  strokes(context, name)
  const result = target.createPattern(tile, 'repeat')
  if (result === null) throw new Error('This browser cannot repeat a canvas pattern.')
  result.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]))
  made.set(key, result)
  facts.set(result, { name, color })
  return result
}
