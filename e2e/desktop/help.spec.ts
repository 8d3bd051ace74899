/** What a person reaches around the editor: a file dragged in, the licences, the log, the theme of the window. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startOver } from './faults.ts'

let folder = ''
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-help-'))
})
test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a file that is dragged in is opened beside what is there', async () => {
  const { app, page, workbench } = await startOver(folder)
  const before = await workbench.state()
  const prevented = await page.evaluate(() => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['// dragged in'], 'dragged.ts'))
    return !window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }))
  })
  expect(prevented, 'the window does not go to the file').toBe(true)
  await expect.poll(async () => (await workbench.state()).text).toBe('// dragged in')
  expect(before.text).not.toBe('// dragged in')
  await app.close()
})

test('Help leads to the licences of what ships and to the log, and the window takes the chosen theme', async () => {
  const { app, page } = await startOver(folder)
  const opened = await app.evaluate(({ Menu, shell }) => {
    const paths: string[] = []
    shell.openPath = (path) => Promise.resolve(String(paths.push(path)))
    shell.showItemInFolder = (path) => void paths.push(path)
    console.warn('said by the test')
    for (const id of ['licences', 'log']) Menu.getApplicationMenu()?.getMenuItemById(id)?.click()
    return paths
  })
  const [licences = '', log = ''] = opened
  for (const name of ['monaco-editor', '@vue/runtime-core', 'typescript', 'ses'])
    expect(readFileSync(licences, 'utf8')).toContain(`## ${name} - `)
  expect(existsSync(log)).toBe(true)
  expect(readFileSync(log, 'utf8')).toContain('warn said by the test')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.evaluate('window.pageward.chooseTheme("dark")')
  await expect.poll(() => app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
  await app.close()
})
