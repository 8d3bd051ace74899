/** The editor: files, other languages, what variables are, stepping by call, comparing, the moment of an example. */
import { expect, test, type Page } from '@playwright/test'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { CLEAN, SLAB_UAF, SLAB_UAF_LINES } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  return workbench
}

async function dockTab(workbench: Workbench, name: string): Promise<void> {
  await workbench.page.keyboard.press('F1')
  await workbench.page.getByRole('combobox', { name: 'Find an action' }).fill(`show panel ${name}`)
  await workbench.page.keyboard.press('Enter')
  await workbench.idle()
}

test('each variable says what it is at the playhead', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  const badge = workbench.editor.locator('.pw-badge')
  // The object, and the pointer into it.
  await expect(badge.filter({ hasText: 'freed' })).toHaveCount(2)
  await page.keyboard.press('Alt+Home')
  await workbench.idle()
  await expect(badge).toHaveCount(0)
  await page.keyboard.press('F10')
  await workbench.idle()
  await expect(badge).toHaveText(/●\s*owner/)
})

test('the editor follows the playhead into the other files of a program', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.idle()
  await page
    .getByRole('button', { name: /^The pages of binder/ })
    .first()
    .click()
  await workbench.idle()
  // The run of a program that was opened leaves open what its moment shows.
  await page.keyboard.press('Alt+Home')
  const files = new Set<string>()
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Alt+F12')
    await workbench.idle()
    const { active, row } = await workbench.state()
    expect(active).toBe(row?.file)
    expect(await workbench.playheadLine()).not.toBe('')
    files.add(active)
  }
  expect(files.size).toBeGreaterThan(1)
})

test('the open file is shown in C and in Rust', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await page.getByRole('tab', { name: 'C', exact: true }).click()
  const c = page.getByTestId('text-c')
  await expect(c).toContainText('struct page *page = virt_to_page(a);')
  await expect(c).toContainText('#include <linux/slab.h>')
  await axeFindsNothing(page, workbench)
  await page.getByRole('tab', { name: 'Rust', exact: true }).click()
  await expect(page.getByTestId('text-rust')).toContainText('unsafe { bindings::get_page(page) };')
  await page.getByRole('tab', { name: /snippet/ }).click()
  await expect(workbench.editor).toBeVisible()
})

test('C habits get a hint of how a snippet says it', async ({ page }) => {
  const workbench = await open(page, CLEAN)
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('\nx = page->flags')
  await workbench.idle()
  await expect(async () => {
    await page.mouse.move(2, 2)
    await workbench.editor.locator('.view-line').filter({ hasText: '->' }).locator('span').last().hover()
    await expect(page.locator('.monaco-hover:visible')).toContainText('A snippet has no', { timeout: 4_000 })
  }).toPass({ timeout: 40_000 })
})

test('files are made, renamed and deleted, and undo brings them back', async ({ page }) => {
  const workbench = await open(page, CLEAN)
  await dockTab(workbench, 'Files')
  const files = page.getByRole('navigation', { name: 'Files' })
  await files.getByRole('button', { name: 'New file' }).click()
  const path = files.getByRole('textbox', { name: 'Path of the new file' })
  await path.fill('../up.ts')
  await path.press('Enter')
  await expect(files.getByRole('alert')).toContainText('between folders')
  await path.fill('lib/queue.ts')
  await path.press('Enter')
  await expect(files.locator('[data-file="lib/queue.ts"]')).toBeVisible()
  await workbench.replaceText('export const two = 2\n//')
  await files.locator('[data-file="lib/queue.ts"]').press('F2')
  await files.getByRole('textbox', { name: /New path/ }).fill('lib/ring.ts')
  await page.keyboard.press('Enter')
  await files.getByRole('button', { name: 'Delete lib', exact: true }).click()
  await expect(files.locator('[data-file="lib/ring.ts"]')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(files.locator('[data-file="lib/ring.ts"]')).toBeVisible()
  await files.locator('[data-file="lib/ring.ts"]').click()
  await workbench.idle()
  expect((await workbench.state()).text).toContain('two = 2')
  await axeFindsNothing(page, workbench)
})

test('the playhead goes into a call, out of it and over it', async ({ page }) => {
  const workbench = await open(
    page,
    `import { kmalloc, kfree, GFP_KERNEL, pr_info } from 'linux'
function fill() {
const p = kmalloc(8, GFP_KERNEL)!
p.write_u8(0, 1)
kfree(p)
}
pr_info('before')
fill()
pr_info('after')`,
  )
  const line = async (key: string): Promise<number | undefined> => {
    await page.keyboard.press(key)
    await workbench.idle()
    return (await workbench.state()).row?.line
  }
  await page.keyboard.press('Alt+Home')
  expect(await line('Alt+F12')).toBe(7)
  expect(await line('Alt+F12')).toBe(3)
  expect(await line('Alt+F11')).toBe(4)
  expect(await line('Alt+Shift+F12')).toBe(9)
  await page.keyboard.press('Alt+Home')
  expect(await line('Alt+F11')).toBe(7)
  expect(await line('Alt+F11')).toBe(9)
  expect(await line('Alt+Shift+F11')).toBe(5)
})

test('two eras stand side by side under one playhead', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await dockTab(workbench, 'Side by side')
  await expect.poll(async () => (await workbench.state()).verdicts, { timeout: 30_000 }).toBe(true)
  await page.getByTestId('compare-with').selectOption('era:v6.14')
  const other = page.locator('[data-side="other"]')
  await expect(other).toContainText('get-page-on-slab', { timeout: 30_000 })
  await page
    .locator('[data-side="other"]')
    .getByRole('button', { name: `Playhead to line ${SLAB_UAF_LINES.freed}` })
    .click()
  await workbench.idle()
  expect((await workbench.state()).row?.line).toBe(SLAB_UAF_LINES.freed)
  await expect(other.locator('.current')).toContainText('kfree(a)')
  await expect(page.locator('[data-side="mine"] .current')).toContainText('kfree(a)')
  await axeFindsNothing(page, workbench)
})

