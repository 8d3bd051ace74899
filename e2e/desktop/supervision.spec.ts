/** The desktop's own duties: a hung core is replaced, the menu works, the window remembers its place. */
import { CLEAN, UNSTOPPABLE } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'
import { expect, test } from './launch.ts'

test('a core that stops answering is replaced', async ({ desktop }) => {
  const workbench = new Workbench(desktop.page)
  await workbench.run(CLEAN)
  const hung = await desktop.corePid()
  process.kill(hung, 'SIGSTOP')
  await expect(desktop.page.getByTestId('message')).toContainText('stopped answering', { timeout: 30_000 })
  expect(await desktop.corePid()).not.toBe(hung)
  await workbench.idle()
  expect(await workbench.state()).toMatchObject({ text: CLEAN, stale: false })
})

test('a core that dies again and again comes back each time', async ({ desktop }) => {
  const workbench = new Workbench(desktop.page)
  await workbench.run(CLEAN)
  for (let round = 0; round < 3; round++) {
    const pid = await desktop.corePid()
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => desktop.corePid().catch(() => pid), { timeout: 20_000 }).not.toBe(pid)
    await workbench.idle()
  }
  expect(await workbench.state()).toMatchObject({ text: CLEAN, failure: null })
})

test('a program that nothing stops costs the core, and neither the text nor the next run', async ({ desktop }) => {
  const workbench = new Workbench(desktop.page)
  await workbench.run(CLEAN)
  const spoilt = await desktop.corePid()
  await workbench.replaceText(UNSTOPPABLE)
  await expect(desktop.page.getByTestId('message')).toContainText('could not be stopped', { timeout: 60_000 })
  expect(await desktop.corePid()).not.toBe(spoilt)
  expect((await workbench.state()).text).toBe(UNSTOPPABLE)
  await workbench.replaceText(CLEAN)
  await workbench.idle()
  expect(await workbench.state()).toMatchObject({ text: CLEAN, codes: [], failure: null })
})

test('the native menu runs the commands of the page', async ({ desktop: { app, page } }) => {
  const workbench = new Workbench(page)
  await workbench.run(CLEAN)
  const choose = (id: string): Promise<void> =>
    app.evaluate(({ Menu, BrowserWindow }, command) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(command)
      item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
    }, id)
  await choose('step-back')
  await expect.poll(async () => (await workbench.state()).step).toBe((await workbench.state()).steps - 1)
  const { run } = await workbench.state()
  await choose('run')
  await expect.poll(async () => (await workbench.state()).run).toBeGreaterThan(run)
  await choose('console')
  await expect(page.getByRole('tab', { name: 'Console' })).toHaveAttribute('aria-selected', 'true')
})

test('the window keeps its place', async ({ desktop: { app, page } }) => {
  await new Workbench(page).idle()
  const kept = await app.evaluate(async ({ app: it, BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]
    window?.setBounds({ x: 40, y: 50, width: 1000, height: 700 })
    await new Promise((done) => setTimeout(done, 1_000))
    const { readFileSync } = process.getBuiltinModule('node:fs')
    return readFileSync(`${it.getPath('userData')}/window.json`, 'utf8')
  })
  expect(JSON.parse(kept)).toMatchObject({ x: 40, y: 50, width: 1000, height: 700, maximized: false })
})
