/** Brings the app up: loopback server, Chromium, `ready`. And down, when a signal or the browser's end asks for it. */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from './app.mjs'
import { startChromium } from './chromium.mjs'
import { BLANK, openLoopback } from './loopback.mjs'
import { useContext } from './window.mjs'

/**
 * Returns at once; the app becomes ready later.
 * @param {{ name: string, version: string, appPath: string, switches: string[], announceDevTools: boolean }} options
 */
export function start(options) {
  const folder = mkdtempSync(join(tmpdir(), 'pageward-standin-'))
  const given = options.switches.find((word) => word.startsWith('--user-data-dir='))
  const userData = given ? given.slice('--user-data-dir='.length) : join(folder, 'user-data')
  mkdirSync(userData, { recursive: true })
  app.describe({ ...options, userData })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => app.quit())
  bringUp(folder, options.announceDevTools).catch((error) => {
    console.error(error)
    process.exit(1)
  })
}

async function bringUp(folder, announceDevTools) {
  const origin = await openLoopback()
  const chromium = await startChromium(folder, origin + BLANK)
  app.release = chromium.kill
  chromium.onGone(() => void app.exit(1))
  useContext(chromium.context)
  if (announceDevTools) process.stderr.write(`DevTools listening on ${chromium.devTools}\n`)
  app.becomeReady()
}
