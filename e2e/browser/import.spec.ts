/** Files and addresses that are given to the app: a schedule comes along, and a wrong file costs nothing. */
import { expect, test, type Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { SLOW_RACE } from '../shared/crashes.ts'
import { CLEAN } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

const RACE = SLOW_RACE.replace('100_000_000', '10')

async function give(page: Page, content: string, name = 'given.pageward'): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const chosen = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a file' }).click()
  await (await chosen).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
}

test('a program that was shared under a schedule runs under it', async ({ page, browser }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(RACE)
  expect((await workbench.state()).codes).toEqual([])
  await page.locator('.dv-tab', { hasText: 'Schedules' }).first().click()
  await page.getByRole('form', { name: 'Explore schedules' }).getByTestId('explore').click()
  const problems = page.getByRole('list', { name: 'Problems of other schedules' })
  await problems.getByRole('button', { name: /slab-use-after-free/ }).click()
  await workbench.idle()
  const { codes, step } = await workbench.state()
  expect(codes).toContain('slab-use-after-free')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const link = await page.getByTestId('share-link').inputValue()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as file' }).click()
  const content = await readFile(await (await saved).path(), 'utf8')

  // As a file, and as an address, in a browser that knows nothing of it.
  const context = await browser.newContext()
  const theirs = new Workbench(await context.newPage())
  await theirs.page.goto('/')
  await theirs.idle()
  await give(theirs.page, content)
  await expect.poll(async () => (await theirs.state()).text).toBe(RACE)
  await theirs.idle()
  expect(await theirs.state()).toMatchObject({ codes, step, stale: false })
  await theirs.page.goto('about:blank')
  await theirs.page.goto(link)
  await theirs.idle()
  expect(await theirs.state()).toMatchObject({ text: RACE, codes, step })
  // An edit is a program of its own again.
  await theirs.focusEditor()
  await theirs.page.keyboard.press('ControlOrMeta+End')
  await theirs.page.keyboard.type('// mine')
  await theirs.idle()
  expect((await theirs.state()).codes).toEqual([])
  await context.close()
})

test('a schedule that is none of this program is told, and the text is there', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.idle()
  for (const schedule of ['to and fro', 's2-1.1']) {
    const files = [{ path: 'race.ts', text: `${RACE}// ${schedule}` }]
    await give(page, JSON.stringify({ format: 'pageward.program/1', entry: 'race.ts', files, schedule }))
    await expect.poll(async () => (await workbench.state()).text).toContain(schedule)
    await workbench.idle()
    const { failure, errors, codes } = await workbench.state()
    const said = [failure ?? '', ...errors.map(({ message }) => message), ...codes].join(' ')
    expect(said, schedule).toMatch(/schedule/)
  }
})

test('a wrong file is told with what to do, and changes nothing', async ({ page }) => {
  // Two choosers, and no moment between them in which the browser would open its own.
  page.on('filechooser', () => undefined)
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(CLEAN)
  await give(page, '{"format":"pageward.program/1","entry":"a.ts","files":[{"path":"a.ts"')
  await expect(page.getByTestId('message')).toContainText(
    'given.pageward is no whole program: it is cut off in line 1. It lost its end on the way: get it again.',
  )
  expect((await workbench.state()).text).toBe(CLEAN)

  // A layout that only the dock can tell to be damaged.
  const panels = () => page.locator('[data-panel]').evaluateAll((all) => all.map((each) => each.dataset['panel']))
  const before = await panels()
  const dock = { grid: { root: { type: 'branch', data: [{ type: 'leaf', data: { views: ['none'], id: '1' } }] } } }
  await page.keyboard.press('F1')
  await page.getByRole('combobox', { name: 'Find an action' }).fill('Import a layout')
  const chosen = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  const buffer = Buffer.from(JSON.stringify({ format: 'pageward.layout/1', dock }))
  await (await chosen).setFiles({ name: 'mine.json', mimeType: 'application/json', buffer })
  await expect(page.getByTestId('message')).toContainText('mine.json is damaged: its panels cannot be placed.')
  expect(await panels()).toEqual(before)
  await workbench.idle()
  expect((await workbench.state()).text).toBe(CLEAN)
})
