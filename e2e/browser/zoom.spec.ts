/** The size of the interface: panels grow with it, drawings stay sharp, and the pointer hits what it points at. */
import { expect, test, type Page } from '@playwright/test'
import { SLAB_UAF } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** What map and timeline say they draw; only what is read here. */
interface Drawn {
  readonly map: { readonly cells: readonly { readonly pfn: number; readonly rect: Rect }[] }
  readonly timeline: {
    readonly selectedAllocation: number
    readonly bars: readonly { readonly allocation: number; readonly rect: Rect }[]
  }
}

test.use({ viewport: { width: 1920, height: 1200 } })

/** Things of each panel, one of each sort, by a name for messages. */
const THINGS = {
  'button of the map': '[data-panel="memory-map"] .panel-head button',
  'legend of the map': '[data-panel="memory-map"] .legend li',
  'button of the timeline': '[data-panel="timeline"] .panel-head button',
  'tab of the file': '[data-panel="editor"] .tab',
  'tab of the kernel text': '[data-panel="editor"] .tab.kernel',
  'button of the editor': '[data-panel="editor"] .panel-head button.icon',
  'name in the graph': '[data-panel="graph"] svg .name',
  'badge in the text': '.monaco-editor .pw-ghost',
  'mark beside the text': '.monaco-editor .pw-glyph.error',
} as const

const heights = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(
    (things) =>
      Object.fromEntries(
        Object.entries(things).map(([name, where]) => {
          const found = [...window.document.querySelectorAll(where)].map((each) => each.getBoundingClientRect().height)
          return [name, Math.max(0, ...found)] as const
        }),
      ),
    THINGS,
  )

async function setZoom(page: Page, workbench: Workbench, percent: number): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  const sheet = page.getByRole('dialog', { name: 'Settings' })
  await sheet.getByLabel('Text of the interface').fill(String(percent))
  await page.keyboard.press('Escape')
  await workbench.idle()
}

const drawn = (page: Page): Promise<Drawn> =>
  page.evaluate(() => {
    const views = globalThis.__pageward?.views
    return { map: views?.map(), timeline: views?.timeline() } as unknown as Drawn
  })

for (const percent of [80, 200]) {
  test(`everything grows to ${percent} %, sharp, and is hit where it is seen`, async ({ page }) => {
    await page.goto('/')
    const workbench = new Workbench(page)
    await workbench.run(SLAB_UAF)
    await page.getByRole('tab', { name: 'Ownership' }).click()
    await workbench.idle()
    const before = await heights(page)
    await setZoom(page, workbench, percent)
    const after = await heights(page)
    for (const [name, height] of Object.entries(before)) {
      expect(height, `${name} is on screen`).toBeGreaterThan(0)
      expect(after[name]! / height, name).toBeGreaterThan((percent / 100) * 0.9)
      expect(after[name]! / height, name).toBeLessThan((percent / 100) * 1.1)
    }

    for (const panel of ['memory-map', 'timeline']) {
      const canvas = page.locator(`[data-panel="${panel}"] .surface canvas`).first()
      const { pixels, shown } = await canvas.evaluate((each: HTMLCanvasElement) => ({
        pixels: each.width,
        shown: each.getBoundingClientRect().width,
      }))
      expect(Math.abs(pixels - shown), `${panel}: a pixel of the drawing is one of the screen`).toBeLessThan(2)
    }

    const scale = percent / 100
    const at = async (panel: string, { x, y, width, height }: Rect): Promise<[number, number]> => {
      const box = await page.locator(`[data-panel="${panel}"] .surface`).boundingBox()
      return [box!.x + (x + width / 2) * scale, box!.y + (y + height / 2) * scale]
    }
    // Where all bars are seen.
    await page.locator('[data-panel="timeline"] .surface').focus()
    await page.keyboard.press('Alt+KeyM')
    await workbench.idle()
    const { bars } = (await drawn(page)).timeline
    for (const { allocation, rect } of bars) {
      await page.mouse.click(...(await at('timeline', rect)))
      await workbench.idle()
      const { selectedAllocation } = (await drawn(page)).timeline
      expect(selectedAllocation).toBe(allocation)
    }
    // The card that explains lies beside the pointer, inside the window, and is as large as the rest.
    const card = page.locator('.hover-card')
    await page.mouse.move(...(await at('timeline', { ...bars[0]!.rect, width: 8 })))
    await expect(card).toBeVisible()
    const box = await card.boundingBox()
    expect(box!.x).toBeGreaterThanOrEqual(0)
    expect(box!.y).toBeGreaterThanOrEqual(0)
    expect(box!.x + box!.width).toBeLessThanOrEqual(1920)
    expect(box!.y + box!.height).toBeLessThanOrEqual(1200)
    expect(await card.locator('.title').evaluate((each) => each.currentCSSZoom)).toBeCloseTo(scale)
    // So does the menu of the lanes, below its button.
    await page.mouse.move(0, 0)
    const filter = page.getByRole('button', { name: 'Filter memories and lanes' })
    await filter.click()
    const menu = page.getByRole('group', { name: 'What the timeline shows' })
    const [button, list] = [await filter.boundingBox(), await menu.boundingBox()]
    expect(Math.abs(list!.x + list!.width - (button!.x + button!.width))).toBeLessThan(3)
    expect(
      Math.min(Math.abs(list!.y - button!.y - button!.height), Math.abs(button!.y - list!.y - list!.height)),
    ).toBeLessThan(8)
    await page.keyboard.press('Escape')
    await page.locator('[data-panel="timeline"] .surface').focus()
    await page.keyboard.press('Alt+KeyM')
    await workbench.idle()
    const cells = (await drawn(page)).map.cells.filter(({ rect }) => rect.y + rect.height > 34)
    expect(cells.length).toBeGreaterThan(0)
    for (const { pfn, rect } of cells.slice(0, 3)) {
      await page.mouse.click(...(await at('memory-map', { ...rect, y: rect.y + rect.height - 6, height: 4 })))
      await workbench.idle()
      expect((await workbench.views()).map.selectedPfn).toBe(pfn)
    }
  })
}
