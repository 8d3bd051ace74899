/** Workers and pages of the browser edition that end by themselves, from one moment to the next. */
import { expect, test, type Page } from '@playwright/test'
import { CLEAN, SLAB_UAF } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

/** 2^18 schedules, each a fraction of a millisecond. */
const LARGE = `import { kthread_run, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const x = shared(0)
kthread_run(() => WRITE_ONCE(x, 1), 'writer')
for (let i = 0; i < 18; i++) kthread_run(() => READ_ONCE(x), 'reader')
`

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  return workbench
}

/** Ends all workers of a kind from within, as nothing tells of it from outside. */
async function end(page: Page, kind: 'runner' | 'explore' | 'supervisor'): Promise<void> {
  const workers = page.workers().filter((worker) => worker.url().includes(`${kind}.worker`))
  expect(workers.length).toBeGreaterThan(0)
  await Promise.all(workers.map((worker) => worker.evaluate(() => self.close()).catch(() => undefined)))
}

test('runners that end between two runs are not missed', async ({ page }) => {
  const workbench = await open(page, CLEAN)
  await end(page, 'runner')
  const { run } = await workbench.state()
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(async () => (await workbench.state()).run, { timeout: 5000 }).toBeGreaterThan(run)
  expect(await workbench.state()).toMatchObject({ text: CLEAN, failure: null })
})

test('an exploring worker that ends is told, and the next exploration works', async ({ page }) => {
  await open(page, LARGE)
  await page.locator('.dv-tab', { hasText: 'Schedules' }).first().click()
  const explore = page.getByRole('form', { name: 'Explore schedules' }).getByTestId('explore')
  await explore.click()
  await expect(page.locator('.progress')).toContainText(/in all, by what is known so far/)
  await end(page, 'explore')
  await expect(page.getByText(/^The schedules could not be explored: an exploring worker died/)).toBeVisible()
  await explore.click()
  await expect(page.locator('.progress')).toContainText(/in all, by what is known so far/)
})

test('a core that ends from within is replaced at once', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await end(page, 'supervisor')
  await expect(page.getByTestId('message')).toContainText('The simulator was restarted')
  await workbench.idle()
  expect(await workbench.state()).toMatchObject({ text: SLAB_UAF, stale: false, failure: null })
})

test('a page that crashes in the middle of a word has all of it when it is opened again', async ({ page, context }) => {
  const workbench = await open(page, CLEAN)
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  // No bracket: whether the editor closes it depends on what it has loaded.
  await page.keyboard.type('\nconst pag')
  await expect.poll(async () => (await workbench.state()).text).toBe(`${CLEAN}\nconst pag`)
  // What was typed within the last second may be lost (docs/faults.md).
  await page.waitForTimeout(1000)
  const crashed = page.waitForEvent('crash')
  await page.goto('chrome://crash').catch(() => undefined)
  await crashed
  await page.close()
  const next = new Workbench(await context.newPage())
  await next.page.goto('/')
  await next.idle()
  expect(await next.state()).toMatchObject({ text: `${CLEAN}\nconst pag`, failure: null })
  await expect(next.page.getByTestId('status')).toHaveText('does not compile')
})
