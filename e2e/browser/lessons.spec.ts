/**
 * Plays every lesson that ships with the keyboard alone, from a fresh profile to the capstone: answers its questions,
 * points at lines, steps and memory, does its tasks, reaches its goals.
 */
import { expect, test, type Page } from '@playwright/test'
import { readdirSync, readFileSync } from 'node:fs'
import type { Lesson } from '../../src-core/lessons/lesson.ts'
import { parseLesson } from '../../src-core/lessons/parse.ts'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { LessonKeys } from '../shared/lesson-keys.ts'
import { Workbench } from '../shared/workbench.ts'

const FOLDER = 'examples/lessons'
const LESSONS = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()
  .map((id) => {
    const { lesson } = parseLesson(id, readFileSync(`${FOLDER}/${id}/lesson.md`, 'utf8'))
    if (lesson === null) throw new Error(`${id} cannot be read`)
    return lesson
  })

const idle = (page: Page): Promise<void> => page.evaluate(() => globalThis.__pageward?.whenIdle())

async function openLessons(page: Page): Promise<void> {
  await page.goto('/')
  await page.waitForFunction(() => globalThis.__pageward !== undefined)
  await idle(page)
  await page.getByRole('tab', { name: 'Lessons', exact: true }).click()
}

const textOf = ({ id }: Lesson, program: string): string => readFileSync(`${FOLDER}/${id}/${program}`, 'utf8')

test.describe('lessons', () => {
  // One window for each chapter: starting the app takes longer than playing a lesson.
  for (const part of new Set(LESSONS.map((lesson) => lesson.part))) {
    test(`the lessons of "${part}" can be played to their end by keyboard`, async ({ page }) => {
      test.setTimeout(300_000)
      await page.goto('/')
      await page.waitForFunction(() => globalThis.__pageward !== undefined)
      await idle(page)
      const keys = new LessonKeys(page, textOf)
      const chapter = LESSONS.filter((each) => each.part === part)
      for (const [at, lesson] of chapter.entries()) {
        if (at === 0) await keys.open(lesson, LESSONS.indexOf(lesson))
        else await keys.press('Alt+PageDown')
        await test.step(lesson.id, () => keys.play(lesson))
      }
      // After the last step of the last one comes the list, and it knows what is done.
      if (LESSONS.at(-1) !== chapter.at(-1)) return
      await keys.press('Alt+PageDown')
      await expect(page.locator('[data-lesson]:focus')).toContainText('finished')
    })
  }

  test('a lesson is done by keyboard without the solution: edited, raced and repaired', async ({ page }) => {
    await page.goto('/')
    await page.waitForFunction(() => globalThis.__pageward !== undefined)
    await idle(page)
    const keys = new LessonKeys(page, textOf)
    await keys.open(LESSONS[0]!, 0)
    await keys.press('Alt+PageDown', 'Alt+PageDown')
    await keys.isAt(LESSONS[0]!, 2)
    await expect(keys.panel.locator('[data-goal="no-leak"]')).toContainText('line 3 took a reference that nobody drops')
    await keys.press('Alt+e', 'Control+End')
    await page.keyboard.type('\nput_page(page)')
    await expect(keys.panel.locator('[data-goal="no-leak"]')).toContainText('The count is still 1')
    await page.keyboard.type('\nput_page(page)')
    await expect(keys.panel.getByText('All goals reached')).toBeVisible()
    await keys.press('Alt+4')
    await keys.isAt(LESSONS[0]!, 2)
    const race = LESSONS.findIndex(({ steps }) => steps.at(-1)?.kind === 'race' && steps.length === 3)
    await keys.open(LESSONS[race]!, race)
    await keys.press('Alt+PageDown', 'Alt+PageDown')
    const orders = keys.panel.getByRole('group', { name: 'Orders of the tasks' })
    await expect(orders.getByRole('button').first()).toBeVisible({ timeout: 30_000 })
    await keys.tabTo('[data-panel="lesson"] .orders button')
    await keys.press('Enter')
    await expect(page.locator('[data-panel="problems"], [data-panel="schedules"]').first()).toBeVisible()
    await expect(orders.getByRole('button', { pressed: true })).toBeVisible()
  })

  test('a wrong prediction is compared with the run, and can be tried again', async ({ page }) => {
    await openLessons(page)
    await page.locator('[data-lesson="01-a-page-and-its-count"]').click()
    const panel = page.locator('[data-panel="lesson"]')
    await panel.getByRole('button', { name: 'Next', exact: true }).click()
    await expect(page.locator('[data-panel="timeline"]')).toContainText('Answer the question first')
    await panel.locator('[data-option="3"]').click()
    await expect(panel.getByText('You said 3; the run says 2.')).toBeVisible()
    await expect(page.locator('[data-panel="timeline"]')).not.toContainText('Answer the question first')
    await panel.getByRole('button', { name: 'Answer again' }).click()
    await panel.locator('[data-option="2"]').click()
    await expect(panel.getByText('2: that is what the run says.')).toBeVisible()
  })

  test('a goal says what is missing; hints, solution and undo leave the person in charge', async ({ page }) => {
    await openLessons(page)
    await page.locator('[data-lesson="01-a-page-and-its-count"]').click()
    const panel = page.locator('[data-panel="lesson"]')
    await panel.getByRole('tab').nth(2).click()
    await expect(panel.locator('[data-goal="no-leak"]')).toContainText('line 3 took a reference that nobody drops')
    await panel.getByRole('button', { name: 'Hint', exact: true }).click()
    await expect(panel.getByRole('list', { name: 'Hints' }).getByRole('listitem')).toHaveCount(1)
    await panel.getByRole('button', { name: 'Compare with the solution' }).click()
    await expect(panel.getByRole('table', { name: 'Your text and the solution' })).toContainText('put_page(page)')
    await panel.getByRole('button', { name: 'Show the solution' }).click()
    await expect(panel.getByText('All goals reached')).toBeVisible()
    await panel.getByRole('button', { name: 'Undo' }).click()
    await expect(panel.locator('[data-goal="no-leak"]')).toContainText('nobody drops')
    await page.reload()
    await page.waitForFunction(() => globalThis.__pageward !== undefined)
    await idle(page)
    await expect(page.getByRole('heading', { name: 'A page and its count', exact: true })).toBeVisible()
    await axeFindsNothing(page, new Workbench(page))
  })

  test('a lesson can be played in Rust, and the choice is kept', async ({ page }) => {
    await openLessons(page)
    await page.locator('[data-lesson="03-get-and-put-in-pairs"]').click()
    const panel = page.locator('[data-panel="lesson"]')
    const language = panel.getByRole('group', { name: 'Language' })
    await language.getByRole('button', { name: 'Rust' }).click()
    const problems = page.locator('[data-panel="problems"]')
    await expect(problems).toContainText('use-after-move')
    // The editor knows `using`.
    await expect(problems).not.toContainText('TS2318')
    await panel.getByRole('tab').nth(2).click()
    await panel.getByRole('button', { name: 'Show the solution' }).click()
    await expect(panel.getByText('All goals reached')).toBeVisible({ timeout: 20_000 })
    await page.getByRole('tab', { name: 'Lessons', exact: true }).click()
    await page.locator('[data-lesson="31-owned-borrowed-counted"]').click()
    await expect(language.getByRole('button', { name: 'Rust' })).toHaveAttribute('aria-pressed', 'true')
  })
})
