/** The app as a test sees it, on any host: what can be done by keyboard and mouse, and what the page says of itself. */
import { expect, type Locator, type Page } from '@playwright/test'

/** What `window.__pageward.state()` answers; only what the specs read. */
export interface State {
  readonly activity: string
  readonly stale: boolean
  readonly message: string | null
  readonly failure: string | null
  readonly run: number
  readonly step: number
  readonly steps: number
  readonly row: { readonly file: string; readonly line: number } | null
  readonly target: { readonly pfn: number } | { readonly allocation: number } | null
  readonly text: string
  /** Path of the file that the editor shows. */
  readonly active: string
  readonly era: string | null
  readonly codes: readonly string[]
  /** The verdicts of the other eras are there. */
  readonly verdicts: boolean
  /** What each era found; null while that is not known. */
  readonly matrix: readonly unknown[] | null
  readonly errors: readonly { readonly code: string; readonly message: string }[]
}

/** What the views say they draw; only what the specs read. */
export interface Views {
  readonly map: {
    readonly step: number
    readonly selectedPfn: number
    readonly selectedFrames: number
    readonly selectedAllocation: number
    readonly cells: readonly { readonly pfn: number; readonly marks: readonly string[] }[]
  }
  readonly timeline: {
    readonly step: number
    readonly selectedAllocation: number
    readonly bars: readonly { readonly allocation: number }[]
  }
  readonly inspector: { readonly step: number; readonly title: string }
}

/** The hooks of the page (src-renderer/core/test-hooks.ts), as far as the specs use them. */
interface Hooks {
  whenIdle(): Promise<void>
  state(): State
  killCore(): void
  readonly views: { readonly [V in keyof Views]: () => Views[V] | null }
}
declare global {
  var __pageward: Hooks | undefined
}

export class Workbench {
  constructor(readonly page: Page) {}

  /** Waits until the app is up, the latest text has run, and the frame that shows it is drawn. */
  async idle(): Promise<void> {
    await this.page.waitForFunction(() => globalThis.__pageward !== undefined, undefined, { timeout: 60_000 })
    await this.page.evaluate(() => globalThis.__pageward?.whenIdle())
  }

  async state(): Promise<State> {
    const state = await this.page.evaluate(() => globalThis.__pageward?.state())
    if (state === undefined) throw new Error('the page has no hooks')
    return state
  }

  /** What the three views draw. Fails if one of them is not on screen. */
  async views(): Promise<Views> {
    const { map, timeline, inspector } = await this.page.evaluate(() => {
      const views = globalThis.__pageward?.views
      return { map: views?.map(), timeline: views?.timeline(), inspector: views?.inspector() }
    })
    if (!map || !timeline || !inspector) throw new Error('a view is not on screen')
    return { map, timeline, inspector }
  }

  get editor(): Locator {
    return this.page.getByTestId('editor')
  }

  async focusEditor(): Promise<void> {
    await this.editor.getByRole('textbox').focus()
  }

  /** Puts `text` in place of all text of the file: most of it as one input, the last line key by key. */
  async replaceText(text: string): Promise<void> {
    await this.focusEditor()
    await this.page.keyboard.press('ControlOrMeta+A')
    const end = text.lastIndexOf('\n')
    await this.page.keyboard.insertText(text.slice(0, end))
    await this.page.keyboard.press('End')
    await this.page.keyboard.press('Enter')
    await this.page.keyboard.type(text.slice(end + 1))
    await expect.poll(async () => (await this.state()).text).toBe(text)
  }

  /** Opens an empty snippet of its own and types `text`; resolves when its run is on screen. */
  async run(text: string): Promise<void> {
    await this.idle()
    await this.page.getByRole('button', { name: 'New snippet' }).click()
    await this.replaceText(text)
    await this.idle()
  }

  problem(code: string): Locator {
    return this.page.locator(`[data-problem="${code}"]`)
  }

  async showTab(name: 'Problems' | 'Console' | 'Eras'): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }

  async chooseEra(era: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Era' }).selectOption(era)
    await this.idle()
  }

  /** Text of the editor line that carries the playhead. */
  async playheadLine(): Promise<string> {
    const mark = await this.editor.locator('.view-overlays .pw-playhead-line').first().boundingBox()
    expect(mark, 'the playhead line is drawn in the editor').not.toBeNull()
    for (const line of await this.editor.locator('.view-line').all()) {
      const box = await line.boundingBox()
      if (box === null || mark === null || Math.abs(box.y - mark.y) >= 3) continue
      return (await line.innerText()).replaceAll('\u00a0', ' ')
    }
    throw new Error('the playhead line is on no line of text')
  }
}
