/**
 * Takes the pictures of the documents from the built app: `node scripts/pictures.mjs [NAME …] [--out FOLDER]`. With
 * `--every`, each is taken at 1280x800 and 1920x1080, light and dark, to be looked at.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from './browser.mjs'
import { ensureBuilt } from './build.mjs'
import { at } from './paths.mjs'
import { listen, staticServer } from './static-server.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ width: number, height: number }} Size */

const SMALL = { width: 1280, height: 800 }
const LARGE = { width: 1920, height: 1080 }

/** The app is up and quiet. @param {Page} page */
async function idle(page) {
  await page.waitForFunction(() => '__pageward' in globalThis, undefined, { timeout: 60_000 })
  await page.evaluate('globalThis.__pageward.whenIdle()')
}

/** Opens an example at its moment. @param {string} file */
const example = (file) => async (/** @type {Page} */ page) => {
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.locator(`[data-example="${file}"]`).click()
  await idle(page)
  await page.mouse.move(0, 0)
}

/** The race of a lesson, explored, with the first finding on screen. @param {Page} page */
async function race(page) {
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.getByRole('tab', { name: 'Lessons' }).click()
  await page.locator('[data-lesson^="28-"]').click()
  await page.getByRole('tab', { name: /Race/ }).click()
  await idle(page)
  await page.getByRole('group', { name: 'Orders of the tasks' }).getByRole('button').first().click()
  await idle(page)
  await page.mouse.move(0, 0)
}

/** @type {Record<string, { dark?: boolean, show: (page: Page) => Promise<void> }>} */
const PICTURES = {
  'first-screen-light': { show: async () => {} },
  'first-screen-dark': { dark: true, show: async () => {} },
  binder: { show: example('binder/munmap-race') },
  'nouveau-firmware': { show: example('nouveau-firmware/kinds') },
  'asahi-pgtable': { show: example('asahi-pgtable/no-tlbi') },
  'af-packet': { show: example('af-packet/ring') },
  lesson: { show: race },
}

/** @param {import('playwright-core').Browser} browser @param {string} url @param {string} name @param {Size} viewport
 * @param {boolean} dark @param {string} path */
async function take(browser, url, name, viewport, dark, path) {
  const context = await browser.newContext({ viewport, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(url)
  await idle(page)
  await PICTURES[name]?.show(page)
  await page.screenshot({ path })
  await context.close()
  console.error(path)
}

const words = process.argv.slice(2)
const out = words.includes('--out') ? (words[words.indexOf('--out') + 1] ?? '') : at('docs/images')
const every = words.includes('--every')
const named = words.filter((word) => word in PICTURES)
mkdirSync(out, { recursive: true })
await ensureBuilt(['web'], { say: (/** @type {string} */ text) => console.error(text) })
const server = staticServer(at('out/web'))
const port = await listen(server, 0, false)
const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox', '--disable-gpu'] })
try {
  for (const name of named.length > 0 ? named : Object.keys(PICTURES)) {
    const url = `http://127.0.0.1:${port}/`
    if (!every) {
      await take(browser, url, name, SMALL, PICTURES[name]?.dark === true, join(out, `${name}.png`))
      continue
    }
    for (const size of [SMALL, LARGE])
      for (const dark of [false, true]) {
        const path = join(out, `${name}-${size.width}-${dark ? 'dark' : 'light'}.png`)
        await take(browser, url, name, size, dark, path)
      }
  }
} finally {
  await browser.close()
  server.close()
}
