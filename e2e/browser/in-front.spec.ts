/** What stays on screen when the core dies, which panel comes to the front, and tabs. */
import { expect, test, type Page } from '@playwright/test'
import { CLEAN, SLAB_UAF } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  return workbench
}

test('a crash while the text does not compile: the older run is still there, at its step', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await page.keyboard.press('Alt+Home')
  await page.keyboard.press('Alt+Period')
  await workbench.idle()
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.insertText('\nconst = 1')
  await expect.poll(async () => (await workbench.state()).errors.length).toBeGreaterThan(0)
  await workbench.idle()
  const before = { state: await workbench.state(), map: (await workbench.views()).map }
  await page.evaluate(() => globalThis.__pageward?.killCore())
  await expect(page.getByText(/The simulator was restarted/)).toBeVisible()
  await workbench.idle()
  const after = { state: await workbench.state(), map: (await workbench.views()).map }
  expect(after.state.stale).toBe(true)
  expect(after.state.text).toBe(before.state.text)
  expect(after.state.step).toBe(before.state.step)
  expect(after.state.codes).toEqual(before.state.codes)
  expect(after.map.cells).toEqual(before.map.cells)
  // Views go on answering: the playhead moves, and the map with it.
  await page.keyboard.press('Alt+Period')
  await workbench.idle()
  expect((await workbench.views()).map.step).toBe(before.state.step + 1)
  await expect(page.getByText('could not be read')).toHaveCount(0)
})

test('problems come to the front when a run finds some, unless another tab was chosen', async ({ page }) => {
  const workbench = await open(page, CLEAN)
  const front = (name: string) => page.getByRole('tab', { name, selected: true })
  await workbench.showTab('Console')
  await workbench.replaceText(SLAB_UAF)
  await workbench.idle()
  expect((await workbench.state()).codes).toContain('slab-use-after-free')
  await expect(front('Console')).toBeVisible()
  // Another program: what was chosen for the one before no longer counts, and the focus stays in the text.
  await workbench.run(SLAB_UAF)
  await expect(front('Problems')).toBeVisible()
  await expect(workbench.problem('slab-use-after-free').first()).toBeVisible()
  expect(
    await page.evaluate(() => window.document.activeElement?.closest('[data-panel]')?.getAttribute('data-panel')),
  ).toBe('editor')
})

test('tabs that fit are all shown again after a maximised panel was put back', async ({ page }) => {
  const workbench = await open(page, CLEAN)
  const lists = page.locator('.dv-tabs-overflow-dropdown-default')
  await expect(lists).toHaveCount(0)
  for (const name of ['Timeline', 'Memory map']) {
    await page.getByRole('tab', { name }).click()
    await page.keyboard.press('Alt+KeyM')
    await workbench.idle()
    await page.keyboard.press('Alt+KeyM')
    await workbench.idle()
    await expect(lists).toHaveCount(0)
  }
})
