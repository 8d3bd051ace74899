/** Fits labels into the pixels there are: whole, cut with an ellipsis, or not at all. */

export type Measure = (text: string) => number

const ELLIPSIS = '…'

/** The longest beginning of `text` that fits `width` pixels; empty if not even two characters would be left. */
export function fitText(measure: Measure, text: string, width: number): string {
  if (width <= 0 || text === '') return ''
  if (measure(text) <= width) return text
  let low = 0
  let high = text.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (measure(text.slice(0, middle) + ELLIPSIS) <= width) low = middle
    else high = middle - 1
  }
  return low < 2 ? '' : text.slice(0, low) + ELLIPSIS
}

/** The first candidate that fits whole, else the last one cut. Give the longest first. */
export function fitFirst(measure: Measure, candidates: readonly string[], width: number): string {
  for (const text of candidates) if (text !== '' && measure(text) <= width) return text
  return fitText(measure, candidates.at(-1) ?? '', width)
}

/** Measures text in a context's current font, remembering the widths. Give `font` where it is known: asking costs. */
export function measurer(context: CanvasRenderingContext2D, font: string = context.font): Measure {
  let known = widths.get(font)
  if (known === undefined) widths.set(font, (known = new Map()))
  const of = known
  return (text) => {
    let width = of.get(text)
    if (width === undefined) {
      if (of.size > 5000) of.clear()
      width = context.measureText(text).width
      of.set(text, width)
    }
    return width
  }
}
/** By font and text. */
const widths = new Map<string, Map<string, number>>()
