/** By keyboard and by ear: the order of the focus, the way out of the editor, what is said of a run, forced colours. */
import { expect, test, type Page } from '@playwright/test'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { CLEAN, SLAB_UAF } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  return workbench
}

/** Name of the part of the window that has the focus: a panel, the title, the status row. */
const place = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = window.document
    if (activeElement === null || activeElement === window.document.body) return 'nothing'
    const panel = activeElement.closest<HTMLElement>('[data-panel]')
    if (panel !== null) return panel.dataset['panel'] ?? ''
    if (activeElement.closest('.dv-tabs-and-actions-container, .dv-tab') !== null) return 'tabs'
    return activeElement.closest('header') !== null ? 'title' : activeElement.closest('footer') ? 'status' : 'other'
  })

test('Tab indents in the editor, says so, and leaves it after Ctrl+M', async ({ page }) => {
  const workbench = await open(page, CLEAN)
  await workbench.focusEditor()
  const way = page.getByRole('button', { name: /Ctrl\+M$/ })
  await expect(way).toHaveText(/Tab indents/)
  await page.keyboard.press('Control+m')
  await expect(way).toHaveText(/Tab moves the focus/)
  await expect(way).toHaveAttribute('aria-pressed', 'true')
  const before = (await workbench.state()).text
  await page.keyboard.press('Tab')
  expect(await place(page)).not.toBe('editor')
  expect((await workbench.state()).text).toBe(before)
  // By the mouse as well: the button gives Tab back to the text.
  await way.click()
  await expect(way).toHaveText(/Tab indents/)
  await page.keyboard.press('Tab')
  expect(await place(page)).toBe('editor')
})

test('Tab goes once through every part of the window, from the title to the status row', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await workbench.focusEditor()
  await page.keyboard.press('Control+m')
  await page.getByRole('button', { name: 'Examples', exact: true }).focus()
  const seen: string[] = []
  const stops: string[] = []
  for (let i = 0; i < 400; i++) {
    const at = await place(page)
    if (seen.at(-1) !== at) seen.push(at)
    stops.push(at)
    if (i > 5 && (at === 'nothing' || (at === 'title' && stops.at(-2) !== 'title'))) break
    await page.keyboard.press('Tab')
  }
  expect(seen[0]).toBe('title')
  for (const part of ['editor', 'memory-map', 'timeline', 'inspector', 'problems']) expect(seen).toContain(part)
  // A part is left for good: nobody is thrown back and forth between two panels.
  const panels = seen.filter((each) => !['tabs', 'title', 'nothing', 'other'].includes(each))
  expect(new Set(panels).size, panels.join(' ')).toBe(panels.length)
  // Long lists are one stop, or few: the whole window is walked with a bearable number of keys.
  expect(stops.length).toBeLessThan(250)
})

test('every stop of the Tab key can be seen and has a name', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  // The walk leads through the editor.
  await workbench.focusEditor()
  await page.keyboard.press('Control+m')
  await page.getByRole('button', { name: 'Examples', exact: true }).focus()
  const wrong: string[] = []
  for (let i = 0; i < 45; i++) {
    const found = await page.evaluate(() => {
      const element = window.document.activeElement as HTMLElement
      // The element that takes the editor's text has no size and no name to see: the editor is what is seen.
      const isText = /inputarea|native-edit-context|ime-text-area/.test(element.className)
      const box = (isText ? element.closest('.monaco-editor')! : element).getBoundingClientRect()
      const name = element.ariaLabel ?? element.title ?? ''
      const labelled = element.getAttribute('aria-labelledby') !== null || element.closest('label') !== null
      const text = name !== '' || labelled || (element.textContent ?? '').trim() !== ''
      return {
        tag: element.outerHTML.slice(0, 90),
        seen: box.width > 0 && box.height > 0,
        text: text || isText,
      }
    })
    if (!found.seen || !found.text) wrong.push(found.tag)
    await page.keyboard.press('Tab')
  }
  expect(wrong).toEqual([])
})

test('what a run found is said in a live region', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  const said = page.locator('footer [aria-live="polite"]')
  await expect(said).toHaveText(/^\d+ found: .*slab-use-after-free in line 10/)
  await workbench.run(CLEAN)
  await expect(said).toHaveText('Nothing wrong found in this run')
  await workbench.replaceText(`${CLEAN}\nconst = 1`)
  await expect(said).toHaveText(/^Does not compile: .+ in line 5/)
})

