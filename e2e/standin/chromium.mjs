/**
 * The system's Chromium as the stand-in's browser. A guardian shell holds it: when this process ends, however it ends,
 * the guardian's input closes, and it kills the browser and removes its folder.
 */
import { spawn } from 'node:child_process'
import { chromium } from 'playwright-core'

const SWITCHES = [
  '--no-sandbox',
  '--test-type',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]

const GUARDIAN = `
exec 3<&0
"$@" </dev/null &
browser=$!
trap 'exec 3<&-' TERM INT HUP
cat <&3 >/dev/null
kill -9 $browser 2>/dev/null
wait $browser 2>/dev/null
for pause in 0 0.2 0.5 1; do sleep $pause; rm -rf "$STANDIN_FOLDER" && break; done
`

const START_MS = 30_000

/**
 * Starts Chromium. `folder` holds its profile and is removed at the end. Headed, its first window has no tabs and shows
 * `firstUrl`.
 * @returns `context` of Playwright, the `devTools` address, `kill`, and `onGone` for the browser's own end
 */
export async function startChromium(folder, firstUrl) {
  const headed = Boolean(process.env.STANDIN_HEADED)
  const place = headed ? [`--app=${firstUrl}`] : ['--headless', '--no-startup-window']
  const executable = process.env.CHROMIUM ?? '/usr/bin/chromium'
  const command = [executable, ...SWITCHES, `--user-data-dir=${folder}/chromium`, ...place]
  const guardian = spawn('/bin/sh', ['-c', GUARDIAN, 'guardian', ...command], {
    // Own process group: a signal to ours must not take the guardian before its work is done.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, STANDIN_FOLDER: folder },
  })
  const gone = new Promise((done) => guardian.once('exit', done))
  const kill = () => {
    guardian.stdin.end()
    return gone
  }
  const devTools = await devToolsAddress(guardian)
  const browser = await chromium.connectOverCDP(devTools)
  return { context: browser.contexts()[0], devTools, kill, onGone: (f) => browser.once('disconnected', f) }
}

/** The address that Chromium prints when it listens. */
function devToolsAddress(guardian) {
  return new Promise((found, fail) => {
    let said = ''
    const timer = setTimeout(() => fail(new Error(`Chromium did not start in ${START_MS} ms\n${said}`)), START_MS)
    guardian.stderr.setEncoding('utf8')
    guardian.stderr.on('data', (text) => {
      if (said.length < 10_000) said += text
      const match = /DevTools listening on (ws:\S+)/.exec(said)
      if (!match) return
      clearTimeout(timer)
      found(match[1])
    })
    guardian.once('exit', (code) => fail(new Error(`Chromium's guardian ended with code ${code}\n${said}`)))
  })
}
