/** What has to hold on every host, by title. Each host registers all of them with its own way to open the app. */
import { expect, type Page } from '@playwright/test'
import { checkAccessibility } from './accessibility.ts'
import { CLEAN, ENDLESS, SLAB_UAF, SLAB_UAF_LINES } from './programs.ts'
import { teachersLesson } from './teacher-lesson.ts'
import type { Workbench } from './workbench.ts'

export interface Host {
  readonly page: Page
  /** Ends the core as a crash would. */
  killCore(): Promise<void>
}

type Scenario = (host: Host, workbench: Workbench) => Promise<void>

/** The program that a first start opens is diagnosed without a click. */
const firstStart: Scenario = async (_host, workbench) => {
  await workbench.idle()
  const state = await workbench.state()
  expect(state.failure).toBeNull()
  expect(state.codes).toContain('slab-use-after-free')
  await expect(workbench.problem('slab-use-after-free')).toBeVisible()
}

const typedExample: Scenario = async (_host, workbench) => {
  await workbench.run(SLAB_UAF)
  const problem = workbench.problem('slab-use-after-free')
  await expect(problem).toContainText(`:${SLAB_UAF_LINES.used}`)
  // Away from it, so that the click has something to do.
  await workbench.page.keyboard.press('Alt+Home')
  await workbench.idle()
  expect((await workbench.state()).step).toBe(0)
  await problem.click()
  await workbench.idle()

  const { step, row, target } = await workbench.state()
  expect(step).toBeGreaterThan(0)
  expect(row?.line).toBe(SLAB_UAF_LINES.used)
  expect(target).toHaveProperty('allocation')
  const allocation = target !== null && 'allocation' in target ? target.allocation : 0
  const { map, timeline, inspector } = await workbench.views()
  expect([map.step, timeline.step, inspector.step]).toEqual([step, step, step])
  expect(map.selectedAllocation).toBe(allocation)
  expect(map.selectedPfn).toBeGreaterThanOrEqual(0)
  expect(map.cells.map((cell) => cell.pfn)).toContain(map.selectedPfn)
  expect(timeline.selectedAllocation).toBe(allocation)
  expect(timeline.bars.map((bar) => bar.allocation)).toContain(allocation)
  expect(await workbench.playheadLine()).toContain('b.write_u8(0, 1)')
}

const coreDies: Scenario = async (host, workbench) => {
  await workbench.run(CLEAN)
  await workbench.replaceText(ENDLESS)
  await host.page.waitForFunction(() => globalThis.__pageward?.state().activity === 'running')
  await host.killCore()
  await expect(host.page.getByTestId('message')).toContainText('restarted', { timeout: 30_000 })
  expect((await workbench.state()).text).toBe(ENDLESS)
  await workbench.replaceText(SLAB_UAF)
  await workbench.idle()
  expect((await workbench.state()).codes).toContain('slab-use-after-free')
}

const endlessLoop: Scenario = async (host, workbench) => {
  await workbench.run(CLEAN)
  await workbench.replaceText(ENDLESS.replace('for (;;) {}', '// soon'))
  await workbench.idle()
  await host.page.evaluate(watchFrames)
  await workbench.replaceText(ENDLESS)
  const started = Date.now()
  await expect(host.page.getByText(/the run was ended/i).first()).toBeVisible({ timeout: 10_000 })
  expect(Date.now() - started, 'milliseconds until the message').toBeLessThan(3_000)
  // The main thread was never blocked for long; the two cores of the machine run the loop and the tests as well.
  const longest = await host.page.evaluate<number>('window.__longestFrame')
  expect(longest, 'longest time without a frame, ms').toBeLessThan(700)
  await workbench.idle()
  expect((await workbench.state()).text).toBe(ENDLESS)
  await workbench.showTab('Console')
  await expect(host.page.getByRole('tabpanel', { name: 'Console' })).toContainText('before')
  await workbench.replaceText(CLEAN)
  await workbench.idle()
  const after = await workbench.state()
  expect(after.codes).toEqual([])
  expect(after.stale).toBe(false)
}

