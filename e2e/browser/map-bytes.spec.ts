/** The nearest zoom of the memory map: the bytes of a frame, who changed each last, on hover and in the table. */
import { expect, test } from '@playwright/test'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { SLAB_UAF, SLAB_UAF_LINES } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

interface Bytes {
  readonly pfn: number
  readonly values: readonly number[]
  readonly steps: readonly number[]
  readonly painted: readonly number[]
  readonly first: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
interface Page {
  readonly views: { map(): { readonly step: number; readonly bytes: readonly Bytes[] } | null }
  seek(step: number): Promise<void>
  ask(call: string, ask: unknown): Promise<Record<string, never>>
}

/** In the page: bytes and writers that are drawn and are not the trace's, at `playheads` steps. */
async function compare({ steps, playheads }: { steps: number; playheads: number }) {
  const page = (globalThis as unknown as { __pageward: Page }).__pageward
  const wrong: string[] = []
  let compared = 0
  for (let i = 0; i < playheads; i++) {
    const step = 1 + ((i * 7919) % steps)
    await page.seek(step)
    const drawn = page.views.map()
    for (const frame of drawn?.bytes ?? []) {
      const length = frame.values.length
      const ask = { step, address: frame.pfn * length, length }
      const { bytes } = (await page.ask('bytes', ask)) as unknown as { bytes: Uint8Array }
      const told = (await page.ask('origins', ask)) as unknown as { steps: Uint32Array; painted: Uint8Array }
      compared += length
      frame.values.forEach((value, at) => {
        if (value === bytes[at] && frame.steps[at] === told.steps[at] && frame.painted[at] === told.painted[at]) return
        wrong.push(`step ${step}: byte ${at} of frame ${frame.pfn}`)
      })
      // A writer is a step that is over.
      if (frame.steps.some((each) => each > step)) wrong.push(`step ${step}: a later step wrote`)
    }
  }
  return { wrong, compared }
}

const RED_ZONE = `// @machine debug=off
import { GFP_KERNEL, SLAB_POISON, SLAB_RED_ZONE, SLAB_STORE_USER } from 'linux'
import { kmem_cache_alloc, kmem_cache_create } from 'linux/slab'
const cache = kmem_cache_create('lab', 60, 0, SLAB_POISON | SLAB_RED_ZONE | SLAB_STORE_USER, null)!
const a = kmem_cache_alloc(cache, GFP_KERNEL)!
a.write_u8(60, 1)
`

test('the parts of a slab have names: in the legend, by keyboard, in the table and the inspector', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(RED_ZONE)
  const surface = page.getByRole('application', { name: /^Page frames/ })
  const search = page.getByRole('region', { name: 'Memory map' }).getByRole('searchbox')
  await page.evaluate((at) => (globalThis as unknown as { __pageward: Page }).__pageward.seek(at), 3)
  await search.fill('a')
  await search.press('Enter')
  await workbench.idle()
  await surface.focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press('+')
  await workbench.idle()
  const legend = page.getByRole('list', { name: 'Legend of the memory map' })
  await expect(legend).toContainText('free pointer, alloc track, free track')
  await expect(legend).toContainText('left red zone, right red zone')

  await page.keyboard.press('b')
  const spoken = page.locator('[aria-live=polite]').filter({ hasText: /bytes? from offset/ })
  await expect(spoken).toContainText('left red zone (in front of the object)')
  await expect(page.locator('.hover-card').filter({ hasText: 'left red zone' })).toBeVisible()
  for (let i = 0; i < 2; i++) await page.keyboard.press('b')
  await expect(spoken).toContainText(/1 byte from offset 68; right red zone .*overwritten/)
  await page.keyboard.press('Shift+B')
  await expect(spoken).toContainText('object (in use)')
  await page.keyboard.press('Escape')
  await expect(spoken).toHaveCount(0)

  await page.keyboard.press('t')
  const table = surface.locator('..').getByRole('table', { name: /^Bytes of frame/ })
  const row = table.getByRole('row').filter({ hasText: 'overwritten' })
  await expect(row).toContainText('right red zone')
  await expect(row).toContainText(':6')
  await axeFindsNothing(page, workbench)
  await surface.focus()
  await page.keyboard.press('t')
})

test('the map zooms to bytes and says who changed each last', async ({ page }) => {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(SLAB_UAF)
  const surface = page.getByRole('application', { name: /^Page frames/ })
  await surface.focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press('+')
  await workbench.idle()
  const drawn = async (): Promise<readonly Bytes[]> =>
    page.evaluate(() => (globalThis as unknown as { __pageward: Page }).__pageward.views.map()?.bytes ?? [])
  await expect.poll(async () => (await drawn()).length).toBeGreaterThan(0)

  const { steps } = await workbench.state()
  const { wrong, compared } = await page.evaluate(compare, { steps, playheads: 20 })
  expect(wrong).toEqual([])
  expect(compared).toBeGreaterThan(20 * 4096 - 1)

  // The table names the line and the task of the write after the free.
  await page.evaluate((at) => (globalThis as unknown as { __pageward: Page }).__pageward.seek(at), steps)
  await workbench.idle()
  const before = (await drawn()).map(({ pfn }) => pfn)
  const table = surface.locator('..').getByRole('table', { name: /^Bytes of frame/ })
  await page.keyboard.press('t')
  await expect(table).toBeVisible()
  const row = table.getByRole('row').filter({ hasText: `:${SLAB_UAF_LINES.used} ` })
  await expect(row.first()).toContainText('insmod')
  await axeFindsNothing(page, workbench)
  await surface.focus()
  await page.keyboard.press('t')

  // The map has its room back, and is where it was: bytes appear once the core has answered.
  await workbench.idle()
  await expect.poll(async () => (await drawn()).map(({ pfn }) => pfn)).toEqual(before)
  const written = async () => (await drawn()).find((each) => each.steps.some((step) => step > 0))
  await expect.poll(written).toBeDefined()
  const { first } = (await written())!
  await surface.hover({ position: { x: first.x + 5, y: first.y + 5 } })
  await expect(page.getByText('changed last')).toBeVisible()
  await expect(page.getByText(/^nobody since boot$|step \d+ · .+:\d+ · insmod/)).toBeVisible()
})