test('the timeline is read and used without seeing it', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await page.getByRole('button', { name: 'Show as a list' }).click()
  const list = page.getByRole('table', { name: /Memory of this run/ })
  const row = list.getByRole('row').filter({ hasText: 'slab-object' }).first()
  await expect(row).toContainText('256 B')
  await row.getByRole('button', { name: 'a', exact: true }).press('Enter')
  await expect.poll(async () => (await workbench.state()).target).toHaveProperty('allocation')
  await row
    .getByRole('button', { name: /^step \d+$/ })
    .first()
    .press('Enter')
  await workbench.idle()
  expect((await workbench.state()).row?.line).toBe(4)
  await expect(page.getByRole('table', { name: /Tasks, locks, RCU/ })).toContainText('insmod')
  await axeFindsNothing(page, workbench)
  const drawing = page.getByRole('application', { name: /^Timeline\./ })
  await drawing.focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('[data-panel="timeline"] [aria-live="polite"]')).toContainText('line 5')
})

test('forced colours keep what is chosen visible, and axe finds nothing', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  const workbench = await open(page, SLAB_UAF)
  await expect(page.locator('html')).toHaveClass(/contrast/)
  const live = page.getByRole('button', { name: 'Live', exact: true })
  await expect(live).toHaveAttribute('aria-pressed', 'true')
  expect(await live.evaluate((each) => getComputedStyle(each).outlineStyle)).toBe('solid')
  const canvas = page.locator('[data-panel="memory-map"] canvas').first()
  expect(await canvas.evaluate((each) => getComputedStyle(each).forcedColorAdjust)).toBe('none')
  // The hairline between two panels is seen.
  const beside = page.locator('.dock .dv-view-container > .dv-view:nth-child(2)').first()
  const line = await beside.evaluate((each) => [
    getComputedStyle(each, '::before').backgroundColor,
    getComputedStyle(each).color,
  ])
  expect(line[0]).toBe(line[1])
  await axeFindsNothing(page, workbench)
})

/** Elements that stick out of the window, or out of a panel that does not scroll. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wrong: string[] = []
    const { scrollWidth, clientWidth } = window.document.documentElement
    if (scrollWidth > clientWidth) wrong.push(`the page is ${scrollWidth - clientWidth} px too wide`)
    for (const each of window.document.querySelectorAll<HTMLElement>('.title button, .title select')) {
      const box = each.getBoundingClientRect()
      if (box.width === 0 || box.right > window.innerWidth + 1 || box.left < 0)
        wrong.push(each.ariaLabel ?? each.innerText)
    }
    for (const head of window.document.querySelectorAll<HTMLElement>('.panel-head')) {
      if (head.scrollWidth > head.clientWidth + 1)
        wrong.push(`${head.innerText}: ${head.scrollWidth - head.clientWidth} px too wide`)
    }
    for (const panel of window.document.querySelectorAll<HTMLElement>('[data-panel]')) {
      const box = panel.getBoundingClientRect()
      if (panel.offsetParent !== null && (box.width < 40 || box.height < 40)) wrong.push(`${panel.dataset['panel']}`)
    }
    return wrong
  })

for (const percent of [80, 100, 150, 200]) {
  test(`text of the interface at ${percent} %`, async ({ page }) => {
    const workbench = await open(page, SLAB_UAF)
    await page.getByRole('button', { name: 'Settings' }).click()
    const sheet = page.getByRole('dialog', { name: 'Settings' })
    await sheet.getByLabel('Text of the interface').fill(String(percent))
    await page.keyboard.press('Escape')
    await workbench.idle()
    expect(await cutOff(page)).toEqual([])
    await expect(workbench.problem('slab-use-after-free').first()).toBeVisible()
    await axeFindsNothing(page, workbench)
  })
}

for (const percent of [80, 125, 200]) {
  test(`the window's own zoom at ${percent} %`, async ({ browser, baseURL }) => {
    const scale = percent / 100
    const viewport = { width: Math.round(1280 / scale), height: Math.round(800 / scale) }
    const context = await browser.newContext({ viewport, deviceScaleFactor: scale, baseURL: baseURL! })
    const page = await context.newPage()
    const workbench = await open(page, SLAB_UAF)
    expect(await cutOff(page)).toEqual([])
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
    await axeFindsNothing(page, workbench)
    await context.close()
  })
}
