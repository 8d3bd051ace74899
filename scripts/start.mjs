/**
 * `npm start`: the app. In Electron if its binary is here (ELECTRON, or node_modules/electron/dist; `--electron` tries
 * to download it), otherwise the same app in a browser window, served on 127.0.0.1.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { presentBrowser } from './browser.mjs'
import { ensureBuilt } from './build.mjs'
import { at, ROOT } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { listen, staticServer } from './static-server.mjs'

const PREFERRED_PORT = 5178
const DOWNLOAD_LIMIT_MS = 120_000

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
  const end = () => {
    window?.kill()
    process.exit(0)
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, end)
}

/**
 * Opens a window without tabs and address bar on Linux, the default browser elsewhere. Null without a display.
 * @param {string} url
 * @returns {{ kill: () => void } | null}
 */
function openWindow(url) {
  if (process.env['PAGEWARD_NO_WINDOW']) return null
  if (process.platform === 'darwin' || process.platform === 'win32') {
    const [command, args] = process.platform === 'darwin' ? ['open', [url]] : ['cmd', ['/c', 'start', '', url]]
    spawn(command, args, { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref()
    return { kill: () => {} }
  }
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return null
  const browser = presentBrowser()
  if (!browser) return null
  const profile = mkdtempSync(join(tmpdir(), 'pageward-'))
  const flags = [`--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check', '--window-size=1280,800']
  if (isRoot) flags.push('--no-sandbox', '--test-type')
  const child = spawn(browser, [...flags, `--app=${url}`], { stdio: 'ignore' })
  const forget = () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', forget)
  child.on('error', () => console.error(`${browser} did not start; open ${url} yourself`))
  // Closing the window ends the program, like closing a desktop app.
  child.on('close', (status) => status === 0 && process.exit(0))
  return { kill: () => void child.kill() }
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
  await ensureBuilt([electron ? 'desktop' : 'web'], { say })
  if (electron) startElectron(electron)
  else await startInBrowser()
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exit(1)
}
