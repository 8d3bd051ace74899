/**
 * A drawing context that writes SVG: the map and the timeline draw into it as they draw into a canvas, so the file
 * shows exactly what the screen shows, as shapes and text. Only what the views use is there: rectangles, paths, arcs,
 * curves, text, clipping, alpha, dashes, hatches, and images (the map's pixels where cells are smaller than marks).
 */
import { patternFacts, type PatternFacts } from './patterns.ts'

interface State {
  fillStyle: string | CanvasPattern
  strokeStyle: string
  lineWidth: number
  font: string
  textAlign: CanvasTextAlign
  textBaseline: CanvasTextBaseline
  globalAlpha: number
  dash: readonly number[]
  clips: number
}

const ANCHORS: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' }
const BASELINES: Readonly<Record<string, string>> = { middle: 'central', top: 'hanging', hanging: 'hanging' }
const HATCHES: Readonly<Record<PatternFacts['name'], string>> = {
  'cross-hatch': 'M-1 1 1 -1M0 6 6 0M5 7 7 5M-1 5 1 7M0 0 6 6M5 -1 7 1',
  diagonal: 'M-1 1 1 -1M0 6 6 0M5 7 7 5',
  rows: 'M0 1H6M0 4H6',
  columns: 'M1 0V6M4 0V6',
  dots: 'M2 3H4',
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const n = (value: number): string => String(Math.round(value * 100) / 100)

class SvgContext {
  fillStyle: string | CanvasPattern = '#000'
  strokeStyle = '#000'
  lineWidth = 1
  font = '10px sans-serif'
  textAlign: CanvasTextAlign = 'start'
  textBaseline: CanvasTextBaseline = 'alphabetic'
  globalAlpha = 1
  imageSmoothingEnabled = true
  readonly parts: string[] = []
  readonly definitions: string[] = []
  private readonly hatches = new Map<string, string>()
  private readonly saved: State[] = []
  private readonly scratch = document.createElement('canvas').getContext('2d')
  private dash: readonly number[] = []
  private clips = 0
  private path = ''

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline, globalAlpha, dash, clips } = this
    this.saved.push({ fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline, globalAlpha, dash, clips })
  }

  restore(): void {
    const state = this.saved.pop()
    if (state === undefined) return
    for (; this.clips > state.clips; this.clips--) this.parts.push('</g>')
    Object.assign(this, state)
  }

  beginPath(): void {
    this.path = ''
  }

  moveTo(x: number, y: number): void {
    this.path += `M${n(x)} ${n(y)}`
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path === '' ? 'M' : 'L'}${n(x)} ${n(y)}`
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.path += `C${n(ax)} ${n(ay)} ${n(bx)} ${n(by)} ${n(x)} ${n(y)}`
  }

  closePath(): void {
    this.path += 'Z'
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`
  }

  roundRect(x: number, y: number, width: number, height: number, radii: number | readonly number[]): void {
    const most = Math.min(Math.abs(width), Math.abs(height)) / 2
    const list = typeof radii === 'number' ? [radii] : radii
    const corner = (at: number): number => Math.min(most, list[list.length === 4 ? at : at % list.length] ?? 0)
    const [a, b, c, d] = [corner(0), corner(1), corner(2), corner(3)]
    const arc = (r: number, dx: number, dy: number): string => (r > 0 ? `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}` : '')
    this.path +=
      `M${n(x + a)} ${n(y)}H${n(x + width - b)}${arc(b, b, b)}V${n(y + height - c)}${arc(c, -c, c)}` +
      `H${n(x + d)}${arc(d, -d, -d)}V${n(y + a)}${arc(a, a, -a)}Z`
  }

  /** Whole circles and arcs shorter than a circle. */
  arc(x: number, y: number, r: number, from: number, to: number): void {
    const at = (angle: number): string => `${n(x + r * Math.cos(angle))} ${n(y + r * Math.sin(angle))}`
    if (Math.abs(to - from) >= 2 * Math.PI - 1e-6) {
      this.path += `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 1 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 1 ${n(-2 * r)} 0Z`
    } else this.path += `M${at(from)}A${n(r)} ${n(r)} 0 ${Math.abs(to - from) > Math.PI ? 1 : 0} 1 ${at(to)}`
  }

  clip(): void {
    const id = `clip${this.definitions.length}`
    this.definitions.push(`<clipPath id="${id}"><path d="${this.path}"/></clipPath>`)
    this.parts.push(`<g clip-path="url(#${id})">`)
    this.clips += 1
  }

  fill(): void {
    this.parts.push(`<path d="${this.path}" ${this.filled()}/>`)
  }

  stroke(): void {
    this.parts.push(`<path d="${this.path}" ${this.stroked()}/>`)
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    if (width === 0 || height === 0) return
    this.parts.push(`<rect ${box(x, y, width, height)} ${this.filled()}/>`)
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.parts.push(`<rect ${box(x, y, width, height)} ${this.stroked()}/>`)
  }

  fillText(text: string, x: number, y: number): void {
    if (text === '') return
    const anchor = ANCHORS[this.textAlign]
    const baseline = BASELINES[this.textBaseline]
    const place = anchor === undefined ? '' : ` text-anchor="${anchor}"`
    const line = baseline === undefined ? '' : ` dominant-baseline="${baseline}"`
    const style = escaped(`font:${this.font};white-space:pre`)
    this.parts.push(
      `<text x="${n(x)}" y="${n(y)}"${place}${line} style="${style}" ${this.filled()}>${escaped(text)}</text>`,
    )
  }

  measureText(text: string): { readonly width: number } {
    if (this.scratch === null) return { width: text.length * 6 }
    this.scratch.font = this.font
    return this.scratch.measureText(text)
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = [...dash]
  }

  createPattern(image: CanvasImageSource, repetition: string): CanvasPattern | null {
    return this.scratch?.createPattern(image, repetition) ?? null
  }

  /** A part of a canvas, in sharp pixels. */
  drawImage(
    image: HTMLCanvasElement,
    sx: number,
    sy: number,
    sw: number,
    sh: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    if (sw <= 0 || sh <= 0) return
    const part = document.createElement('canvas')
    part.width = sw
    part.height = sh
    part.getContext('2d')?.drawImage(image, sx, sy, sw, sh, 0, 0, sw, sh)
    const href = part.toDataURL('image/png')
    const sharp = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    this.parts.push(`<image ${box(x, y, width, height)} ${sharp} href="${href}"/>`)
  }

  private filled(): string {
    return `fill="${this.ink(this.fillStyle)}"${this.alpha()}`
  }

  private stroked(): string {
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.map(n).join(' ')}"` : ''
    const line = `stroke="${this.ink(this.strokeStyle)}" stroke-width="${n(this.lineWidth)}"`
    return `fill="none" ${line}${dash}${this.alpha()}`
  }

  private alpha(): string {
    return this.globalAlpha < 1 ? ` opacity="${n(this.globalAlpha)}"` : ''
  }

  private ink(style: string | CanvasPattern): string {
    if (typeof style === 'string') return style
    const facts = patternFacts(style)
    if (facts === null) return 'none'
    const key = `${facts.name} ${facts.color}`
    const known = this.hatches.get(key)
    if (known !== undefined) return known
    const id = `hatch${this.hatches.size}`
    const width = facts.name === 'dots' ? 2 : 1
    const lines = `<path d="${HATCHES[facts.name]}" stroke="${facts.color}" stroke-width="${width}"/>`
    this.definitions.push(`<pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse">${lines}</pattern>`)
    this.hatches.set(key, `url(#${id})`)
    return `url(#${id})`
  }
}

function box(x: number, y: number, width: number, height: number): string {
  const [left, top] = [Math.min(x, x + width), Math.min(y, y + height)]
  return `x="${n(left)}" y="${n(top)}" width="${n(Math.abs(width))}" height="${n(Math.abs(height))}"`
}

/** What `draw` draws, as an SVG file with `title` for screen readers. Sizes in pixels. */
export function drawnAsSvg(
  { width, height }: { readonly width: number; readonly height: number },
  { title, ground }: { readonly title: string; readonly ground: string },
  draw: (context: CanvasRenderingContext2D) => void,
): string {
  const context = new SvgContext()
  context.save()
  // The views use no more of a context than SvgContext has.
  draw(context as unknown as CanvasRenderingContext2D)
  context.restore()
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img"><title>${escaped(title)}</title><defs>${context.definitions.join('')}</defs>` +
    `<rect width="${width}" height="${height}" fill="${ground}"/>${context.parts.join('\n')}</svg>\n`
  )
}
