/**
 * Pictures for papers and mails. A picture of a view is an SVG; the same SVG drawn at twice its size is the PNG. Styles
 * of the page do not travel with a file, so they are written into the elements first.
 */

const WRITTEN = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'paint-order',
]
/** Pixels of the PNG per pixel of the SVG. */
const SCALE = 2

/** An SVG element of the page as a file of its own: with its styles and its background. */
export function standalone(source: SVGSVGElement): string {
  const copy = source.cloneNode(true) as SVGSVGElement
  const from = [...source.querySelectorAll<SVGElement>('*')]
  const to = [...copy.querySelectorAll<SVGElement>('*')]
  from.forEach((element, at) => {
    const style = getComputedStyle(element)
    for (const name of WRITTEN) to[at]?.style.setProperty(name, style.getPropertyValue(name))
    to[at]?.removeAttribute('tabindex')
  })
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.style.background = getComputedStyle(source.closest('.panel') ?? source).backgroundColor
  return new XMLSerializer().serializeToString(copy)
}

/** An SVG text as a PNG of twice its size. Rejects if the browser cannot draw it. */
export async function rasterise(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.naturalWidth * SCALE
  canvas.height = image.naturalHeight * SCALE
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture is too large.')) : resolve(blob)))
  })
}

/** Hands a file to the person. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The download has taken its data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
