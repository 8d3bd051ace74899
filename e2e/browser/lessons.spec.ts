/** Plays every lesson that ships, as a person would: answers its questions, does its tasks, reaches its goals. */
import { expect, test, type Page } from '@playwright/test'
import { readdirSync, readFileSync } from 'node:fs'
import type { Lesson } from '../../src-core/lessons/lesson.ts'
import { parseLesson } from '../../src-core/lessons/parse.ts'
import { axeFindsNothing } from '../shared/accessibility.ts'
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

async function play(page: Page, lesson: Lesson): Promise<void> {
  await page.getByRole('tab', { name: 'Lessons', exact: true }).click()
  await page.locator(`[data-lesson="${lesson.id}"]`).click()
  await expect(page.getByRole('heading', { name: lesson.title, exact: true })).toBeVisible()
  const panel = page.locator('[data-panel="lesson"]')
  for (const [at, step] of lesson.steps.entries()) {
    await expect(panel.getByRole('tab', { selected: true })).toHaveAccessibleName(new RegExp(`^Step ${at + 1},`))
    if (step.kind === 'predict') {
      await expect(panel.getByText('Show the run without answering')).toBeVisible()
      if (step.options.length > 0) await panel.locator(`[data-option=${JSON.stringify(step.answer)}]`).click()
      else {
        await panel.getByRole('textbox', { name: 'Your answer' }).fill(step.answer)
        await page.keyboard.press('Enter')
      }
      await expect(panel.getByText('that is what the run says')).toBeVisible({ timeout: 20_000 })
    } else if (step.kind === 'edit' || step.kind === 'race') {
      await idle(page)
      await panel.getByRole('button', { name: 'Show the solution' }).click()
      await expect(panel.getByText('All goals reached')).toBeVisible({ timeout: 20_000 })
    }
    if (at + 1 < lesson.steps.length) await panel.getByRole('button', { name: 'Next', exact: true }).click()
  }
}

test.describe('lessons', () => {
  // One window for each chapter: starting the app takes longer than playing a lesson.
  for (const part of new Set(LESSONS.map((lesson) => lesson.part))) {
    test(`the lessons of "${part}" can be played to their end`, async ({ page }) => {
      test.setTimeout(300_000)
      await openLessons(page)
      for (const lesson of LESSONS.filter((each) => each.part === part))
        await test.step(lesson.id, () => play(page, lesson))
    })
  }

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
