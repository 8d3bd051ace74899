/** Plays lessons with nothing but the keyboard, as a person without a mouse would. */
import { expect, type Locator, type Page } from '@playwright/test'
import type { Lesson, LessonStepDefinition } from '../../src-core/lessons/lesson.ts'

/** Tab presses after which something counts as out of reach. */
const MOST_TABS = 60
/** What a program and its goals take at most. */
const PATIENCE = { timeout: 30_000 }

export class LessonKeys {
  constructor(
    readonly page: Page,
    /** Text of a program of a lesson: where the lines of find steps are. */
    private readonly textOf: (lesson: Lesson, program: string) => string,
  ) {}

  get panel(): Locator {
    return this.page.locator('[data-panel="lesson"]')
  }

  press(...keys: string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve())
  }

  idle(): Promise<void> {
    return this.page.evaluate(() => globalThis.__pageward?.whenIdle())
  }

  /** Opens a lesson from the list. `at` is its place in it. */
  async open(lesson: Lesson, at: number): Promise<void> {
    await this.press('Alt+l')
    await expect(this.page.locator('[data-lesson]:focus')).toBeVisible()
    await this.press('Home', ...Array.from({ length: at }, () => 'ArrowDown'))
    await expect(this.page.locator(`[data-lesson="${lesson.id}"]`)).toBeFocused()
    await this.press('Enter')
    await this.isAt(lesson, 0)
  }

  /** The step is open, and the focus is on it. */
  async isAt(lesson: Lesson, at: number): Promise<void> {
    await expect(this.page.getByRole('heading', { name: lesson.title, exact: true })).toBeVisible()
    await expect(this.panel.locator('[data-takes-focus]')).toHaveAccessibleName(new RegExp(`^Step ${at + 1},`))
    await expect(this.panel.locator('[data-takes-focus]')).toBeFocused()
  }

  /** Tab until something has the focus that a selector of CSS names. */
  async tabTo(selector: string): Promise<void> {
    const arrived = (): Promise<boolean> =>
      this.page.evaluate((wanted) => window.document.activeElement?.matches(wanted) === true, selector)
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if (await arrived()) return
      await this.press('Tab')
    }
    throw new Error(`no Tab comes to ${selector}`)
  }

  /** Tab until the button with this text has the focus, and press it. */
  async pressButton(text: string): Promise<void> {
    const arrived = (): Promise<boolean> =>
      this.page.evaluate((wanted) => window.document.activeElement?.textContent.trim() === wanted, text)
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if (await arrived()) return this.press('Enter')
      await this.press('Tab')
    }
    throw new Error(`no Tab comes to the button "${text}"`)
  }

  /** All steps of the open lesson, from the first. */
  async play(lesson: Lesson): Promise<void> {
    for (const [at, step] of lesson.steps.entries()) {
      if (at > 0) await this.press('Alt+PageDown')
      await this.isAt(lesson, at)
      await this.idle()
      await this.doStep(lesson, step)
    }
  }

  private async doStep(lesson: Lesson, step: LessonStepDefinition): Promise<void> {
    if (step.kind === 'read') return
    if (step.kind === 'edit' || step.kind === 'race') {
      await this.pressButton('Show the solution')
      await expect(this.panel.getByText('All goals reached')).toBeVisible(PATIENCE)
      return
    }
    if (step.kind === 'find') await this.find(lesson, step)
    else await this.predict(step)
    await expect(this.panel.getByText('that is what the run says')).toBeVisible(PATIENCE)
  }

  private async predict(step: Extract<LessonStepDefinition, { kind: 'predict' }>): Promise<void> {
    await expect(this.panel.getByText('Show the run without answering')).toBeVisible()
    if (step.many) {
      const right = step.answer.split(', ')
      for (const option of step.options) {
        if (!right.includes(option)) continue
        await this.tabTo(`[data-choice=${JSON.stringify(option)}]`)
        await this.press('Space')
      }
      await this.tabTo('[data-panel="lesson"] .choices button')
    } else if (step.options.length > 0) await this.tabTo(`[data-option=${JSON.stringify(step.answer)}]`)
    else {
      await this.tabTo('[data-panel="lesson"] input')
      await this.page.keyboard.type(step.answer)
    }
    await this.press('Enter')
  }

  private async find(lesson: Lesson, step: Extract<LessonStepDefinition, { kind: 'find' }>): Promise<void> {
    if (step.target === 'line') {
      const lines = this.textOf(lesson, step.program).split('\n')
      const number = /^\d+$/.test(step.answer)
      const line = number ? Number(step.answer) : lines.findIndex((each) => each.includes(step.answer)) + 1
      await this.press('Alt+e', 'Control+Home', ...Array.from({ length: line - 1 }, () => 'ArrowDown'))
    } else if (step.target === 'step') {
      await this.press('Alt+Home')
      await this.idle()
      for (let at = 0; at < Number(step.answer); at++) await this.press('F10')
    } else await this.selectInTimeline(step.answer)
    const word = step.target === 'memory' ? 'the memory' : step.target
    const asked = lesson.steps.find((each) => each === step)
    const number = /^\d+$/.test(step.answer) || step.target === 'memory' ? ` ${step.answer}.` : ''
    await expect(this.panel.getByText(`You point at ${word}${number}`), asked?.title ?? '').toBeVisible()
    await this.press('Alt+4')
    await this.pressButton('This one')
  }

  private async selectInTimeline(name: string): Promise<void> {
    const timeline = this.page.locator('[data-panel="timeline"]')
    for (let panels = 0; panels < MOST_TABS && (await timeline.locator(':focus').count()) === 0; panels++)
      await this.press('F6')
    await this.tabTo('[data-panel="timeline"] [role="application"], [data-panel="timeline"] canvas[tabindex]')
    const meant = this.panel.getByText(`You point at the memory ${name}.`)
    for (let rows = 0; rows < MOST_TABS && !(await meant.isVisible()); rows++) {
      await this.press('ArrowDown')
      await this.idle()
    }
  }
}
