/** A teacher's own lesson: a folder on disk, opened in the app, played, and refused with file and line if broken. */
import { expect, type Page } from '@playwright/test'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Workbench } from './workbench.ts'

const ORIGINAL = 'examples/lessons/01-a-page-and-its-count'
const TITLE = 'The count, as we teach it'

export async function teachersLesson(workbench: Workbench): Promise<void> {
  const { page } = workbench
  const home = await mkdtemp(join(tmpdir(), 'pageward-teacher-'))
  try {
    const good = join(home, 'our-count')
    await cp(ORIGINAL, good, { recursive: true })
    await change(join(good, 'lesson.md'), /^title: .*$/m, `title: ${TITLE}`)
    const broken = join(home, 'our-broken-count')
    await cp(good, broken, { recursive: true })
    await change(join(broken, 'lesson.md'), /^level: .*$/m, 'level: easy')

    await workbench.idle()
    // From here on: a listener that comes with the key that opens the chooser can be too late.
    page.on('filechooser', () => undefined)
    await chooseFolder(page, good)
    const lesson = page.getByRole('region', { name: 'Lesson', exact: true })
    await expect(lesson.getByRole('heading', { name: TITLE })).toBeVisible()
    await workbench.idle()
    expect((await workbench.state()).text).toBe(await readFile(join(good, 'start.ts'), 'utf8'))
    // The goals of the teacher's check.ts are judged.
    await lesson.getByRole('tab').last().click()
    await expect(lesson.getByRole('status', { name: 'Goals' }).getByRole('listitem').first()).toBeVisible()

    await chooseFolder(page, broken)
    await expect(page.getByRole('alert').filter({ hasText: /lesson\.md:\d+: .*level/ })).toBeVisible()
    await chooseFolder(page, home)
    await expect(page.getByRole('alert').filter({ hasText: 'holds 2 lessons' })).toBeVisible()
    // The lesson that was open is still there.
    await page.keyboard.press('Alt+Digit4')
    await expect(lesson.getByRole('heading', { name: TITLE })).toBeVisible()
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** By the command palette, as the keyboard does it. */
async function chooseFolder(page: Page, folder: string): Promise<void> {
  await page.keyboard.press('F1')
  await page.getByRole('combobox', { name: 'Find an action' }).fill('lesson folder')
  const found = page.getByRole('listbox', { name: 'Actions' }).getByRole('option', { selected: true })
  await expect(found).toContainText('lesson folder')
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles(folder)
}

async function change(path: string, from: RegExp, to: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  expect(text).toMatch(from)
  await writeFile(path, text.replace(from, to))
}
