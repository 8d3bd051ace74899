/** The memory map of address spaces: it draws what the trace says; by keyboard, search, table and picture, too. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { palette } from '../../src-renderer/theme/states.ts'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { Workbench } from '../shared/workbench.ts'

interface Cell {
  readonly page: number
  readonly kind: 'guard' | 'empty' | 'entry'
  readonly pfn: number
  readonly bits: readonly string[]
  readonly frame: string
  readonly marks: readonly string[]
  readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
interface Space {
  readonly step: number
  readonly space: string
  readonly areas: readonly { readonly kind: string; readonly page: number; readonly pages: number }[]
  readonly cells: readonly Cell[]
  readonly lines: readonly { readonly kind: string; readonly page: number; readonly pages: number }[]
  readonly frames: readonly { readonly pfn: number }[]
  readonly links: readonly { readonly page: number; readonly pfn: number; readonly lit: boolean }[]
  readonly selectedPfn: number
  readonly focusPage: number
}
interface Hooks {
  readonly views: {
    space(): Space | null
    map(): { readonly space: string; readonly cells: readonly { readonly pfn: number; readonly address: string }[] }
  }
  seek(step: number): Promise<void>
  ask(call: string, ask: unknown): Promise<never>
}

/** In the page: what the view says it draws and the trace does not say, at some playheads of the space on screen. */
async function compare({ id, steps, playheads }: { id: string; steps: number; playheads: number }) {
  const hooks = (globalThis as unknown as { __pageward: Hooks }).__pageward
  const ask = (call: string, more: object): Promise<Record<string, unknown>> => hooks.ask(call, more)
  const wrong: string[] = []
  const compared = { playheads: 0, entries: 0, walks: 0 }
  for (let i = 0; i < playheads; i++) {
    const step = 1 + ((i * 7919 + 31) % steps)
    await hooks.seek(step)
    const drawn = hooks.views.space()
    if (drawn === null || drawn.space !== id) {
      wrong.push(`step ${step}: ${drawn?.space ?? 'nothing'} is drawn, not ${id}`)
      continue
    }
    if (drawn.step !== step) wrong.push(`step ${step}: step ${drawn.step} is drawn`)
    compared.playheads++
    const told = (await ask('space', { step, space: id })) as unknown as {
      readonly pageShift: number
      readonly areas: readonly { readonly kind: string; readonly page: number; readonly pages: number }[]
      readonly page: Float64Array
      readonly pfn: Int32Array
    }
    const areaKeys = new Set(told.areas.map(({ kind, page, pages }) => `${kind} ${page} ${pages}`))
    for (const { kind, page, pages } of drawn.areas)
      if (!areaKeys.has(`${kind} ${page} ${pages}`)) wrong.push(`step ${step}: area ${kind} ${page}`)
    const ways = new Set([...told.page].map((page, at) => `${page} ${told.pfn[at]}`))
    for (const cell of drawn.cells) {
      if (cell.kind === 'guard' && !areaKeys.has(`guard ${cell.page} 1`)) wrong.push(`step ${step}: guard ${cell.page}`)
      if (cell.kind !== 'entry') continue
      compared.entries++
      if (!ways.has(`${cell.page} ${cell.pfn}`)) wrong.push(`step ${step}: page ${cell.page} leads to ${cell.pfn}`)
      if (!drawn.links.some((link) => link.page === cell.page && link.pfn === cell.pfn))
        wrong.push(`step ${step}: no line from page ${cell.page}`)
      // Another way to ask the trace: the walk of the page table, the frame by itself.
      if ((id === 'vmalloc' || id.startsWith('mm:')) && !cell.bits.includes('STALE') && compared.walks < 400) {
        compared.walks++
        const address = (BigInt(cell.page) << BigInt(told.pageShift)).toString(16)
        const space = id === 'vmalloc' ? 0 : Number(id.slice(3))
        const { walk } = (await ask('walk', { step, space, address })) as { walk: { pfn: number } | null }
        if (walk?.pfn !== cell.pfn) wrong.push(`step ${step}: the walk to page ${cell.page} ends at ${walk?.pfn}`)
      }
      const frame = (await ask('map', { step, from: cell.pfn, to: cell.pfn + 1, cells: 1 })) as {
        marks: Uint8Array
      }
      const isMarked = ((frame.marks[0] ?? 0) & 2) !== 0
      if (isMarked !== cell.marks.includes('RIGHTS_LEFT')) wrong.push(`step ${step}: marks of frame ${cell.pfn}`)
    }
    const hidden = new Set(drawn.lines.flatMap(({ page, pages }) => (pages < 4096 ? [page, page + pages - 1] : [page])))
    for (const cell of drawn.cells) if (hidden.has(cell.page)) wrong.push(`step ${step}: page ${cell.page} twice`)
  }
  return { wrong, compared }
}

