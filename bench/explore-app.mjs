/**
 * How long the app takes from a press of Explore to a race on screen: a page that has shown the program, its eras'
 * verdicts too, and has explored nothing. Alone: `node bench/main.mjs --only races`.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { VIEWPORT, idle, inBrowser } from './app.mjs'
import { summary } from './figures.mjs'

const RACES = [
  { name: 'binder, munmap()', example: 'binder/munmap-race', era: 'memdesc', bound: '2' },
  { name: 'binder, mremap()', example: 'binder/mremap-race', era: 'memdesc', bound: '2' },
  { name: 'GUP-fast', text: '../corpus/explore/pairs/gup-fast/bad.ts', era: 'v6.12', bound: 'any' },
]
/** Milliseconds that a person takes at least between a run and a press. */
const PAUSE_MS = 3000

/** @param {{ repeats: number, say: (text: string) => void }} options */
export async function measureRaces({ repeats, say }) {
  /** @type {{ name: string, ms: ReturnType<typeof summary> }[]} */
  const figures = []
  await inBrowser(async (browser, url) => {
    for (const race of RACES) {
      /** @type {number[]} */
      const times = []
      for (let i = 0; i < repeats; i++) {
        const context = await browser.newContext({ viewport: VIEWPORT })
        const page = await context.newPage()
        await page.goto(url)
        await idle(page)
        await show(page, race)
        times.push(await untilFound(page))
        await context.close()
      }
      figures.push({ name: race.name, ms: summary(times) })
      say(`races in the app: ${race.name} ${times.map(Math.round).join(', ')} ms`)
    }
  })
  return figures
}

/**
 * The program is on screen, in its era, with the form filled in.
 * @param {import('playwright-core').Page} page @param {(typeof RACES)[number]} race
 */
async function show(page, { example, text, era, bound }) {
  if (example !== undefined) {
    const list = page.getByRole('navigation', { name: 'Examples' })
    if (!(await list.isVisible())) await page.getByRole('button', { name: 'Examples', exact: true }).click()
    await list.locator(`[data-example="${example}"]`).click()
  } else {
    await page.getByRole('button', { name: 'New snippet' }).click()
    await page.getByTestId('editor').getByRole('textbox').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.insertText(readFileSync(fileURLToPath(new URL(text ?? '', import.meta.url)), 'utf8'))
    await page.waitForTimeout(1000)
  }
  await idle(page)
  await page.getByRole('combobox', { name: 'Era' }).selectOption(era)
  await idle(page)
  await page.locator('.dv-tab', { hasText: 'Schedules' }).first().click()
  const form = page.getByRole('form', { name: 'Explore schedules' })
  await form.locator('select').nth(1).selectOption(bound)
  await idle(page)
  await page.waitForTimeout(PAUSE_MS)
}

/** Presses Explore; milliseconds until a frame tells of a problem. @param {import('playwright-core').Page} page */
function untilFound(page) {
  return page.evaluate(async () => {
    const button = document.querySelector('[data-testid="explore"]')
    if (!(button instanceof HTMLElement)) throw new Error('there is no button to explore')
    const started = performance.now()
    button.click()
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const line = document.querySelector('.progress')?.textContent ?? ''
      const listed = document.querySelector('ul[aria-label="Problems of other schedules"] li')
      if (listed !== null || /[1-9]\d* problem/.test(line)) return performance.now() - started
      if (performance.now() - started > 30_000) throw new Error('no race was found')
    }
  })
}
