/**
 * Pictures of the window compared at low resolution: each block of 16 by 16 pixels is one colour, the mean of them.
 * Fonts are drawn a little differently on every machine, which hardly changes a mean; a part of the window that moved,
 * vanished or lost its colour changes many of them.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Page } from '@playwright/test'

/** Pixels of a side of a block. */
const BLOCK = 16
/** Levels (of 255) by which the mean of a block may differ, as the largest of the three colours. */
const LEVELS = 20
/** Share of the blocks that may differ by more. */
const SHARE = 0.012

export interface Comparison {
  /** Share of the blocks that differ, 0 to 1. */
  readonly share: number
  readonly isSame: boolean
}

/** The window as a picture with one pixel for each block, as PNG. */
export async function lowResolution(page: Page): Promise<Buffer> {
  const style = '.cursors-layer, .status > span, .decorationsOverviewRuler { visibility: hidden !important }'
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css', style })
  const small = await page.evaluate(shrink, { picture: picture.toString('base64'), block: BLOCK })
  return Buffer.from(small, 'base64')
}

/** Compares a picture with the one kept in `path`. With PAGEWARD_SNAPSHOTS=update it is kept there instead. */
export async function compareWithKept(page: Page, picture: Buffer, path: string): Promise<Comparison> {
  if (process.env['PAGEWARD_SNAPSHOTS'] === 'update') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, picture)
  }
  if (!existsSync(path)) throw new Error(`${path} does not exist: run with PAGEWARD_SNAPSHOTS=update, and look at it`)
  return compare(page, picture, readFileSync(path))
}

/** Compares two low-resolution pictures. */
export async function compare(page: Page, one: Buffer, other: Buffer): Promise<Comparison> {
  const pictures = [one.toString('base64'), other.toString('base64')]
  const share = await page.evaluate(difference, { pictures, levels: LEVELS })
  return { share, isSame: share <= SHARE }
}

/** In the page: the mean of each block, as the base64 text of a PNG. */
async function shrink({ picture, block }: { picture: string; block: number }): Promise<string> {
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0))
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const draw = (width: number, height: number): CanvasRenderingContext2D => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    return canvas.getContext('2d')!
  }
  const whole = draw(image.width, image.height)
  whole.drawImage(image, 0, 0)
  const from = whole.getImageData(0, 0, image.width, image.height).data
  const [width, height] = [Math.floor(image.width / block), Math.floor(image.height / block)]
  const small = draw(width, height)
  const to = small.createImageData(width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sums = [0, 0, 0]
      for (let i = 0; i < block * block; i++) {
        const at = ((y * block + Math.floor(i / block)) * image.width + x * block + (i % block)) * 4
        for (let colour = 0; colour < 3; colour++) sums[colour]! += from[at + colour]!
      }
      const cell = (y * width + x) * 4
      for (let colour = 0; colour < 3; colour++) to.data[cell + colour] = Math.round(sums[colour]! / block / block)
      to.data[cell + 3] = 255
    }
  }
  small.putImageData(to, 0, 0)
  return small.canvas.toDataURL('image/png').split(',')[1] ?? ''
}

/** In the page: the share of pixels that differ by more than `levels`; 1 if the sizes differ. */
async function difference({ pictures, levels }: { pictures: string[]; levels: number }): Promise<number> {
  const [one, other] = await Promise.all(
    pictures.map(async (text) => {
      const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0))
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
      const context = canvas.getContext('2d')!
      context.drawImage(image, 0, 0)
      return context.getImageData(0, 0, image.width, image.height)
    }),
  )
  if (one === undefined || other === undefined) return 1
  if (one.width !== other.width || one.height !== other.height) return 1
  let differ = 0
  for (let at = 0; at < one.data.length; at += 4) {
    const most = Math.max(...[0, 1, 2].map((colour) => Math.abs(one.data[at + colour]! - other.data[at + colour]!)))
    if (most > levels) differ++
  }
  return differ / (one.width * one.height)
}