async function open(page: Page, example: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.idle()
  await page.locator(`[data-example="${example}"]`).click()
  await workbench.idle()
  return workbench
}
const chooser = (page: Page): Locator => page.getByRole('combobox', { name: 'Address space' }).last()
const spaceOf = (page: Page): Promise<Space> =>
  page.evaluate(() => (globalThis as unknown as { __pageward: Hooks }).__pageward.views.space()!)
const seek = (page: Page, step: number): Promise<void> =>
  page.evaluate((at) => (globalThis as unknown as { __pageward: Hooks }).__pageward.seek(at), step)

/** How many pixels of a rectangle of the view are near a colour. */
function pixelsNear(page: Page, rect: Cell['rect'], color: string): Promise<number> {
  return page.evaluate(
    ({ rect, color }) => {
      const of = document.querySelector<HTMLCanvasElement>('[aria-label^="Pages of"] canvas')!
      const ratio = of.width / of.clientWidth
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
      const { data } = of
        .getContext('2d')!
        .getImageData(rect.x * ratio, rect.y * ratio, rect.width * ratio, rect.height * ratio)
      let near = 0
      for (let at = 0; at < data.length; at += 4) {
        const far = Math.abs(data[at]! - r!) + Math.abs(data[at + 1]! - g!) + Math.abs(data[at + 2]! - b!)
        if (data[at + 3]! > 200 && far < 60) near++
      }
      return near
    },
    { rect, color },
  )
}

/** Inks of the light theme (theme/states.ts), to be told apart from each other. */
const { warning, broken, muted } = palette('light')
const [WARNING, BROKEN, MUTED] = [warning.css, broken.css, muted.css]

const EXAMPLES: readonly (readonly [example: string, spaces: readonly string[]])[] = [
  ['binder/munmap-race', ['mm:1', 'mm:2']],
  ['gpu-pfnmap/purge', ['mm:1', 'mm:2']],
  ['asahi-pgtable/no-tlbi', ['gpu:1']],
  ['dma-ring/free-before-unmap', ['dev:0']],
  ['nouveau-firmware/vfree-first', ['vmalloc', 'dev:0']],
  ['vmalloc-tomorrow/today', ['vmalloc']],
]

for (const [example, spaces] of EXAMPLES) {
  test(`address spaces of ${example} are drawn as the trace has them`, async ({ page }) => {
    test.setTimeout(180_000)
    const workbench = await open(page, example)
    const { steps } = await workbench.state()
    let entries = 0
    for (const id of spaces) {
      await chooser(page).selectOption(id)
      await workbench.idle()
      const { wrong, compared } = await page.evaluate(compare, { id, steps, playheads: 12 })
      expect(wrong, id).toEqual([])
      expect(compared.playheads).toBe(12)
      entries += compared.entries
    }
    expect(entries).toBeGreaterThan(5)
  })
}

test('an entry that only a TLB has is framed in amber, a frame freed with rights left is red', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  const workbench = await open(page, 'asahi-pgtable/no-tlbi')
  await chooser(page).selectOption('gpu:1')
  await workbench.idle()
  const { cells } = await spaceOf(page)
  const stale = cells.find(({ bits, marks }) => bits.includes('STALE') && !marks.includes('RIGHTS_LEFT'))!
  const freed = cells.find(({ marks }) => marks.includes('RIGHTS_LEFT'))!
  expect(await pixelsNear(page, stale.rect, WARNING)).toBeGreaterThan(20)
  expect(await pixelsNear(page, stale.rect, BROKEN)).toBe(0)
  // The hint selects the freed one, and a selection is outlined: the other one is, while this one is looked at.
  const surface = page.getByRole('application', { name: /^Pages of/ })
  await surface.click({ position: { x: stale.rect.x + 8, y: stale.rect.y + 8 } })
  await workbench.idle()
  expect(await pixelsNear(page, freed.rect, BROKEN)).toBeGreaterThan(40)
})

