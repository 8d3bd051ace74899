/** The inspector: two moments, walks through page tables, entries of scatterlists, a life of thousands of events. */
import { expect, test, type Page } from '@playwright/test'
import { axeFindsNothing } from '../shared/accessibility.ts'
import { SLAB_UAF, SLAB_UAF_LINES } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

/** What the inspector says it shows; only what the specs read. */
interface Shown {
  readonly step: number
  readonly since: number
  readonly changed: readonly string[]
  readonly gone: readonly string[]
  readonly walks: readonly { readonly space: string; readonly pfns: readonly number[] }[]
  readonly structs: readonly { readonly name: string; readonly fields: Readonly<Record<string, string>> }[]
}

// The editor indents what follows a line that opens a block, so a block is on one line here.
const MAPPED = `import { alloc_page, GFP_KERNEL, vm_insert_page, misc_register } from 'linux'
import * as user from 'user'
import type { Ptr } from 'linux'
const page = alloc_page(GFP_KERNEL)!
misc_register({ name: 'lab', fops: { mmap: (file, vma) => vm_insert_page(vma, vma.vm_start, page) } })
const map = (fd: number) => user.mmap(null, 4096, user.PROT_READ | user.PROT_WRITE, user.MAP_SHARED, fd, 0) as Ptr
const use = (at: Ptr) => at.write_u8(0, 1)
const leave = (at: Ptr) => user.munmap(at, 4096)
const pid = user.spawn('lab', () => { const at = map(user.open('/dev/lab', 2)); use(at); leave(at) })
user.waitpid(pid)`

const LIST = `import { alloc_page, GFP_KERNEL, scatterlist, sg_init_table, sg_set_page } from 'linux'
const page = alloc_page(GFP_KERNEL)!
const sgl: scatterlist[] = []
sg_init_table(sgl, 1)
sg_set_page(sgl[0]!, page, 256, 64)`

const LONG = `import { alloc_page, get_page, put_page, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
for (let i = 0; i < 2000; i++) { get_page(page); put_page(page) }`

async function open(page: Page, text: string): Promise<Workbench> {
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(text)
  return workbench
}
const shown = (page: Page): Promise<Shown> =>
  page.evaluate(() => globalThis.__pageward?.views.inspector() as unknown as Shown)

/** Selects the memory of the first bar of that name. */
async function select(page: Page, name: string): Promise<void> {
  const search = page.getByRole('searchbox', { name: /Find a frame/ })
  await search.fill(name)
  await search.press('Enter')
  await expect.poll(() => shown(page)).not.toBeNull()
}

/** Moves the playhead to the last step of a line. */
async function seekLine(page: Page, line: number): Promise<number> {
  const step = await page.evaluate(async (at) => {
    const hooks = globalThis.__pageward as unknown as {
      ask(call: string, ask: unknown): Promise<{ rows: { step: number; line: number }[] }>
      seek(step: number): Promise<void>
    }
    const { rows } = await hooks.ask('steps', { from: 1, count: 500 })
    const found = rows.findLast((row) => row.line === at)?.step ?? 0
    await hooks.seek(found)
    return found
  }, line)
  return step
}

test('two moments are compared: the event before, or a pinned step', async ({ page }) => {
  const workbench = await open(page, SLAB_UAF)
  await workbench.problem('slab-use-after-free').first().click()
  const inspector = page.locator('[data-panel="inspector"]')
  await seekLine(page, SLAB_UAF_LINES.referenced)
  expect((await shown(page)).changed).toContain('_refcount')
  const pinned = await seekLine(page, SLAB_UAF_LINES.allocated)
  await inspector.getByRole('button', { name: `Pin step ${pinned}` }).click()
  await seekLine(page, SLAB_UAF_LINES.freed)
  await workbench.idle()
  const seen = await shown(page)
  expect([seen.since, seen.gone]).toEqual([pinned, ['owner']])
  await expect(inspector.getByText('gone', { exact: true })).toBeVisible()
  await axeFindsNothing(page, workbench)
  await inspector.getByRole('button', { name: /^Unpin/ }).click()
  await expect.poll(async () => (await shown(page)).since).not.toBe(pinned)
})

test('a walk is drawn level by level and its frames are selected', async ({ page }) => {
  const workbench = await open(page, MAPPED)
  await seekLine(page, 7)
  await select(page, 'page')
  await workbench.idle()
  const inspector = page.locator('[data-panel="inspector"]')
  const levels = inspector.getByRole('list', { name: 'Levels of the walk' }).first()
  await expect(levels.getByRole('listitem')).toHaveCount(4)
  await expect(levels.getByText('PRESENT', { exact: true })).toHaveCount(4)
  const { walks } = await shown(page)
  expect(walks).toHaveLength(1)
  await axeFindsNothing(page, workbench)
  const field = inspector.getByRole('textbox', { name: /Walk to address/ })
  await field.fill('0x1000')
  await field.press('Enter')
  await expect(inspector.getByText(/pgd_none/)).toBeVisible()
  // The entry of the last but one level names the table of the last one.
  await levels.getByRole('listitem').nth(3).getByRole('button').click()
  await workbench.idle()
  expect((await workbench.state()).target).toEqual({ pfn: walks[0]!.pfns[2] })
})

test('an entry of a scatterlist that names the memory has its fields', async ({ page }) => {
  await open(page, LIST)
  await seekLine(page, 5)
  await select(page, 'page')
  await expect(page.getByRole('table', { name: 'struct scatterlist entry 0 of 1' })).toBeVisible()
  const { structs } = await shown(page)
  expect(structs[0]).toMatchObject({ name: 'struct scatterlist', fields: { offset: '64', length: '256' } })
  expect(structs[0]!.fields['page_link']).toContain('SG_END')
})

test('a long biography holds only the rows on screen, and the arrow keys reach every one', async ({ page }) => {
  const workbench = await open(page, LONG)
  await select(page, 'page')
  await seekLine(page, 2)
  await workbench.idle()
  const list = page.getByRole('list', { name: '4001 events' })
  await expect(list.getByRole('listitem').first()).toHaveAttribute('aria-posinset', '1')
  expect(await list.getByRole('listitem').count()).toBeLessThan(80)
  await list.getByRole('button').first().focus()
  await page.keyboard.press('End')
  const last = list.locator('[aria-posinset="4001"]').getByRole('button')
  await expect(last).toContainText('put_page')
  await page.keyboard.press('ArrowUp')
  await expect(list.locator('[aria-posinset="4000"]').getByRole('button')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await workbench.state()).step).toBe((await workbench.state()).steps - 1)
})
