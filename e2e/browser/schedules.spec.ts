/** The schedules panel: pause and stop, the proof and its bound, every era, two neighbouring steps exchanged. */
import { expect, test, type Page } from '@playwright/test'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { Workbench } from '../shared/workbench.ts'

/** A race whose finding goes when the free comes after the use. */
const RACE = `import { kmalloc, kfree, kthread_run, GFP_KERNEL, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const p = kmalloc(8, GFP_KERNEL)!
const x = shared(0)
kthread_run(() => { if (READ_ONCE(x) === 0) p.write_u8(0, 1) }, 'user')
kthread_run(() => { WRITE_ONCE(x, 1); kfree(p) }, 'owner')
`
/** 2^18 schedules: enough to be still under way when the test looks. */
const LARGE = `import { kthread_run, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const x = shared(0)
kthread_run(() => WRITE_ONCE(x, 1), 'writer')
for (let i = 0; i < 18; i++) kthread_run(() => READ_ONCE(x), 'reader')
`
const CALM = `import { kthread_run, mutex, mutex_init, mutex_lock, mutex_unlock } from 'linux'
const m = mutex_init(new mutex())
for (const name of ['one', 'two']) kthread_run(() => { mutex_lock(m); mutex_unlock(m) }, name)
`

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  await page.locator('.dv-tab', { hasText: 'Schedules' }).first().click()
  await workbench.idle()
  return workbench
}

/** With PAGEWARD_SHOTS set, a picture for a person to look at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['PAGEWARD_SHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
}

test('an exploration is paused, goes on, and is stopped with what it found', async ({ page }) => {
  await open(page, LARGE)
  const form = page.getByRole('form', { name: 'Explore schedules' })
  await form.getByTestId('explore').click()
  const progress = page.locator('.progress')
  await expect(progress).toContainText(/in all, by what is known so far/)
  await form.getByTestId('pause-explore').click()
  await expect(progress).toContainText('Paused.')
  await shot(page, 'schedules-paused')
  // What workers said before they heard of it may still come.
  await page.waitForTimeout(1000)
  const text = await progress.textContent()
  await page.waitForTimeout(1500)
  expect(await progress.textContent()).toBe(text)
  await form.getByRole('button', { name: 'Resume' }).click()
  await expect(progress).not.toContainText('Paused.')
  await expect.poll(() => progress.textContent()).not.toBe(text?.replace('Paused. ', ''))
  await form.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByText(/schedules run, not all: it was stopped; nothing wrong found/)).toBeVisible()
})

test('what an exploration says is in sight, though the playhead stands far down the run', async ({ page }) => {
  const many = CALM.replace('for', 'for (let i = 0; i < 60; i++) { mutex_lock(m); mutex_unlock(m) }\nfor')
  const workbench = await open(page, many)
  await expect(page.getByText(/^\s*A run shows one order/)).toBeInViewport()
  await page.getByRole('application', { name: /^Timeline\./ }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('End')
  await workbench.idle()
  await expect(page.locator('table [aria-current="step"]')).toBeInViewport()
  await page.getByRole('form', { name: 'Explore schedules' }).getByTestId('explore').click()
  await expect(page.getByText(/^Proved: no schedule/)).toBeInViewport()
})

test('Explore stands beside Run, and has a key', async ({ page }) => {
  const workbench = await open(page, CALM)
  await page.getByRole('tab', { name: /^Problems/ }).click()
  await page.getByRole('banner').getByRole('button', { name: 'Explore' }).click()
  const proved = page.getByText(/^Proved: no schedule violates a rule/)
  await expect(proved).toBeVisible()
  await page.getByRole('tab', { name: /^Problems/ }).click()
  await workbench.focusEditor()
  await page.keyboard.press('Control+Shift+Enter')
  await expect(proved).toBeVisible()
})

test('a complete exploration is a proof, with its bound', async ({ page }) => {
  const workbench = await open(page, CALM)
  await page.getByTestId('explore').click()
  await expect(
    page.getByText('Proved: no schedule violates a rule. All 2 schedules that differ were run.'),
  ).toBeVisible()
  await page.getByLabel(/^preemptions/).selectOption('1')
  await page.getByTestId('explore').click()
  await expect(page.getByText(/Proved: no schedule with at most 1 preemption violates a rule/)).toBeVisible()
  await axeFindsNothing(page, workbench)
})

test('two neighbouring steps are exchanged, and what changes is told', async ({ page }) => {
  const workbench = await open(page, RACE)
  await page.getByTestId('explore').click()
  await page
    .getByRole('list', { name: 'Problems of other schedules' })
    .getByRole('button', { name: /slab-use-after-free/ })
    .click()
  await workbench.idle()
  const schedule = page.getByRole('table', { name: 'Schedule of the run on screen' })
  const free = schedule.getByRole('row').filter({ has: page.getByRole('button', { name: /^kfree/ }) })
  await free.getByRole('button', { name: /^Exchange steps/ }).click()
  const answer = page.getByRole('status', { name: 'What the exchange changes' })
  await expect(answer).toContainText('Gone: slab-use-after-free in line 4.')
  await shot(page, 'schedules-swapped')
  await axeFindsNothing(page, workbench)
  await answer.getByRole('button', { name: 'Replay this order' }).click()
  await workbench.idle()
  expect((await workbench.state()).codes).not.toContain('slab-use-after-free')
  await expect(answer).toBeHidden()
  // The read of x goes after its write: the user sees 1 and leaves the memory alone.
  const read = schedule.getByRole('row').filter({ has: page.getByRole('button', { name: /^READ_ONCE/ }) })
  await read.getByRole('button', { name: /^Exchange steps/ }).click()
  await expect(answer).toContainText('READ_ONCE of 1')
})

test('every era is explored, and the table shows what each finds', async ({ page }) => {
  const workbench = await open(page, RACE)
  await page.getByTestId('explore-eras').click()
  const table = page.getByRole('table', { name: 'What exploring finds in each era' })
  const eras = await page.evaluate(() => document.querySelectorAll('[data-testid="era"] option').length)
  await expect(page.getByTestId('explore')).toHaveText(/Explore/, { timeout: 80_000 })
  const rows = table.getByRole('row')
  expect(await rows.count()).toBeGreaterThan(Math.max(3, eras === 0 ? 3 : eras - 1))
  await expect(table.getByRole('columnheader', { name: 'slab-use-after-free' })).toBeVisible()
  await shot(page, 'schedules-eras')
  await axeFindsNothing(page, workbench)
})

for (const theme of ['light', 'dark'] as const) {
  test(`the panel in ${theme} colours`, async ({ page }) => {
    test.skip(process.env['PAGEWARD_SHOTS'] === undefined, 'pictures are not asked for')
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width: 1920, height: 1080 })
    const workbench = await open(page, RACE)
    await page.getByTestId('explore-eras').click()
    await expect(page.getByTestId('explore')).toHaveText(/Explore/, { timeout: 80_000 })
    await page.getByTestId('explore').click()
    const problems = page.getByRole('list', { name: 'Problems of other schedules' })
    await problems.getByRole('button').first().click()
    await workbench.idle()
    await page
      .getByRole('button', { name: /^Exchange steps/ })
      .last()
      .click()
    await expect(page.getByRole('status', { name: 'What the exchange changes' })).toBeVisible()
    await shot(page, `schedules-${theme}`)
  })
}
