/** The shell in a browser; shared programs travel in the address. */
import { expect, test } from '@playwright/test'
import { CLEAN } from '../shared/programs.ts'
import { SHELL_STEPS } from '../shared/shell.ts'
import { Workbench } from '../shared/workbench.ts'

for (const [title, step] of Object.entries(SHELL_STEPS)) {
  test(title, async ({ page }) => {
    // Some of them look through the whole window with axe, twice.
    test.slow()
    await page.goto('/')
    await step(page, new Workbench(page))
  })
}

test('an address carries a program to somebody else', async ({ page, browser, baseURL }) => {
  await page.goto('/')
  const mine = new Workbench(page)
  await mine.run(CLEAN)
  await mine.chooseEra('v6.14')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const field = page.getByTestId('share-link')
  await expect(field).toHaveValue(/#p=/)
  const link = await field.inputValue()
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL })
  const other = await context.newPage()
  await other.goto(link)
  const theirs = new Workbench(other)
  await theirs.idle()
  expect(await theirs.state()).toMatchObject({ text: CLEAN, era: 'v6.14' })
  expect(other.url()).not.toContain('#p=')
  await context.close()
})
