/**
 * What the timeline, the memory map and the inspector say they draw is what the trace says, at 20 random playheads of
 * an example. One example in fourteen by default, to stay below 90 s on a busy machine; PAGEWARD_EVERY_EXAMPLE=1 takes
 * all of them. The other side of the comparison is asked from the core step by step (the access set, the step's row,
 * the state of a frame), not with the question that the view itself asks.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { Workbench } from '../shared/workbench.ts'

const PLAYHEADS = 20
const EXAMPLES = (JSON.parse(readFileSync('examples/index.json', 'utf8')) as readonly { readonly id: string }[]).map(
  ({ id }) => id,
)
const ALL = process.env['PAGEWARD_EVERY_EXAMPLE'] !== undefined
const CHOSEN = EXAMPLES.filter((_id, at) => ALL || at % 14 === 0)
const MS_PER_EXAMPLE = ALL ? 60_000 : 20_000

/** Compares in the page, so that a playhead costs no round trip. Answers what differs, and how much was compared. */
async function compare({ seed, playheads }: { seed: number; playheads: number }) {
  interface Bar {
    readonly allocation: number
    readonly label: string
    readonly from: number
    readonly to: number
    readonly rights: readonly { readonly kind: string; readonly from: number; readonly to: number }[]
  }
  interface Drawn {
    readonly step: number
    readonly steps: number
    readonly from: number
    readonly to: number
    readonly playheadX: number
    readonly bars: readonly Bar[]
    readonly lanes: readonly { readonly tasks: readonly number[]; readonly runs: readonly (readonly number[])[] }[]
  }
  interface Cell {
    readonly pfn: number
    readonly kind: string
  }
  interface Inspected {
    readonly step: number
    readonly pfn: number
    readonly physical: string
    readonly moreEvents: number
    readonly fields: Readonly<Record<string, string>>
    readonly events: readonly { readonly step: number }[]
    readonly bytes: readonly number[]
  }
  interface Page {
    seek(step: number): Promise<void>
    ask(call: string, ask: unknown): Promise<Record<string, never>>
    state(): { readonly target: { readonly pfn: number } | { readonly allocation: number } | null }
    readonly views: {
      timeline(): Drawn | null
      map(): { step: number; framesPerCell: number; cells: Cell[] } | null
      inspector(): Inspected | null
    }
  }
  const page = (globalThis as unknown as { __pageward: Page }).__pageward
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >>> 8) % below
  }
  const wrong: string[] = []
  const compared = { playheads: 0, bars: 0, rights: 0, cells: 0, inspected: 0 }
  /** Rights that the core's access set names; entries and borrows are told by the timeline alone. */
  const isLedgers = (kind: string): boolean => kind !== 'owner' && kind !== 'sg' && kind !== 'borrow'
  const steps = page.views.timeline()?.steps ?? 0
  for (let i = 0; i < playheads && steps > 0; i++) {
    const step = 1 + random(steps)
    await page.seek(step)
    const drawn = page.views.timeline()
    const map = page.views.map()
    if (drawn === null || map === null) return { wrong: ['a view is not on screen'], compared }
    compared.playheads++
    if (drawn.step !== step || map.step !== step) wrong.push(`step ${step}: drawn ${drawn.step}, map ${map.step}`)
    const { rows } = (await page.ask('steps', { from: step, count: 1 })) as unknown as { rows: { task: number }[] }
    const task = rows[0]?.task ?? -1
    const lane = drawn.lanes.find(({ tasks }) => tasks.includes(task))
    if (lane?.runs.some(([from, to]) => from! <= step && to! >= step) !== true)
      wrong.push(`step ${step}: task ${task} is not drawn as running`)
    const { target } = page.state()
    const inspected = page.views.inspector()
    if (target !== null && inspected !== null) {
      compared.inspected++
      if (inspected.step !== step) wrong.push(`step ${step}: the inspector shows ${inspected.step}`)
      // The count of the frame, as the map is told it.
      if (inspected.pfn >= 0 && /^-?\d+$/.test(inspected.fields['_refcount'] ?? '')) {
        const ask = { step, from: inspected.pfn, to: inspected.pfn + 1, cells: 1 }
        const cell = (await page.ask('map', ask)) as unknown as { refcount: Int32Array }
        if (cell.refcount[0] !== Number(inspected.fields['_refcount']))
          wrong.push(`step ${step}: refcount ${inspected.fields['_refcount']}, the map has ${cell.refcount[0]}`)
      }
      // No event is told that the trace has not: merged events stand at their first step.
      const { previous } = (await page.ask('neighbours', { step: step + 1, target })) as unknown as { previous: number }
      const { rows: events, latest } = (await page.ask('events', { target, from: 0, count: 500, step })) as unknown as {
        rows: { step: number }[]
        latest: number
      }
      const told = events[latest]?.step ?? 0
      if (latest < 500 && told > previous)
        wrong.push(`step ${step}: event ${told} is told, the last one is ${previous}`)
      if (inspected.moreEvents === 0 && inspected.events.length !== events.length)
        wrong.push(`step ${step}: ${inspected.events.length} events are shown of ${events.length}`)
      const address = Number(inspected.physical)
      if (inspected.bytes.length > 0 && inspected.physical !== '') {
        const ask = { step, address, length: inspected.bytes.length }
        const { bytes } = (await page.ask('bytes', ask)) as unknown as { bytes: Uint8Array }
        if (bytes.some((byte, at) => byte !== inspected.bytes[at])) wrong.push(`step ${step}: other bytes are shown`)
      }
    }
    for (let n = 0; n < 3 && drawn.bars.length > 0; n++) {
      const bar = drawn.bars[random(drawn.bars.length)]!
      const seen = (await page.ask('inspect', { step, target: { allocation: bar.allocation } })) as unknown as {
        state: string
        rights: { kind: string }[]
      }
      const lives = bar.from <= step && step < bar.to
      if (lives !== (seen.state === 'allocated')) wrong.push(`step ${step}: ${bar.label} is ${seen.state}`)
      compared.bars++
      const now = bar.rights.filter(({ kind, from, to }) => isLedgers(kind) && from <= step && step < to)
      const held = seen.rights.filter(({ kind }) => isLedgers(kind))
      compared.rights += now.length
      // Rights of a slab page reach its objects too; they are drawn on the page.
      const own = now.map(({ kind }) => kind).sort()
      const all = held.map(({ kind }) => kind)
      for (const kind of own) {
        const at = all.indexOf(kind)
        if (at < 0) wrong.push(`step ${step}: ${bar.label} has no ${kind}: ${held.map((each) => each.kind).join()}`)
        else all.splice(at, 1)
      }
    }
    for (let n = 0; n < 3 && map.framesPerCell === 1 && map.cells.length > 0; n++) {
      const cell = map.cells[random(map.cells.length)]!
      const seen = (await page.ask('inspect', { step, target: { pfn: cell.pfn } })) as unknown as { state: string }
      compared.cells++
      // A bad page is leaked on purpose: nobody has it, and the inspector calls it reserved.
      const used = !['buddy', 'pcp', 'reserved', 'bad'].includes(cell.kind)
      if (used !== (seen.state === 'allocated'))
        wrong.push(`step ${step}: frame ${cell.pfn} is drawn as ${cell.kind}, and is ${seen.state}`)
    }
  }
  return { wrong, compared }
}

