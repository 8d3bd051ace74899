/** The shell: palette, settings, keys, share, first choice, line effects and breakpoints, by keyboard. */
import { expect, type Page } from '@playwright/test'
import { axeFindsNothing } from './accessibility.ts'
import { CLEAN, SLAB_UAF, SLAB_UAF_LINES } from './programs.ts'
import type { Workbench } from './workbench.ts'

type Step = (page: Page, workbench: Workbench) => Promise<void>

const palette = (page: Page) => page.getByRole('combobox', { name: 'Find an action' })

async function carryOut(page: Page, words: string): Promise<void> {
  await page.keyboard.press('F1')
  await palette(page).fill(words)
  await page.keyboard.press('Enter')
  await expect(palette(page)).toHaveCount(0)
}

const paletteRuns: Step = async (page, workbench) => {
  await workbench.run(SLAB_UAF)
  await workbench.focusEditor()
  await carryOut(page, 'era v6.14')
  await workbench.idle()
  expect((await workbench.state()).era).toBe('v6.14')
  await carryOut(page, 'new snippet slab')
  await workbench.idle()
  const { text, codes } = await workbench.state()
  expect(text).toContain('kmalloc')
  expect(codes).toEqual([])
}

const paletteExplains: Step = async (page, workbench) => {
  await workbench.run(CLEAN)
  await page.keyboard.press('F1')
  await palette(page).fill('undo what')
  const row = page.getByRole('option', { name: /Undo what was deleted/ })
  await expect(row).toHaveAttribute('aria-disabled', 'true')
  await expect(row).toContainText('Nothing to undo')
  await page.keyboard.press('Escape')
  await expect(palette(page)).toHaveCount(0)
}

const panels: Step = async (page, workbench) => {
  await workbench.idle()
  const map = page.locator('[data-panel="memory-map"]')
  await carryOut(page, 'close panel memory map')
  await expect(map).toHaveCount(0)
  await carryOut(page, 'show panel memory map')
  await expect(map).toBeVisible()
  await carryOut(page, 'maximise panel memory map')
  await expect(page.getByTestId('editor')).not.toBeVisible()
  await page.keyboard.press('Alt+KeyM')
  await expect(page.getByTestId('editor')).toBeVisible()
}

const rebinding: Step = async (page, workbench) => {
  await workbench.run(SLAB_UAF)
  await page.keyboard.press('ControlOrMeta+Comma')
  const sheet = page.getByRole('dialog', { name: 'Settings' })
  await sheet.getByRole('searchbox', { name: 'Find an action' }).fill('start of the run')
  const keys = sheet.getByRole('button', { name: /^Keys of To the start of the run:/ })
  await keys.click()
  await page.keyboard.press('F8')
  await expect(sheet).toContainText('F8 belongs to “Next problem”')
  // The place of Q, which an AZERTY keyboard labels A.
  await page.keyboard.press('Alt+KeyQ')
  await expect(keys).toHaveText('Alt+Q')
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await page.keyboard.press('Alt+KeyQ')
  await workbench.idle()
  expect((await workbench.state()).step).toBe(0)
  await page.reload()
  await workbench.idle()
  await page.keyboard.press('Alt+KeyQ')
  await workbench.idle()
  expect((await workbench.state()).step).toBe(0)
}

const appearance: Step = async (page, workbench) => {
  await workbench.idle()
  await page.getByRole('button', { name: 'Settings' }).click()
  const sheet = page.getByRole('dialog', { name: 'Settings' })
  await sheet.getByLabel('Contrast').selectOption('more')
  await sheet.getByLabel('Motion').selectOption('reduced')
  const texts = [page.getByRole('tab', { name: 'Memory map' }).locator('.dock-tab'), page.locator('.reach').first()]
  const heights = () => Promise.all(texts.map(async (each) => (await each.boundingBox())?.height ?? 0))
  const before = await heights()
  await sheet.getByLabel('Text of the interface').fill('150')
  for (const [at, height] of (await heights()).entries()) expect(height).toBeGreaterThan((before[at] ?? 0) * 1.3)
  await expect(page.locator('html')).toHaveClass(/contrast/)
  await expect(page.locator('html')).toHaveClass(/calm/)
  await expect(page.locator('html')).toHaveAttribute('style', /--zoom: 1\.5/)
  await axeFindsNothing(page, workbench)
  await page.keyboard.press('Escape')
  await page.reload()
  await workbench.idle()
  await expect(page.locator('html')).toHaveClass(/contrast/)
}

