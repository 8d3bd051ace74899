/**
 * `npm start`: the app. In Electron if its binary is here (ELECTRON, or node_modules/electron/dist; `--electron` tries
 * to download it), otherwise the same app in a browser window, served on 127.0.0.1.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { presentBrowser } from './browser.mjs'
import { ensureBuilt } from './build.mjs'
import { at, ROOT } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { listen, staticServer } from './static-server.mjs'

const PREFERRED_PORT = 5178
const DOWNLOAD_LIMIT_MS = 120_000
/** How long a closing browser is waited for. */
const CLOSE_LIMIT_MS = 3_000

const isRoot = process.getuid?.() === 0

/** The Electron executable, or null. Never `require('electron')`: that would start a download. */
function electronBinary() {
  const named = process.env['ELECTRON']
  if (named) return named
  const list = at('node_modules/electron/path.txt')
  if (!existsSync(list)) return null
  const path = at('node_modules/electron/dist', readFileSync(list, 'utf8').trim())
  return existsSync(path) ? path : null
}

/** @returns {Promise<void>} */
function downloadElectron() {
  console.log('Downloading Electron (two minutes at most) …')
  return new Promise((done) => {
    const child = spawn(process.execPath, [at('node_modules/electron/install.js')], { cwd: ROOT, stdio: 'ignore' })
    const limit = setTimeout(() => child.kill('SIGKILL'), DOWNLOAD_LIMIT_MS)
    child.on('close', () => {
      clearTimeout(limit)
      done()
    })
  })
}

/** @param {string} binary */
function startElectron(binary) {
  const flags = isRoot && process.platform === 'linux' ? ['--no-sandbox'] : []
  const [command, args] = binary.endsWith('.mjs') ? [process.execPath, [binary]] : [binary, []]
  const child = spawn(command, [...args, ...flags, '.'], { cwd: ROOT, stdio: 'inherit' })
  passSignals(child)
  child.on('error', (error) => {
    console.error(`Electron could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('close', (status) => process.exit(status ?? 0))
}

async function startInBrowser() {
  const server = staticServer(at('out/web'))
  const port = await listen(server, PREFERRED_PORT, true)
  const url = `http://127.0.0.1:${port}/`
  const window = openWindow(url)
  console.log(
    `No Electron binary here: the same app ${window ? 'opens in a browser window' : 'is'} at ${url} (Ctrl-C ends)`,
  )
  const end = async () => {
    await window?.close()
    process.exit(0)
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, end)
}

/**
 * Opens a window without tabs and address bar on Linux, the default browser elsewhere. Null without a display.
 * @param {string} url
 * @returns {{ close: () => Promise<void> } | null} `close` resolves when the window is gone
 */
function openWindow(url) {
  if (process.env['PAGEWARD_NO_WINDOW']) return null
  if (process.platform === 'darwin' || process.platform === 'win32') {
    const [command, args] = process.platform === 'darwin' ? ['open', [url]] : ['cmd', ['/c', 'start', '', url]]
    spawn(command, args, { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref()
    return { close: async () => {} }
  }
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return null
  const browser = presentBrowser()
  if (!browser) return null
  const profile = mkdtempSync(join(tmpdir(), 'pageward-'))
  const flags = [`--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check', '--window-size=1280,800']
  if (isRoot) flags.push('--no-sandbox', '--test-type')
  const child = spawn(browser, [...flags, `--app=${url}`], { stdio: 'ignore' })
  child.on('error', () => console.error(`${browser} did not start; open ${url} yourself`))
  const gone = new Promise((done) => child.on('close', done)).then(() => forgetProfile(profile))
  // Closing the window ends the program, like closing a desktop app.
  child.on('close', (status) => status === 0 && void gone.then(() => process.exit(0)))
  return {
    close: async () => {
      child.kill()
      await Promise.race([gone, sleep(CLOSE_LIMIT_MS)])
    },
  }
}

/** Children of the browser may still write for a moment. @param {string} profile */
async function forgetProfile(profile) {
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {})
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignals(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
}

try {
  await ensureSetup()
  let electron = electronBinary()
  if (!electron && process.argv.includes('--electron')) {
    await downloadElectron()
    electron = electronBinary()
  }
  /** @param {string} text */
  const say = (text) => console.log(text)
  await ensureBuilt(electron ? ['web', 'desktop'] : ['web'], { say })
  if (electron) startElectron(electron)
  else await startInBrowser()
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exit(1)
}