test('two pages that lead to one frame have two lines to it, lit together', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(`import { vmap, vunmap, alloc_page, __free_page, GFP_KERNEL, VM_MAP } from 'linux'
const page = alloc_page(GFP_KERNEL)!
const other = alloc_page(GFP_KERNEL)!
const twice = vmap([page, other, page], 3, VM_MAP, 0)!
vunmap(twice)
__free_page(page)
__free_page(other)
`)
  await chooser(page).selectOption('vmalloc')
  await seek(page, 3)
  await workbench.idle()
  const before = await spaceOf(page)
  const entries = before.cells.filter(({ kind }) => kind === 'entry')
  expect(entries.map(({ pfn }) => pfn === entries[0]!.pfn)).toEqual([true, false, true])
  expect(before.frames).toHaveLength(2)
  expect(before.cells.at(-1)!.kind).toBe('guard')
  const { x, y } = entries[2]!.rect
  const surface = page.getByRole('application', { name: /^Pages of vmalloc space/ })
  await surface.hover({ position: { x: x + 8, y: y + 8 } })
  await workbench.idle()
  expect((await spaceOf(page)).links.map(({ lit }) => lit)).toEqual([true, false, true])
  await expect(page.getByText('2 pages of vmalloc space')).toBeVisible()
  await surface.click({ position: { x: x + 8, y: y + 8 } })
  await workbench.idle()
  expect((await workbench.state()).target).toEqual({ pfn: entries[0]!.pfn })
  // The guard page is hatched: neither empty nor filled.
  const guard = before.cells.at(-1)!.rect
  const ink = await pixelsNear(page, guard, MUTED)
  expect(ink).toBeGreaterThan(30)
  expect(ink).toBeLessThan(0.9 * guard.width * guard.height)
})

test('an address space is chosen, walked and read by keyboard, and kept', async ({ page }) => {
  const workbench = await open(page, 'gpu-pfnmap/purge')
  await page.keyboard.press('F1')
  await page.getByRole('combobox', { name: 'Find an action' }).fill('Memory map: show client')
  await page.keyboard.press('Enter')
  await workbench.idle()
  const { steps } = await workbench.state()
  await seek(page, Math.floor(steps / 2))
  await workbench.idle()
  const surface = page.getByRole('application', { name: /^Pages of client/ })
  await surface.focus()
  const { cells } = await spaceOf(page)
  const first = (await spaceOf(page)).focusPage
  await page.keyboard.press('ArrowRight')
  await workbench.idle()
  expect((await spaceOf(page)).focusPage).not.toBe(first)
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await workbench.state()).target).toHaveProperty('pfn')
  await page.keyboard.press('t')
  const table = page.getByRole('table', { name: /^Areas and pages/ })
  const shown = await spaceOf(page)
  const entries = shown.cells.filter(({ kind }) => kind === 'entry')
  await expect(table.getByRole('row')).toHaveCount(1 + shown.areas.length + entries.length)
  await expect(table).toContainText('VM_PFNMAP')
  await axeFindsNothing(page, workbench)
  await page.reload()
  await workbench.idle()
  await expect(chooser(page)).toHaveValue('mm:1')
  expect(cells.length).toBeGreaterThan(0)
})

test('an address is found in the space that has it, and a frame in physical memory', async ({ page }) => {
  const workbench = await open(page, 'nouveau-firmware/vfree-first')
  await seek(page, 28)
  await workbench.idle()
  const search = page.getByRole('searchbox', { name: /Find a frame/ }).last()
  await search.fill('addr:ffffc90000001000')
  await search.press('Enter')
  await expect(chooser(page)).toHaveValue('vmalloc')
  await workbench.idle()
  const space = await spaceOf(page)
  const cell = space.cells.find(({ page: at }) => at === 0xffff_c900_0000_1)!
  expect(space.selectedPfn).toBe(cell.pfn)
  await axeFindsNothing(page, workbench)
  const again = page.getByRole('searchbox', { name: /Find a frame/ }).last()
  await again.fill('addr:ffffc90000003000')
  await again.press('Enter')
  await expect(page.getByText('A guard page')).toBeVisible()
  await again.fill('addr:ffff888001009000')
  await again.press('Enter')
  await workbench.idle()
  const linear = await page.evaluate(() => (globalThis as unknown as { __pageward: Hooks }).__pageward.views.map())
  expect(linear.space).toBe('linear')
  for (const each of linear.cells)
    expect(each.address).toBe((0xffff_8880_0000_0000n + BigInt(each.pfn) * 4096n).toString(16))
  const first = page.getByRole('searchbox', { name: /Find a frame/ }).first()
  await first.fill('pfn:1009')
  await first.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Address space' }).first()).toHaveValue('physical')
})

test('an address space is saved as SVG and PNG', async ({ page }) => {
  const workbench = await open(page, 'dma-ring/free-before-unmap')
  await chooser(page).selectOption('dev:0')
  await workbench.idle()
  for (const form of ['SVG', 'PNG']) {
    const view = page.getByRole('region', { name: 'Memory map' }).last()
    await view.getByRole('button', { name: 'Save as a picture' }).click()
    const download = page.waitForEvent('download')
    await view.getByRole('button', { name: form }).click()
    expect((await download).suggestedFilename()).toBe(`pageward-address-space.${form.toLowerCase()}`)
  }
})