const accessible: Step = async (page, workbench) => {
  await workbench.idle()
  await page.keyboard.press('F1')
  await axeFindsNothing(page, workbench)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await axeFindsNothing(page, workbench)
}

const firstChoice: Step = async (page, workbench) => {
  await workbench.idle()
  const choice = page.getByRole('region', { name: 'Where to begin' })
  await choice.getByRole('button', { name: 'Let me write' }).click()
  await workbench.idle()
  await expect(choice).toHaveCount(0)
  expect((await workbench.state()).text).toContain('alloc_page')
  await page.reload()
  await workbench.idle()
  await expect(choice).toHaveCount(0)
}

const teachMe: Step = async (page, workbench) => {
  await workbench.idle()
  await page.getByRole('region', { name: 'Where to begin' }).getByRole('button', { name: 'Teach me' }).click()
  await workbench.idle()
  await expect(page.getByRole('heading', { name: 'A page and its count' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Show me', exact: true })).toBeVisible()
}

const lineEffects: Step = async (page, workbench) => {
  await workbench.run(SLAB_UAF)
  const effects = workbench.editor.locator('.pw-effect')
  await expect(effects.filter({ hasText: /refcount/ })).toHaveCount(1)
  await page.keyboard.press('Alt+Home')
  await workbench.idle()
  await expect(effects).toHaveCount(0)
}

const byLine: Step = async (page, workbench) => {
  await workbench.run(SLAB_UAF)
  await page.keyboard.press('Alt+Home')
  await page.keyboard.press('Alt+F11')
  await workbench.idle()
  expect((await workbench.state()).row?.line).toBe(SLAB_UAF_LINES.allocated)
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('F9')
  await expect(workbench.editor.locator('.pw-breakpoint')).toHaveCount(1)
  await page.keyboard.press('Alt+F9')
  await workbench.idle()
  expect((await workbench.state()).row?.line).toBe(SLAB_UAF_LINES.freed)
}

const present: Step = async (page, workbench) => {
  await workbench.run(CLEAN)
  const size = () =>
    workbench.editor.locator('.view-lines').evaluate((each) => parseFloat(getComputedStyle(each).fontSize))
  const before = await size()
  await page.keyboard.press('Alt+KeyP')
  await expect.poll(size).toBeGreaterThan(before)
  await page.keyboard.press('Alt+KeyP')
  await expect.poll(size).toBe(before)
}

const keysLeadToSettings: Step = async (page, workbench) => {
  await workbench.idle()
  await page.keyboard.press('Shift+F1')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet.getByRole('button', { name: 'Close' })).toBeFocused()
  await sheet.getByRole('button', { name: 'Change keys' }).click()
  await expect(sheet).toHaveCount(0)
  const settings = page.getByRole('dialog', { name: 'Settings' })
  // Not all actions are listed, and the list says so.
  await expect(settings).toContainText('type to find any other action')
  await settings.getByRole('searchbox').fill('zqzq')
  await expect(settings).toContainText('No action is called this')
}

const examplesAreFound: Step = async (page, workbench) => {
  await workbench.idle()
  const list = page.getByRole('navigation', { name: 'Examples' })
  const rows = list.locator('[data-example]')
  // One stop for the Tab key, however long the list is; the arrows go on from there.
  await expect(list.locator('[data-example][tabindex="0"]')).toHaveCount(1)
  await list.getByRole('searchbox', { name: 'Find an example' }).fill('binder mremap')
  await expect(rows.first()).toContainText('binder')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await expect(rows.nth(1)).toBeFocused()
  await list.getByRole('searchbox').fill('no such thing')
  await expect(list).toContainText('No example has this')
}

export const SHELL_STEPS: Readonly<Record<string, Step>> = {
  'the palette carries out actions by name': paletteRuns,
  'the palette says why an action cannot be done': paletteExplains,
  'panels close, open and maximise by keyboard': panels,
  'keys are chosen by their place, refused when taken, and kept': rebinding,
  'contrast, motion and text size are set and kept': appearance,
  'palette and share have no serious accessibility violation': accessible,
  'the first choice is made once': firstChoice,
  'teach me opens the first lesson': teachMe,
  'lines show what they did up to the playhead': lineEffects,
  'the playhead goes by line and to breakpoints': byLine,
  'a presentation has large type': present,
  'the sheet of keys leads to where they are changed': keysLeadToSettings,
  'examples are found by words and walked with the arrows': examplesAreFound,
}
