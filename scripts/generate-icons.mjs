/**
 * The app's icons for three systems, from src-renderer/theme/icon.svg, drawn by the browser that the tests use:
 * packaging/icons (PNG for Linux, ICO for Windows, ICNS for macOS). `node scripts/generate-icons.mjs`; their forms are
 * checked by scripts/package-desktop.test.ts.
 */
import { chromium } from '@playwright/test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { findBrowser } from './browser.mjs'
import { at } from './paths.mjs'

const LINUX = [16, 24, 32, 48, 64, 128, 256, 512]
const WINDOWS = [16, 24, 32, 48, 64, 128, 256]
/** Apple's names for sizes; of `@2x` ones the size is in pixels. @type {[string, number][]} */
const APPLE = [
  ['icp4', 16],
  ['ic11', 32],
  ['icp5', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]

const svg = readFileSync(at('src-renderer/theme/icon.svg'), 'utf8')
const browser = await chromium.launch({
  executablePath: await findBrowser(),
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage()

/** One size as PNG and as rows of RGBA. @param {number} size */
async function draw(size) {
  const { png, pixels } = await page.evaluate(async ([text, side]) => {
    const image = new Image()
    image.src = `data:image/svg+xml;base64,${btoa(text)}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = side
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.drawImage(image, 0, 0, side, side)
    return {
      png: canvas.toDataURL('image/png').split(',')[1] ?? '',
      pixels: [...context.getImageData(0, 0, side, side).data],
    }
  }, /** @type {const} */ ([svg, size]))
  return { png: Buffer.from(png, 'base64'), pixels: Uint8Array.from(pixels) }
}

/** A bitmap as icons of Windows hold it: bottom row first, blue first, then a mask that is not used. */
function bitmap(/** @type {Uint8Array} */ pixels, /** @type {number} */ size) {
  const mask = Math.ceil(size / 32) * 4 * size
  const out = Buffer.alloc(40 + size * size * 4 + mask)
  out.writeUInt32LE(40, 0)
  out.writeInt32LE(size, 4)
  out.writeInt32LE(size * 2, 8)
  out.writeUInt16LE(1, 12)
  out.writeUInt16LE(32, 14)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = ((size - 1 - y) * size + x) * 4
      const to = 40 + (y * size + x) * 4
      for (const [i, channel] of [2, 1, 0, 3].entries()) out[to + i] = pixels[from + channel] ?? 0
    }
  }
  return out
}

/** @param {Map<number, Awaited<ReturnType<typeof draw>>>} drawn */
function ico(drawn) {
  const images = WINDOWS.map((size) => {
    const one = drawn.get(size)
    if (one === undefined) throw new Error(`no icon of ${size}`)
    return { size, data: size === 256 ? one.png : bitmap(one.pixels, size) }
  })
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  for (const [i, { size, data }] of images.entries()) {
    const entry = 6 + 16 * i
    head[entry] = head[entry + 1] = size % 256
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(data.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += data.length
  }
  return Buffer.concat([head, ...images.map(({ data }) => data)])
}

/** @param {Map<number, Awaited<ReturnType<typeof draw>>>} drawn */
function icns(drawn) {
  const parts = APPLE.map(([name, size]) => {
    const png = drawn.get(size)?.png ?? Buffer.alloc(0)
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32BE(png.length + 8, 4)
    return Buffer.concat([head, png])
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(body.length + 8, 4)
  return Buffer.concat([head, body])
}

try {
  const drawn = new Map()
  for (const size of new Set([...LINUX, ...WINDOWS, ...APPLE.map(([, side]) => side)]))
    drawn.set(size, await draw(size))
  mkdirSync(at('packaging/icons/linux'), { recursive: true })
  for (const size of LINUX) writeFileSync(at(`packaging/icons/linux/${size}x${size}.png`), drawn.get(size).png)
  writeFileSync(at('packaging/icons/icon.ico'), ico(drawn))
  writeFileSync(at('packaging/icons/icon.icns'), icns(drawn))
} finally {
  await browser.close()
}
