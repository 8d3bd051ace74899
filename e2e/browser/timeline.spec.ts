/** The timeline: rights unfold, moves, flags, spans, keys, areas with totals, filter, pins, level of detail. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { SLAB_UAF, SLAB_UAF_LINES } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

interface Bar {
  readonly allocation: number
  readonly label: string
  readonly from: number
  readonly to: number
  readonly flags: readonly number[]
  readonly invalidAt: number
  readonly moves: readonly { readonly step: number; readonly task: number }[]
  readonly unfolded: boolean
  readonly pinned: boolean
  readonly ticks: readonly { readonly step: number; readonly kind: string }[]
  readonly rights: readonly { readonly kind: string; readonly from: number; readonly to: number }[]
  readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
/** What the timeline says it draws; only what the specs read. */
interface Drawn {
  readonly step: number
  readonly steps: number
  readonly from: number
  readonly to: number
  readonly area: { readonly from: number; readonly to: number } | null
  readonly totals: Readonly<Record<string, unknown>> | null
  readonly hidden: number
  readonly bars: readonly Bar[]
  readonly lanes: readonly { readonly name: string }[]
  readonly tracks: readonly {
    readonly name: string
    readonly group: string
    readonly pinned: boolean
    readonly spans: readonly { readonly from: number; readonly to: number; readonly count: number }[]
  }[]
}

const LOCKED = `import { kmalloc, kfree_rcu, GFP_KERNEL, spin_lock, spin_unlock, spinlock_t } from 'linux'
import { rcu_read_lock, rcu_read_unlock, rcu_barrier } from 'linux'
const lock = new spinlock_t()
const a = kmalloc(64, GFP_KERNEL)!
spin_lock(lock)
spin_unlock(lock)
rcu_read_lock()
kfree_rcu(a)
rcu_read_unlock()
rcu_barrier()`

const MANY = `import { alloc_page, get_page, put_page, kmalloc, kfree, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
for (let i = 0; i < 3000; i++) { get_page(page); put_page(page); kfree(kmalloc(64, GFP_KERNEL)) }`

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  return workbench
}
const drawn = (page: Page): Promise<Drawn> =>
  page.evaluate(() => globalThis.__pageward?.views.timeline() as unknown as Drawn)
const surface = (page: Page): Locator => page.getByRole('application', { name: /^Timeline\./ })
const bar = async (page: Page, label: string): Promise<Bar> => {
  const found = (await drawn(page)).bars.find((each) => each.label === label)
  if (found === undefined) throw new Error(`no bar is called ${label}`)
  return found
}
/** Selects a memory by a click on its bar. */
async function click(page: Page, label: string): Promise<Bar> {
  const { rect } = await bar(page, label)
  await surface(page).click({ position: { x: rect.x + Math.min(8, rect.width / 2), y: rect.y + rect.height / 2 } })
  return bar(page, label)
}

test('flags say where memory became invalid and where it was used', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  const a = await bar(page, 'a')
  expect(a.flags).toEqual([(await workbench.state()).step])
  expect(a.invalidAt).toBe(a.to)
  expect((await workbench.state()).row?.line).toBe(SLAB_UAF_LINES.used)
})

test('nested rights unfold by Enter and by the chevron', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  const slab = await click(page, 'kmalloc-256 page')
  expect(slab.rights.map(({ kind }) => kind)).toContain('page-reference')
  expect(slab.unfolded).toBe(false)
  const below = (await drawn(page)).bars.filter(({ rect }) => rect.y > slab.rect.y)
  await surface(page).press('Enter')
  await workbench.idle()
  expect((await bar(page, 'kmalloc-256 page')).unfolded).toBe(true)
  // Whatever lies below makes room for the rights.
  for (const each of below) expect((await bar(page, each.label)).rect.y).toBeGreaterThan(each.rect.y)
  await surface(page).press('Enter')
  await workbench.idle()
  expect((await bar(page, 'kmalloc-256 page')).rect.y).toBe(slab.rect.y)
})

