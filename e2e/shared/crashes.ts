/** What a real end of the core leaves: steps that are the same in the browser and on the desktop. */
import { expect, type Page } from '@playwright/test'
import type { Host } from './scenarios.ts'
import { SLAB_UAF } from './programs.ts'
import type { Workbench } from './workbench.ts'

/** A race that the program's own schedule does not show, and half a second of work, in which the core can be ended. */
export const SLOW_RACE = `import { kmalloc, kfree, kthread_run, GFP_KERNEL, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const p = kmalloc(8, GFP_KERNEL)!
const x = shared(0)
let work = 0
for (let i = 0; i < 100_000_000; i++) work += i & 1
kthread_run(() => { if (READ_ONCE(x) === 0) p.write_u8(0, 1) }, 'user')
kthread_run(() => { WRITE_ONCE(x, 1); kfree(p) }, 'owner')
`
export type Crash = (host: Host, workbench: Workbench) => Promise<void>

const restarted = (page: Page) =>
  expect(page.getByTestId('message')).toContainText(/simulator was restarted.*text is safe/, { timeout: 30_000 })
const running = (page: Page) =>
  page.waitForFunction(() => ['compiling', 'running'].includes(globalThis.__pageward?.state().activity ?? ''))

/** What map and timeline draw. */
const drawn = (page: Page) =>
  page.evaluate(() => {
    const views = globalThis.__pageward?.views
    return [views?.map() ?? null, views?.timeline() ?? null]
  })

/** Explores the program and replays the first problem found; does not wait for the replay. */
async function replayFirst(page: Page): Promise<void> {
  await page.locator('.dv-tab', { hasText: 'Schedules' }).first().click()
  await page.getByRole('form', { name: 'Explore schedules' }).getByTestId('explore').click()
  const problems = page.getByRole('list', { name: 'Problems of other schedules' })
  await problems.getByRole('button', { name: /slab-use-after-free/ }).click()
}

const inReplay: Crash = async ({ page, killCore }, workbench) => {
  await workbench.run(SLOW_RACE)
  const own = await workbench.state()
  expect(own.codes).not.toContain('slab-use-after-free')
  await replayFirst(page)
  await running(page)
  await killCore()
  await restarted(page)
  await workbench.idle()
  const after = await workbench.state()
  expect(after).toMatchObject({ text: SLOW_RACE, stale: false, failure: null })
  expect(after.codes).toContain('slab-use-after-free')
  // The same order of steps, and every view is at it: the one asked for, not the program's own.
  const problems = page.getByRole('list', { name: 'Problems of other schedules' })
  await expect(problems.getByRole('button', { name: /slab-use-after-free/ })).toHaveClass(/shown/)
  const { map, timeline, inspector } = await workbench.views()
  expect([map.step, timeline.step, inspector.step]).toEqual([after.step, after.step, after.step])
  // And once more, now that a replay is what is on screen: every era has run it, so the text is not to blame.
  await expect.poll(async () => (await workbench.state()).matrix).not.toBeNull()
  await killCore()
  await expect.poll(async () => (await workbench.state()).run).toBeGreaterThan(after.run)
  await workbench.idle()
  expect((await workbench.state()).codes).toEqual(after.codes)
}

/** The first run of a page and the first of a new core must not be taken for the same one. */
const inFirstRun: Crash = async ({ page, killCore }, workbench) => {
  await workbench.idle()
  const before = await workbench.state()
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(SLOW_RACE)
  await running(page)
  await killCore()
  await restarted(page)
  await workbench.idle()
  const after = await workbench.state()
  expect(after).toMatchObject({ text: SLOW_RACE, stale: false, failure: null })
  expect(after.run).not.toBe(before.run)
  const shown = await drawn(page)
  // A run with a number that nothing was drawn for shows the same.
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click()
  await workbench.idle()
  const again = await workbench.state()
  expect(again.run).not.toBe(after.run)
  expect({ ...again, run: after.run }).toEqual(after)
  expect(await drawn(page)).toEqual(shown)
}

const whileExploring: Crash = async ({ page, killCore }, workbench) => {
  await workbench.run(SLAB_UAF)
  await workbench.replaceText(SLOW_RACE)
  await workbench.idle()
  await page.locator('.dv-tab', { hasText: 'Schedules' }).first().click()
  const explore = page.getByRole('form', { name: 'Explore schedules' }).getByTestId('explore')
  await explore.click()
  await expect(page.locator('.progress')).toBeVisible()
  await killCore()
  await restarted(page)
  await expect(page.getByText(/^The schedules could not be explored: /)).toBeVisible()
  await workbench.idle()
  await expect(explore).toHaveText(/Explore/)
  await explore.click()
  await expect(page.getByRole('list', { name: 'Problems of other schedules' })).toBeVisible()
  expect((await workbench.state()).text).toBe(SLOW_RACE)
}

export const CRASHES: Readonly<Record<string, Crash>> = {
  'the core dies in a replay: the same schedule runs again': inReplay,
  'the core dies in the first run after the start: the views show the run of the new one': inFirstRun,
  'the core dies while schedules are explored: it is said, and they can be explored again': whileExploring,
}
