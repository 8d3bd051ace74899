/** A large interface in a small window: the panels are tabs beside the editor, each with room for what it shows. */
import { expect, test, type Page } from '@playwright/test'
import { SLAB_UAF } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

interface Rect {
  readonly y: number
  readonly height: number
}

const zoom = async (page: Page, workbench: Workbench, percent: number): Promise<void> => {
  await page.getByRole('button', { name: 'Settings' }).click()
  const sheet = page.getByRole('dialog', { name: 'Settings' })
  await sheet.getByLabel('Text of the interface').fill(String(percent))
  await page.keyboard.press('Escape')
  await workbench.idle()
}
const front = async (page: Page, workbench: Workbench, name: RegExp): Promise<void> => {
  await page.getByRole('tab', { name }).click()
  await workbench.idle()
}
/** Pixels of the interface, of the window's pixels at 200 %. */
const room = async (page: Page, panel: string): Promise<number> =>
  ((await page.locator(`[data-panel="${panel}"]`).boundingBox())?.height ?? 0) / 2

test('at 200 % in 1280 by 800 every panel can be read and used', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(SLAB_UAF)
  await zoom(page, workbench, 200)
  const problem = workbench.problem('slab-use-after-free')
  await expect(problem).toBeInViewport({ ratio: 1 })
  expect((await page.locator('header.title').boundingBox())?.height, 'the title is one row').toBeLessThan(100)
  for (const panel of ['editor', 'problems']) expect(await room(page, panel), panel).toBeGreaterThan(220)

  await front(page, workbench, /^Timeline/)
  expect(await room(page, 'timeline')).toBeGreaterThan(220)
  const surface = await page.locator('[data-panel="timeline"] .surface').boundingBox()
  const timeline = await page.evaluate(() => globalThis.__pageward?.views.timeline())
  const { bars } = timeline as unknown as { readonly bars: readonly { readonly rect: Rect }[] }
  expect(bars.length).toBeGreaterThan(1)
  for (const { rect } of bars) expect((rect.y + rect.height) * 2, 'a bar is seen whole').toBeLessThan(surface!.height)

  await front(page, workbench, /^Memory map/)
  const map = await page.locator('[data-panel="memory-map"] .surface').boundingBox()
  expect(map!.height / 2).toBeGreaterThan(100)
  await page.screenshot({ path: 'out/e2e/little-room.png' })
})

test('more room brings back what was arranged there, and what was opened in little room', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(SLAB_UAF)
  await page.getByRole('tab', { name: 'Console' }).click()
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('[data-panel]')]
        .map((each) => [each.getAttribute('data-panel'), each.getBoundingClientRect()] as const)
        .map(([name, { x, y, width, height }]) => [name, ...[x, y, width, height].map(Math.round)].join(' '))
        .sort(),
    )
  const before = await places()
  await workbench.focusEditor()
  await page.setViewportSize({ width: 640, height: 400 })
  await expect(page.getByRole('tab', { name: /^Memory map/, selected: false })).toHaveCount(1)
  await workbench.idle()
  // The caret is still in the text.
  await page.keyboard.type(' ')
  await expect.poll(async () => (await workbench.state()).text.length).toBe(SLAB_UAF.length + 1)
  await page.reload()
  await workbench.idle()
  await expect(page.getByRole('tab', { name: /^Memory map/, selected: false })).toHaveCount(1)
  await page.setViewportSize({ width: 1280, height: 800 })
  await expect(page.getByRole('tab', { name: /^Memory map/, selected: true })).toHaveCount(1)
  await workbench.idle()
  expect(await places()).toEqual(before)
})
