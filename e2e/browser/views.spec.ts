/** Views besides the first screen: the ownership graph, the schedules, the map's search, and pictures of views. */
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { SLAB_UAF } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

async function open(page: Page): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(SLAB_UAF)
  return workbench
}

async function tab(workbench: Workbench, name: string): Promise<void> {
  await workbench.page.locator('.dv-tab', { hasText: name }).first().click()
  await workbench.idle()
}

test('the ownership graph shows who still holds a freed object', async ({ page }) => {
  const workbench = await open(page)
  await tab(workbench, 'Ownership')
  const graph = page.getByRole('group', { name: 'Ownership graph of the selection' })
  await expect(graph.getByRole('button', { name: /^memory a/ })).toBeVisible()
  await expect(graph.getByRole('button', { name: /^holder insmod.*page reference/ })).toBeVisible()
  await graph.getByRole('button', { name: /^frame/ }).press('Enter')
  await expect.poll(async () => (await workbench.state()).target).toHaveProperty('pfn')
  await axeFindsNothing(page, workbench)
})

test('schedules are explored, and a problem is replayed', async ({ page }) => {
  const workbench = await open(page)
  await tab(workbench, 'Schedules')
  await page.getByTestId('explore').click()
  const problems = page.getByRole('list', { name: 'Problems of other schedules' })
  const use = problems.getByRole('button', { name: /slab-use-after-free/ })
  await expect(use).toBeVisible({ timeout: 60_000 })
  const before = (await workbench.state()).run
  await use.click()
  await expect.poll(async () => (await workbench.state()).run).not.toBe(before)
  await workbench.idle()
  expect((await workbench.state()).codes).toContain('slab-use-after-free')
  await axeFindsNothing(page, workbench)
})

test('the map finds frames and memory', async ({ page }) => {
  const workbench = await open(page)
  const search = page.getByRole('searchbox', { name: /Find a frame/ })
  await search.fill('pfn:1002')
  await search.press('Enter')
  await workbench.idle()
  expect((await workbench.views()).map.selectedPfn).toBe(0x1002)
  await search.fill('slab object')
  await search.press('Enter')
  await expect.poll(async () => (await workbench.state()).target).toHaveProperty('allocation')
  await search.fill('pfn:ffffff')
  await search.press('Enter')
  await expect(page.getByText('Outside the machine')).toBeVisible()
})

test('map and timeline are saved as SVG and PNG', async ({ page }) => {
  await open(page)
  for (const panel of ['memory-map', 'timeline']) {
    for (const form of ['SVG', 'PNG']) {
      const view = page.locator(`[data-panel="${panel}"]`)
      await view.getByRole('button', { name: 'Save as a picture' }).click()
      const download = page.waitForEvent('download')
      await view.getByRole('button', { name: form }).click()
      expect((await download).suggestedFilename()).toBe(`pageward-${panel}.${form.toLowerCase()}`)
    }
  }
})

test('the run is saved as a trace for Perfetto and as columns', async ({ page }) => {
  const workbench = await open(page)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  for (const [button, ending, head] of [
    ['For Perfetto', 'pftrace', [0x0a]],
    ['As columns', 'pwtrace', [...Buffer.from('PWTRACE\n')]],
  ] as const) {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: button }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`))
    expect([...(await readFile(await file.path())).subarray(0, head.length)]).toEqual([...head])
    await expect(page.getByText(/^Saved as /)).toContainText(ending)
  }
  await axeFindsNothing(page, workbench)
})
