/** The app as a web page, with the core in a Web Worker. */
import { test } from '@playwright/test'
import { CRASHES } from '../shared/crashes.ts'
import { SCENARIOS } from '../shared/scenarios.ts'
import { Workbench } from '../shared/workbench.ts'

for (const [title, scenario] of Object.entries({ ...SCENARIOS, ...CRASHES })) {
  test(title, async ({ page }) => {
    await page.goto('/')
    const killCore = async (): Promise<void> => page.evaluate(() => globalThis.__pageward?.killCore())
    await scenario({ page, killCore }, new Workbench(page))
  })
}
