/**
 * The memory map where cells are smaller than marks: the colours that it says it draws are those of the whole map at
 * the same step, asked anew, and the canvas has them. A machine of 4 GiB, several frames a cell and a frame a cell.
 */
import { expect, test } from '@playwright/test'
import { Workbench } from '../shared/workbench.ts'

const PLAYHEADS = 20
const PROGRAM = `// @machine memory=4G
import { __free_pages, alloc_pages, GFP_KERNEL } from 'linux'
import { get_page, kfree, kmalloc, page_address, put_page, virt_to_page } from 'linux'

const blocks: any[] = []
for (let i = 0; i < 90; i++) blocks.push(alloc_pages(GFP_KERNEL, i % 9))
const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
kfree(a)
b.write_u8(0, 1)
put_page(page)
get_page(blocks[4])
for (let i = 0; i < 90; i += 2) __free_pages(blocks[i], i % 9)
for (let i = 1; i < 90; i += 2) __free_pages(blocks[i], i % 9)
`

interface Run {
  readonly pfn: number
  readonly frames: number
  readonly ink: number
  readonly pixel: number
  readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
interface Drawn {
  readonly step: number
  readonly framesPerCell: number
  readonly selectedPfn: number
  readonly inkedBy: 'owner' | 'references' | null
  readonly inks: readonly Run[]
}
interface Page {
  seek(step: number): Promise<void>
  ask(call: string, ask: unknown): Promise<never>
  readonly views: { map(): Drawn | null }
}

/** Compares in the page. Answers what differs, how many cells were compared, and the inks that were seen. */
async function compare({ steps, playheads }: { steps: number; playheads: number }) {
  const page = (globalThis as unknown as { __pageward: Page }).__pageward
  const wrong: string[] = []
  const seen = new Set<number>()
  let [cells, pixels] = [0, 0]
  const canvas = document.querySelector<HTMLCanvasElement>('[data-panel="memory-map"] canvas')!
  const context = canvas.getContext('2d')!
  for (let i = 0; i < playheads; i++) {
    const step = 1 + ((i * 7919) % steps)
    await page.seek(step)
    const drawn = page.views.map()!
    if (drawn.step !== step || drawn.inkedBy === null) return { wrong: [`step ${step}: ${drawn.step}`], cells, pixels }
    const { framesPerCell } = drawn
    for (const { pfn, frames, ink } of drawn.inks) {
      seen.add(ink)
      const from = pfn - (pfn % framesPerCell)
      const ask = { step, from, to: pfn + frames, cells: Math.ceil((pfn + frames - from) / framesPerCell) }
      const map = (await page.ask('map', ask)) as Readonly<Record<'kind' | 'marks' | 'owner' | 'refcount', Uint8Array>>
      map.kind.forEach((kind, at) => {
        const counted = drawn.inkedBy === 'references'
        const used = kind > 2 && kind !== 9
        const owned = map.owner[at] === 0 ? kind : 15 + map.owner[at]!
        const expected =
          (map.marks[at]! & 4) !== 0 ? 255 : !used ? kind : counted ? 16 + Math.min(4, map.refcount[at]!) : owned
        cells++
        if (expected !== ink) wrong.push(`step ${step}: cell ${at} of ${pfn} is ${ink}, and has to be ${expected}`)
      })
    }
    // The flash lies on a canvas of its own; the ring around what is broken and the outline around what is selected
    // do not: pixels of long runs away from both are read.
    const marked = drawn.inks.filter(
      ({ ink, pfn, frames }) => ink >= 254 || (drawn.selectedPfn >= pfn && drawn.selectedPfn < pfn + frames),
    )
    for (const { rect, pixel, frames, ink } of drawn.inks) {
      if (ink >= 254 || frames < 16 * framesPerCell || rect.y < 40 || rect.x < 80) continue
      const [x, y] = [Math.round(rect.x + 6 * rect.width), Math.floor(rect.y + rect.height / 2)]
      if (marked.some(({ rect: near }) => Math.abs(near.x - x) < 40 && Math.abs(near.y - y) < 20)) continue
      if (x + 10 > canvas.width || y >= canvas.height) continue
      const read = new Uint32Array(context.getImageData(x, y, 1, 1).data.buffer)[0]
      pixels++
      if (read !== pixel)
        wrong.push(`step ${step}: pixel ${x},${y} is ${read?.toString(16)}, not ${pixel.toString(16)}`)
    }
  }
  return { wrong: wrong.slice(0, 20), cells, pixels, seen: seen.size }
}

test('small cells have the colours of the trace, at every zoom and from step to step', async ({ page }) => {
  test.setTimeout(240_000)
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(PROGRAM)
  const { steps } = await workbench.state()
  const surface = page.getByRole('application', { name: /^Page frames/ })
  const drawn = async (): Promise<Drawn> =>
    page.evaluate(() => (globalThis as unknown as { __pageward: Page }).__pageward.views.map()!)
  await surface.focus()
  await page.keyboard.press('End')
  await workbench.idle()
  expect((await drawn()).framesPerCell).toBeGreaterThan(1)
  for (const colouring of ['owner', 'references']) {
    await page.getByRole('combobox', { name: 'colour' }).selectOption(colouring)
    await surface.focus()
    await page.keyboard.press('Home')
    await workbench.idle()
    // To the smallest cells of a frame each.
    for (let i = 0; i < 20 && (await drawn()).framesPerCell === 1; i++) {
      await page.keyboard.press('-')
      await workbench.idle()
    }
    await page.keyboard.press('+')
    await workbench.idle()
    expect(await drawn()).toMatchObject({ framesPerCell: 1, inkedBy: colouring })
    for (const whole of [false, true]) {
      if (whole) {
        await surface.focus()
        await page.keyboard.press('End')
        await workbench.idle()
      }
      // Without the outline of the focus.
      await surface.blur()
      const result = await page.evaluate(compare, { steps, playheads: PLAYHEADS })
      expect(result.wrong).toEqual([])
      expect(result.cells).toBeGreaterThan(PLAYHEADS * 1000)
      expect(result.pixels).toBeGreaterThanOrEqual(PLAYHEADS)
      expect(result.seen).toBeGreaterThan(2)
    }
  }
  // The card under the pointer and the table ask for what they show only.
  await surface.hover({ position: { x: 300, y: 60 } })
  await expect(page.locator('.hover-card')).toContainText('Free, in a buddy list')
  await surface.focus()
  await page.keyboard.press('t')
  await expect(page.getByRole('table', { name: /^Frames in use/ })).toBeVisible()
})
