/** OKLCH to sRGB, so that canvases can use the same colours as the style sheet. After Björn Ottosson's OKLab. */

/** Lightness 0..1, chroma 0..0.4, hue in degrees. */
export interface Oklch {
  readonly l: number
  readonly c: number
  readonly h: number
}

/** Linear-light sRGB, each 0..1 when the colour is inside the gamut. */
function linear({ l, c, h }: Oklch): [number, number, number] {
  const angle = (h * Math.PI) / 180
  const a = c * Math.cos(angle)
  const b = c * Math.sin(angle)
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ]
}

function encode(value: number): number {
  const v = Math.min(1, Math.max(0, value))
  return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055))
}

const inGamut = (rgb: readonly number[]): boolean => rgb.every((v) => v > -0.0005 && v < 1.0005)

/** The colour as bytes; chroma is lowered until the screen can show it, lightness and hue stay. */
export function oklchToRgb(color: Oklch): readonly [number, number, number] {
  let { c } = color
  let rgb = linear(color)
  while (!inGamut(rgb) && c > 0) {
    c = Math.max(0, c - 0.004)
    rgb = linear({ l: color.l, c, h: color.h })
  }
  return [encode(rgb[0]), encode(rgb[1]), encode(rgb[2])]
}

/** `#rrggbb`. */
export function toHex([r, g, b]: readonly [number, number, number]): string {
  return '#' + [r, g, b].map((v) => v.toString(16).padStart(2, '0')).join('')
}

/** A pixel of an `ImageData` read as Uint32 on a little-endian machine (every machine with a browser). */
export function toPixel([r, g, b]: readonly [number, number, number], alpha = 255): number {
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0
}

/** Relative luminance of WCAG, 0..1. */
export function luminance(rgb: readonly [number, number, number]): number {
  const [r, g, b] = rgb.map((v) => {
    const s = v / 255
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast of WCAG, 1..21. */
export function contrast(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