/** Runs in the page: keeps the longest time between two frames in `window.__longestFrame`. */
function watchFrames(): void {
  const record = globalThis as unknown as { __longestFrame: number }
  record.__longestFrame = 0
  let last = performance.now()
  const frame = (now: number): void => {
    record.__longestFrame = Math.max(record.__longestFrame, now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

const reload: Scenario = async (host, workbench) => {
  await workbench.run(CLEAN)
  await workbench.focusEditor()
  await host.page.keyboard.press('ControlOrMeta+End')
  await host.page.keyboard.type(' // kept')
  // At once: what was typed a moment ago counts too.
  await host.page.reload()
  await workbench.idle()
  const state = await workbench.state()
  expect(state.text).toBe(`${CLEAN} // kept`)
  expect(state.codes).toEqual([])
}

/** v6.12 only warns of a get_page() on a slab page; from v6.14 on it takes nothing, which is an error. */
const eraChanges: Scenario = async (_host, workbench) => {
  await workbench.run(SLAB_UAF)
  const card = workbench.page.getByRole('listitem').filter({ has: workbench.problem('get-page-on-slab') })
  expect((await workbench.state()).era).toBe('v6.12')
  await expect(card).toHaveClass(/warn/)
  await workbench.chooseEra('v6.14')
  expect((await workbench.state()).era).toBe('v6.14')
  await expect(card).toHaveClass(/error/)
  await expect(card).toContainText(`:${SLAB_UAF_LINES.referenced}`)
  await workbench.showTab('Eras')
  const row = workbench.page.getByRole('row').filter({ hasText: 'v6.14' }).first()
  await expect(row).toContainText('get-page-on-slab')
}

const stepping: Scenario = async (host, workbench) => {
  await workbench.run(SLAB_UAF)
  await host.page.keyboard.press('Alt+Home')
  await workbench.idle()
  const { steps } = await workbench.state()
  const seen: number[] = []
  for (let at = 1; at <= steps; at++) {
    await host.page.keyboard.press('F10')
    await workbench.idle()
    const { step, row } = await workbench.state()
    const { map, timeline } = await workbench.views()
    expect([step, map.step, timeline.step]).toEqual([at, at, at])
    if (row !== null) seen.push(row.line)
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  await host.page.keyboard.press('Shift+F10')
  await workbench.idle()
  const { step } = await workbench.state()
  expect(step).toBe(steps - 1)
  expect((await workbench.views()).map.step).toBe(steps - 1)
}

/** A click on a line moves the playhead there, and the views with it. */
const lineClick: Scenario = async (_host, workbench) => {
  await workbench.run(SLAB_UAF)
  await workbench.editor
    .locator('.view-line')
    .filter({ hasText: 'kfree(a)' })
    .click({ position: { x: 12, y: 8 } })
  await workbench.idle()
  const { step, row } = await workbench.state()
  expect(row?.line).toBe(SLAB_UAF_LINES.freed)
  expect((await workbench.views()).timeline.step).toBe(step)
}

const examplesMenu: Scenario = async (host, workbench) => {
  await workbench.run(CLEAN)
  const list = host.page.getByRole('navigation', { name: 'Examples' })
  if (!(await list.isVisible())) await host.page.getByRole('button', { name: 'Examples', exact: true }).click()
  const examples = list.locator('[data-example]')
  expect(await examples.count()).toBeGreaterThan(1)
  await examples.first().click()
  await workbench.idle()
  const opened = await workbench.state()
  expect(opened.text).not.toBe(CLEAN)
  expect(opened.run).toBeGreaterThan(0)
  // The snippet of one's own is listed, and comes back as it was.
  await list
    .getByRole('button', { name: /snippet.*\.ts/ })
    .first()
    .click()
  await workbench.idle()
  expect((await workbench.state()).text).toBe(CLEAN)
}

const hoverContract: Scenario = async (host, workbench) => {
  await workbench.run(SLAB_UAF)
  const line = workbench.editor.locator('.view-line').filter({ hasText: /^get_page/ })
  const hover = host.page.locator('.monaco-hover:visible')
  await expect(async () => {
    await host.page.mouse.move(2, 2)
    await line
      .locator('span')
      .filter({ hasText: /^get_page$/ })
      .last()
      .hover()
    await expect(hover).toContainText('get_page', { timeout: 4_000 })
    await expect(hover).toContainText('Owner: the caller holds one reference more', { timeout: 4_000 })
  }).toPass({ timeout: 40_000 })
}

const completion: Scenario = async (host, workbench) => {
  await workbench.run(CLEAN)
  await workbench.focusEditor()
  await host.page.keyboard.press('ControlOrMeta+Home')
  await host.page.keyboard.press('End')
  await host.page.keyboard.press('Enter')
  await host.page.keyboard.type('alloc_pag', { delay: 30 })
  const list = host.page.locator('.suggest-widget:visible')
  await expect(async () => {
    if (!(await list.isVisible())) await host.page.keyboard.press('Control+Space')
    await expect(list).toContainText('alloc_page', { timeout: 4_000 })
  }).toPass({ timeout: 40_000 })
}

const consoleLine: Scenario = async (host, workbench) => {
  await workbench.run(SLAB_UAF)
  await workbench.showTab('Console')
  const line = host.page.getByRole('button').filter({ hasText: 'the page is referenced' })
  await expect(line).toHaveText(/^\[ +\d+\.\d{6}\] the page is referenced$/)
  await line.click()
  await workbench.idle()
  expect((await workbench.state()).row?.line).toBe(SLAB_UAF_LINES.printed)
}

/** While the text does not compile, what is shown is marked as older; with the mistake gone it is current again. */
const doesNotCompile: Scenario = async (host, workbench) => {
  await workbench.run(CLEAN)
  await workbench.focusEditor()
  await host.page.keyboard.press('ControlOrMeta+End')
  await host.page.keyboard.type(' +')
  await workbench.idle()
  expect(await workbench.state()).toMatchObject({ stale: true })
  await expect(host.page.getByTestId('status')).toHaveText('does not compile')
  await host.page.keyboard.press('Backspace')
  await host.page.keyboard.press('Backspace')
  await workbench.idle()
  expect(await workbench.state()).toMatchObject({ stale: false, text: CLEAN })
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'the first start shows an example with its diagnosis': firstStart,
  'the example of the thread, typed, is diagnosed, and a click selects page, bar and line': typedExample,
  'a core that dies in a run is replaced; the text survives and the next run works': coreDies,
  'an endless loop ends with a message in under 3 seconds and the page stays responsive': endlessLoop,
  'the text survives a reload at any moment': reload,
  'another era changes the verdict': eraChanges,
  'F10 and Shift+F10 move one playhead in all views': stepping,
  'a click on a line moves the playhead there': lineClick,
  'examples open, and own text comes back': examplesMenu,
  'hovering a function shows its ownership contract': hoverContract,
  'completion offers the functions of the surface': completion,
  'the console prints as dmesg does, and a line leads to its step': consoleLine,
  'a text that does not compile leaves the older run, marked as such': doesNotCompile,
  "a teacher's lesson folder opens; a broken one is refused with file and line": (_host, workbench) =>
    teachersLesson(workbench),
  'the page has no serious accessibility violation, light or dark': checkAccessibility,
}