test('moves of ownership, lock holds, RCU sections and grace periods are drawn', async ({ page }) => {
  await open(page, LOCKED)
  const { tracks } = await drawn(page)
  const names = tracks.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['spinlock lock', 'RCU readers', 'grace periods']))
  const grace = tracks.find(({ name }) => name === 'grace periods')!.spans[0]!
  const a = await bar(page, 'a')
  expect(grace.to).toBe(a.to)
  expect(a.moves.map(({ task }) => task)).toEqual([-1])
  expect(a.moves[0]!.step).toBe(grace.from)
})

test('W, S, A and D zoom and pan, F fits, period and comma follow the selection', async ({ page }) => {
  const workbench = await open(page, MANY)
  const whole = await drawn(page)
  const width = (of: Drawn): number => of.to - of.from
  await surface(page).focus()
  const press = async (key: string): Promise<Drawn> => {
    await page.keyboard.press(key)
    await workbench.idle()
    return drawn(page)
  }
  expect(width(await press('w'))).toBeLessThan(width(whole))
  for (let i = 0; i < 4; i++) await press('w')
  const now = await press('d')
  const right = await press('d')
  expect(right.from).toBeGreaterThan(now.from)
  expect(width(right)).toBeCloseTo(width(now), 5)
  expect((await press('a')).from).toBeCloseTo(now.from, 5)
  expect(width(await press('s'))).toBeGreaterThan(width(now))
  expect(await press('f')).toMatchObject({ from: whole.from, to: whole.to })
  await press('Home')
  const { allocation, from } = await click(page, 'page')
  expect((await workbench.state()).target).toEqual({ allocation })
  await press('Home')
  await surface(page).focus()
  expect((await press('.')).step).toBe(from)
  const second = (await press('.')).step
  expect(second).toBe(from + 1)
  expect((await press(',')).step).toBe(from)
})

test('an area is chosen by keys and by the mouse, and its totals are those of the trace', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await surface(page).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('[')
  await page.keyboard.press('End')
  await page.keyboard.press(']')
  await workbench.idle()
  const { area, totals, steps } = await drawn(page)
  expect(area).toEqual({ from: 1, to: steps })
  const asked = await page.evaluate(
    (ask) => (globalThis.__pageward as unknown as { ask(c: string, a: unknown): Promise<unknown> }).ask('totals', ask),
    { from: 1, to: steps },
  )
  expect(totals).toEqual(asked)
  await expect(page.getByRole('status', { name: 'Totals of the area' })).toBeVisible()
  await surface(page).press('Escape')
  await workbench.idle()
  expect((await drawn(page)).area).toBeNull()
  const box = (await surface(page).boundingBox())!
  const { rect } = await bar(page, 'a')
  await page.keyboard.down('Shift')
  await page.mouse.move(box.x + rect.x + 2, box.y + rect.y + rect.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + rect.x + rect.width / 2, box.y + rect.y + rect.height / 2, { steps: 4 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
  await workbench.idle()
  const chosen = (await drawn(page)).area!
  expect(chosen.to).toBeGreaterThan(chosen.from)
  expect(chosen.to).toBeLessThan(steps)
})

test('a filter leaves what fits, and pins keep a memory and a lane', async ({ page }) => {
  const workbench = await open(page, LOCKED)
  await click(page, 'a')
  await surface(page).press('p')
  await workbench.idle()
  expect((await bar(page, 'a')).pinned).toBe(true)
  await page.getByRole('button', { name: 'Filter memories and lanes' }).click()
  await page.getByRole('searchbox', { name: /Only memories and lanes/ }).fill('grace')
  await workbench.idle()
  const narrowed = await drawn(page)
  expect(narrowed.bars.map(({ label }) => label)).toEqual(['a'])
  expect(narrowed.tracks.map(({ name }) => name)).toEqual(['grace periods'])
  await page.keyboard.press('Escape')
})

test('thousands of events are merged to what the pixels can show', async ({ page }) => {
  await open(page, MANY)
  const box = (await surface(page).boundingBox())!
  const whole = await drawn(page)
  expect(whole.steps).toBeGreaterThan(12_000)
  expect(whole.bars.length + whole.hidden).toBeGreaterThan(3000)
  expect(whole.bars.length).toBeLessThanOrEqual(400)
  const { ticks } = await bar(page, 'page')
  expect(ticks.length).toBeLessThanOrEqual(box.width * 1.5)
})
