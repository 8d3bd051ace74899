/**
 * The main screens in both themes look as they did: pictures of 80 by 50 blocks, kept in e2e/browser/snapshots. After a
 * change that is meant: PAGEWARD_SNAPSHOTS=update, then look at the window itself.
 */
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { compare, compareWithKept, lowResolution } from '../shared/low-resolution.ts'
import { Workbench } from '../shared/workbench.ts'

type Go = (page: Page, workbench: Workbench) => Promise<void>

const example =
  (id: string): Go =>
  async (page, workbench) => {
    const list = page.getByRole('navigation', { name: 'Examples' })
    if (!(await list.isVisible())) await page.getByRole('tab', { name: 'Examples' }).first().click()
    await list.locator(`[data-example="${id}"]`).click()
    await workbench.idle()
  }
const tab =
  (name: string): Go =>
  async (page, workbench) => {
    await page.locator('.dv-tab', { hasText: name }).first().click()
    await workbench.idle()
  }

/** Each goes on from where the one before ended. */
const SCREENS: Readonly<Record<string, Go>> = {
  first: example('slab-uaf/slab-uaf'),
  console: tab('Console'),
  eras: tab('Eras'),
  schedules: tab('Schedules'),
  ownership: async (page, workbench) => {
    await tab('Problems')(page, workbench)
    await tab('Ownership')(page, workbench)
  },
  settings: async (page) => {
    await page.getByRole('button', { name: 'Settings' }).click()
    await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  },
  palette: async (page) => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await expect(page.getByRole('combobox', { name: 'Find an action' })).toBeVisible()
  },
}

for (const theme of ['light', 'dark'] as const) {
  test(`the main screens, ${theme}`, async ({ page }) => {
    test.setTimeout(240_000)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto('/')
    const workbench = new Workbench(page)
    await workbench.idle()
    await page.getByRole('region', { name: 'Where to begin' }).getByRole('button', { name: 'Not now' }).click()
    const differences: string[] = []
    let last: Buffer | null = null
    for (const [name, go] of Object.entries(SCREENS)) {
      await go(page, workbench)
      await workbench.idle()
      // What only comes later, such as hints of the editor: twice the same picture.
      let picture = await lowResolution(page)
      await expect
        .poll(async () => {
          const before = picture
          picture = await lowResolution(page)
          return (await compare(page, before, picture)).share
        })
        .toBe(0)
      const path = fileURLToPath(new URL(`snapshots/${name}-${theme}.png`, import.meta.url))
      const { share, isSame } = await compareWithKept(page, picture, path)
      if (!isSame) differences.push(`${name}: ${(share * 100).toFixed(1)} % of the blocks differ`)
      // The measure tells screens apart that a person tells apart.
      if (last !== null) expect((await compare(page, last, picture)).isSame, `${name} and the one before`).toBe(false)
      last = picture
    }
    expect(differences).toEqual([])
  })
}