test('an example opens at its moment, and its problem leads to a lesson', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.idle()
  await page.locator('[data-example="folio-tails/slab"]').click()
  await workbench.idle()
  await expect(page.getByTestId('look')).toContainText('the page behind it goes on')
  expect((await workbench.state()).row).toMatchObject({ file: 'slice.ts', line: 26 })
  await page.getByTestId('to-lesson').first().click()
  await workbench.idle()
  await expect(page.locator('[data-panel="lesson"]')).toContainText('get_page')
})

test('a race of an example is explored from its sentence; what was found goes with its program', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.idle()
  await page.locator('[data-example="binder/munmap-race"]').click()
  await workbench.idle()
  const schedules = page.getByRole('tabpanel', { name: 'Schedules' })
  await expect(schedules).toBeVisible()
  await page.getByTestId('explore-look').click()
  await expect(schedules.getByRole('list', { name: 'Problems of other schedules' })).toContainText('munmap-window', {
    timeout: 60_000,
  })
  expect((await workbench.state()).era).toBe('memdesc')
  await expect(schedules.getByRole('combobox', { name: 'preemptions' })).toHaveValue('2')
  // Another program has nothing of it.
  await page.locator('[data-example="slab-uaf/slab-uaf"]').click()
  await workbench.idle()
  await page.getByRole('tab', { name: 'Schedules' }).click()
  await expect(schedules).toContainText('A run shows one order')
})

test('the files of a program are checked together: a mistake in one is all there is to say', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.idle()
  await page.locator('[data-example="binder/munmap-race"]').click()
  await workbench.idle()
  // The tab of the file on screen is in sight, though there are more files than there is room.
  await expect(page.getByRole('tab', { name: 'scenarios.ts' })).toBeInViewport({ ratio: 0.9 })
  await page.getByRole('tab', { name: 'munmap-race.ts' }).click()
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('\nconst wrong: number = "text"')
  await workbench.idle()
  await workbench.showTab('Problems')
  const problems = page.getByRole('tabpanel', { name: 'Problems' })
  await expect(problems).toContainText('TS2322')
  expect(await problems.innerText()).not.toMatch(/TS(?!2322)\d/)
})

test('a misspelt name has a quick fix, and TypeScript is loaded only after the first run', async ({ page }) => {
  const afterFirstRun = new Promise<boolean>((resolve) => {
    page.on('worker', (worker) => {
      if (worker.url().includes('ts.worker')) void workbench.state().then(({ run }) => resolve(run > 0))
    })
  })
  const workbench = new Workbench(page)
  await page.goto('/')
  await workbench.idle()
  expect(await afterFirstRun).toBe(true)
  await workbench.run(`${CLEAN}\npr_inf('again')`)
  // The run has marked the line before TypeScript speaks.
  await expect(page.getByText('TS2552')).toBeVisible()
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ControlOrMeta+Period')
  await expect(page.getByText("Change spelling to 'pr_info'")).toBeVisible()
})

test('two windows keep both texts', async ({ page, context }) => {
  const workbench = await open(page, CLEAN)
  const second = await context.newPage()
  await second.goto('/')
  const other = new Workbench(second)
  await other.idle()
  expect((await other.state()).text).toBe(CLEAN)
  // What one window types, the other has.
  await page.bringToFront()
  await workbench.focusEditor()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type(' // one')
  await expect.poll(async () => (await other.state()).text).toBe(`${CLEAN} // one`)
  // The first writes and goes; the second finds that text only when it writes what was typed in it.
  await page.close()
  await second.bringToFront()
  await second.evaluate(() => {
    const key = 'pageward.journal'
    const now = JSON.parse(localStorage.getItem(key) ?? '') as {
      programs: Record<string, { files: { text: string }[] }>
    }
    for (const program of Object.values(now.programs)) for (const file of program.files) file.text += ' // theirs'
    localStorage.setItem(key, JSON.stringify(now))
  })
  await other.focusEditor()
  await second.keyboard.press('ControlOrMeta+End')
  await second.keyboard.type(' // mine')
  await expect(second.getByTestId('message')).toContainText('Both texts are kept')
  await expect.poll(async () => (await other.state()).text).toBe(`${CLEAN} // one // mine`)
  // Both are among the person's own programs.
  await expect(second.getByRole('button', { name: /^snippet.ts\b/ })).toHaveText([
    'snippet.ts',
    'snippet.ts (second window)',
  ])
})

test('the gallery shows every widget, and axe finds nothing in it', async ({ page }) => {
  await page.goto('/#gallery')
  await expect(page.getByRole('heading', { name: 'Gallery' })).toBeVisible()
  await expect(page.locator('.view')).toHaveCount(12)
  await expect(page.locator('[data-panel="problems"]')).toContainText('slab-use-after-free')
  await axeFindsNothing(page, new Workbench(page))
})
