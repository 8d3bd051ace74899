/** Where the window was and how big: kept in one small file of the user's folder, as the person left it. */
import { app, screen, type BrowserWindow, type Rectangle } from 'electron'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface WindowPlace {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number }
  readonly maximized: boolean
}

const FIRST: WindowPlace = { bounds: { width: 1280, height: 800 }, maximized: false }
const MINIMUM = { width: 760, height: 480 }
/** Pause after the last move before it is written, ms. */
const SETTLE_MS = 400

const file = (): string => join(app.getPath('userData'), 'window.json')

/** The kept place, or the first one if nothing usable is kept or no screen shows it any more. */
export function readPlace(): WindowPlace {
  try {
    const place = parsePlace(readFileSync(file(), 'utf8'))
    return place !== null && isOnScreen(place.bounds) ? place : FIRST
  } catch {
    return FIRST
  }
}

/** A place from its text; null for anything that is not one. */
export function parsePlace(text: string): WindowPlace | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Record<string, unknown>
  const numbers = ['x', 'y', 'width', 'height'].map((name) => fields[name])
  if (!numbers.every((number) => Number.isInteger(number))) return null
  const [x, y, width, height] = numbers as [number, number, number, number]
  if (width < MINIMUM.width || height < MINIMUM.height) return null
  return { bounds: { x, y, width, height }, maximized: fields['maximized'] === true }
}

function isOnScreen({ x, y, width, height }: WindowPlace['bounds']): boolean {
  if (x === undefined || y === undefined) return true
  return screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x)
    const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y)
    return across >= 100 && down >= 100
  })
}

/** Keeps the window's place from now on. A failure to write is logged and otherwise harmless. */
export function keepPlace(window: BrowserWindow): void {
  let timer: NodeJS.Timeout | undefined
  const write = (): void => {
    clearTimeout(timer)
    if (window.isDestroyed() || window.isMinimized()) return
    const text = JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() })
    try {
      writeFileSync(`${file()}.new`, text)
      renameSync(`${file()}.new`, file())
    } catch (error) {
      console.warn(`the window's place could not be kept: ${String(error)}`)
    }
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(write, SETTLE_MS)
  }
  window.on('resize', later)
  window.on('move', later)
  window.on('close', write)
}

export { MINIMUM as MINIMUM_SIZE }
