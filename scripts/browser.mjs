/**
 * Finds a Chromium for tests and for the app window: CHROMIUM, the PATH, as root on Debian apt's, else Playwright's own
 * download. `findBrowser` may install; `presentBrowser` only looks.
 */
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { locked } from './lock.mjs'
import { TOOLS } from './paths.mjs'
import { run, runNode } from './tool.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

/** The path of a browser that is already here, or null. CHROMIUM wins; an error says so if it cannot be run. */
export function presentBrowser() {
  const named = process.env['CHROMIUM']
  if (named) {
    if (runnable(named)) return named
    throw new Error(`CHROMIUM is ${named}, which cannot be run`)
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (folder && runnable(join(folder, name))) return join(folder, name)
  }
  if (process.platform === 'darwin') return MAC.find(runnable) ?? null
  if (process.platform === 'win32') return windowsBrowser()
  return null
}

/** The path of a browser, installing one if need be. Throws with what was tried. @returns {Promise<string>} */
export async function findBrowser() {
  const present = presentBrowser()
  if (present) return present
  return locked('browser', async () => {
    const again = presentBrowser() ?? (await playwrightBrowser())
    if (again) return again
    /** @type {string[]} */
    const tried = []
    if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
      process.stderr.write('pageward: installing Chromium with apt …\n')
      const env = { DEBIAN_FRONTEND: 'noninteractive' }
      const update = await run('apt-get', ['update', '-q'], { env })
      const install = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env })
      const found = presentBrowser()
      if (found) return found
      tried.push(`apt-get update: status ${update.status}`, `apt-get install: ${lastLine(install.output)}`)
    }
    process.stderr.write("pageward: downloading Playwright's Chromium …\n")
    const download = await runNode(TOOLS.playwright, ['install', 'chromium'])
    const found = await playwrightBrowser()
    if (found) return found
    tried.push(`playwright install chromium: ${lastLine(download.output)}`)
    throw new Error(`no Chromium found; set CHROMIUM to the path of one (tried: ${tried.join('; ')})`)
  })
}

/** @returns {Promise<string | null>} */
async function playwrightBrowser() {
  const { chromium } = await import('playwright-core')
  const path = chromium.executablePath()
  return path && existsSync(path) ? path : null
}

function windowsBrowser() {
  for (const base of [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']]) {
    if (!base) continue
    for (const inner of ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe']) {
      if (existsSync(join(base, inner))) return join(base, inner)
    }
  }
  return null
}

/** @param {string} path */
function runnable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param {string} text */
const lastLine = (text) => text.trim().split('\n').at(-1) ?? ''

if (process.argv[1] === import.meta.filename) console.log(await findBrowser())
