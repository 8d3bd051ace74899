/** The app in Chromium and the command line: time to a usable editor, edit to diagnosis, one run in the terminal. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { listen, staticServer } from '../scripts/static-server.mjs'
import { round, summary } from './figures.mjs'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const ROOT = here('..')
export const VIEWPORT = { width: 1280, height: 800 }
const EXAMPLE = 'examples/drivers/slab-uaf/slab-uaf.ts'

/**
 * Serves the built app and opens a browser for `work`.
 * @template T
 * @param {(browser: import('playwright-core').Browser, url: string) => Promise<T>} work @returns {Promise<T>}
 */
export async function inBrowser(work) {
  const server = staticServer(here('../out/web'))
  const port = await listen(server, 0, false)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args })
  try {
    return await work(browser, `http://127.0.0.1:${port}/`)
  } finally {
    await browser.close()
    server.close()
  }
}

/** The app is up and quiet. @param {import('playwright-core').Page} page */
export async function idle(page) {
  await page.waitForFunction(() => '__pageward' in globalThis, undefined, { timeout: 60_000 })
  await page.evaluate('globalThis.__pageward.whenIdle()')
}

/**
 * Opens `text` as a snippet of its own and runs it; how many steps it has.
 * @param {import('playwright-core').Page} page @param {string} text @returns {Promise<number>}
 */
export async function open(page, text) {
  await page.getByRole('button', { name: 'New snippet' }).click()
  await page.getByTestId('editor').getByRole('textbox').focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
  await page.waitForTimeout(1000)
  await idle(page)
  const state = /** @type {{ steps: number, failure: unknown, errors: unknown[], codes: unknown[] }} */ (
    await page.evaluate('globalThis.__pageward.state()')
  )
  if (state.failure !== null || state.errors.length + state.codes.length > 0) throw new Error(JSON.stringify(state))
  return state.steps
}

/**
 * Start: from navigation (empty cache, new profile) to an editor that takes text, and to the first diagnosis; and one
 * example in the terminal.
 * @param {{ repeats: number, say: (text: string) => void }} options
 */
export async function measureStart({ repeats, say }) {
  /** @type {{ editor: number, idle: number }[]} */
  const starts = []
  /** @type {number[]} */
  const monaco = []
  await inBrowser(async (browser, url) => {
    for (let i = 0; i < repeats; i++) {
      const context = await browser.newContext({ viewport: VIEWPORT })
      const page = await context.newPage()
      const started = performance.now()
      await page.goto(url)
      await page.getByTestId('editor').getByRole('textbox').waitFor({ state: 'attached', timeout: 60_000 })
      const editor = performance.now() - started
      await idle(page)
      starts.push({ editor, idle: performance.now() - started })
      await context.close()
      // One after the other, so that both meet the same load of the machine.
      monaco.push(await monacoAlone(browser, url))
      say(`start ${i + 1} of ${repeats}`)
    }
  })
  const terminal = Array.from({ length: repeats }, () => {
    const started = performance.now()
    const ended = spawnSync('npm', ['run', '-s', 'pageward', '--', 'run', EXAMPLE], { cwd: ROOT, encoding: 'utf8' })
    if (ended.status !== 1) throw new Error(`the example ended with ${ended.status}:\n${ended.stdout}${ended.stderr}`)
    return performance.now() - started
  })
  return {
    editorMs: summary(starts.map((each) => each.editor)),
    monacoAloneMs: summary(monaco),
    ratioToMonaco: round(summary(starts.map((each) => each.editor)).median / summary(monaco).median),
    firstDiagnosisMs: summary(starts.map((each) => each.idle)),
    terminalMs: summary(terminal),
  }
}

/**
 * Milliseconds from navigation to an editor that takes text, of a page that only loads Monaco (`#monaco`).
 * @param {import('playwright-core').Browser} browser @param {string} url
 */
async function monacoAlone(browser, url) {
  const context = await browser.newContext({ viewport: VIEWPORT })
  const page = await context.newPage()
  const started = performance.now()
  await page.goto(`${url}#monaco`)
  await page.getByTestId('editor').getByRole('textbox').waitFor({ state: 'attached', timeout: 60_000 })
  const time = performance.now() - started
  await context.close()
  return time
}

/**
 * From the end of the typing pause to the frame that shows the problems, for each example: opened, warmed by three
 * edits, then `edits` edits at its end. Milliseconds. After `seconds` no further example is begun; `left` names those
 * that were not measured. The order is turned by the day, so that each has its turn.
 * `read`: milliseconds between opening an example and its first key.
 * @param {{ edits: number, seconds: number, read: number, say: (text: string) => void }} options
 */
export async function measureEdits({ edits, seconds, read, say }) {
  /** @type {{ id: string }[]} */
  const listed = JSON.parse(readFileSync(here('../examples/index.json'), 'utf8'))
  const first = Math.floor(Date.now() / 86_400_000) % listed.length
  const examples = [...listed.slice(first), ...listed.slice(0, first)]
  /** @type {string[]} */
  const left = []
  const end = performance.now() + seconds * 1000
  /** @type {Record<string, ReturnType<typeof summary>>} */
  const figures = {}
  /** @type {number[]} */
  const all = []
  await inBrowser(async (browser, url) => {
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage()
    await page.goto(url)
    await idle(page)
    const list = page.getByRole('navigation', { name: 'Examples' })
    if (!(await list.isVisible())) await page.getByRole('button', { name: 'Examples', exact: true }).click()
    for (const { id } of examples) {
      if (performance.now() > end) {
        left.push(id)
        continue
      }
      await list.locator(`[data-example="${id}"]`).click()
      await idle(page)
      await page.waitForTimeout(read)
      const times = await editsOf(page, edits)
      figures[id] = summary(times)
      all.push(...times)
      say(`edits of ${id}: median ${figures[id].median} ms`)
    }
  })
  return { perExample: figures, all: summary(all), left }
}

/** @param {import('playwright-core').Page} page @param {number} edits @returns {Promise<number[]>} */
async function editsOf(page, edits) {
  await page.getByTestId('editor').getByRole('textbox').focus()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.insertText('\nconst edited = 1')
  await settle(page)
  /** @type {number[]} */
  const times = []
  for (let i = 0; i < edits + 3; i++) {
    const before = /** @type {number} */ (await page.evaluate('globalThis.__pageward.marks.editToDiagnosis().length'))
    await page.keyboard.type(String(i % 10))
    await settle(page)
    const marks = /** @type {number[]} */ (await page.evaluate('globalThis.__pageward.marks.editToDiagnosis()'))
    if (marks.length !== before + 1 && marks.length < 200) throw new Error('an edit was not measured once')
    if (i >= 3) times.push(marks.at(-1) ?? NaN)
  }
  return times
}

/** The text has run and is shown. @param {import('playwright-core').Page} page */
async function settle(page) {
  await page.waitForFunction(
    () => {
      const { activity, stale } = /** @type {any} */ (globalThis).__pageward.state()
      return activity === 'idle' && !stale
    },
    undefined,
    { timeout: 30_000 },
  )
  await page.evaluate('globalThis.__pageward.whenIdle()')
}
