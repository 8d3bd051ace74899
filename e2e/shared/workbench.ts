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
  readonly era: string | null
  readonly codes: readonly string[]
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

export class Workbench {
  constructor(readonly page: Page) {}

  /** Waits until the app is up, the latest text has run, and the frame that shows it is drawn. */
  async idle(): Promise<void> {
    await this.page.waitForFunction('window.__pageward !== undefined', undefined, { timeout: 60_000 })
    await this.page.evaluate('window.__pageward.whenIdle()')
  }

  state(): Promise<State> {
    return this.page.evaluate('window.__pageward.state()')
  }

  async views(): Promise<Views> {
    return this.page.evaluate(
      `Object.fromEntries(['map', 'timeline', 'inspector'].map((name) => [name, __pageward.views[name]()]))`,
    )
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