/** Tests of so many examples: what is compared is summed up in each, and a failure names its examples. */
const AT_ONCE = 10

for (let first = 0; first < CHOSEN.length; first += AT_ONCE) {
  const chosen = CHOSEN.slice(first, first + AT_ONCE)
  const which = ALL ? `: ${chosen[0]} to ${chosen.at(-1)}` : ''
  test(`views draw what the trace says, at random playheads of the examples${which}`, async ({ page }) => {
    test.setTimeout(chosen.length * MS_PER_EXAMPLE)
    await page.goto('/')
    const workbench = new Workbench(page)
    await workbench.idle()
    const list = page.getByRole('navigation', { name: 'Examples' })
    if (!(await list.isVisible())) await page.getByRole('button', { name: 'Examples', exact: true }).click()
    const totals = { playheads: 0, bars: 0, rights: 0, cells: 0, inspected: 0 }
    const differ: Record<string, readonly string[]> = {}
    for (const [at, id] of chosen.entries()) {
      await list.locator(`[data-example="${id}"]`).click()
      await workbench.idle()
      const { wrong, compared } = await page.evaluate(compare, { seed: 1 + first + at, playheads: PLAYHEADS })
      if (wrong.length > 0) differ[id] = wrong
      expect(compared.playheads, id).toBe(PLAYHEADS)
      for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += compared[key]
    }
    expect(differ).toEqual({})
    expect(totals.bars).toBeGreaterThan(chosen.length * PLAYHEADS)
    expect(totals.inspected).toBeGreaterThan(chosen.length * PLAYHEADS * 0.4)
    expect(totals.rights + totals.cells).toBeGreaterThan(chosen.length * PLAYHEADS)
  })
}
