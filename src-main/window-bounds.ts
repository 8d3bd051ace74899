/** Where the window was and how big: kept in one small file of the user's folder, as the person left it. */
import { app, screen, type BrowserWindow } from 'electron'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsePlace, type WindowPlace } from './window-place.ts'

const FIRST: WindowPlace = { bounds: { width: 1280, height: 800 }, maximized: false }
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
