/** Colours and table rows that are kept from step to step are those that the whole map has. */
import { describe, expect, it } from 'vitest'
import { FrameKind } from '../../trace/fields.ts'
import { randomNumbers } from '../../trace/testing/random-trace.ts'
import { COLOURINGS, inkOfCell, isBroken } from '../map-ink.ts'
import { CellMark, type FrameRow, type MapCells } from '../messages.ts'
import { liveRun } from '../testing/live-run.ts'
import { frameRows } from './frame-rows.ts'
import { mapInks } from './map-inks.ts'
import { mapCells } from './map.ts'
import { RunView } from './run-view.ts'

const CHURN = `import { __free_pages, alloc_pages, get_page, GFP_KERNEL, kfree, kmalloc, kmap_local_page, page_address,
  put_page, vfree, virt_to_page, vmalloc } from 'linux'
const blocks: any[] = []
const objects: any[] = []
for (let i = 0; i < 60; i++) {
  blocks.push(alloc_pages(GFP_KERNEL, i % 5))
  objects.push(kmalloc(64 + (i % 6) * 300, GFP_KERNEL))
}
const area = vmalloc(20000)
get_page(blocks[3])
get_page(blocks[10])
kmap_local_page(blocks[7])
for (let i = 0; i < 60; i += 2) {
  __free_pages(blocks[i], i % 5)
  kfree(objects[i])
}
vfree(area)
for (let i = 0; i < 30; i++) blocks[2 * i] = alloc_pages(GFP_KERNEL, i % 3)
for (let i = 1; i < 60; i += 2) {
  __free_pages(blocks[i], i % 5)
  kfree(objects[i])
}
`
const BROKEN = `import { kmalloc, kfree, GFP_KERNEL, virt_to_page, get_page, put_page, page_address } from 'linux'
const others: any[] = []
for (let i = 0; i < 40; i++) others.push(kmalloc(512, GFP_KERNEL))
const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
kfree(a)
b.write_u8(0, 1)
put_page(page)
for (const each of others) kfree(each)
`

/** The rows of the table, from the columns of the whole map. */
function rowsOf(cells: MapCells): FrameRow[] {
  const rows: FrameRow[] = []
  const { kind, allocation, owner, refcount, marks } = cells
  const broken = CellMark.RIGHTS_LEFT | CellMark.USED_INVALID
  for (let at = 0; at < kind.length; at++) {
    if (kind[at] <= FrameKind.PCP && (marks[at] & broken) === 0) continue
    let end = at + 1
    const same = (i: number): boolean =>
      kind[i] === kind[at] &&
      allocation[i] === allocation[at] &&
      owner[i] === owner[at] &&
      (allocation[at] !== 0 || refcount[i] === refcount[at]) &&
      (marks[i] & broken) === (marks[at] & broken) &&
      (marks[i] & CellMark.HEAD) === 0
    while (end < kind.length && same(end)) end++
    rows.push({
      pfn: at,
      frames: end - at,
      kind: kind[at],
      allocation: allocation[at],
      owner: owner[at],
      refcount: refcount[at],
      rightsLeft: (marks[at] & CellMark.RIGHTS_LEFT) !== 0,
      usedInvalid: (marks[at] & CellMark.USED_INVALID) !== 0,
      mapped: (marks[at] & CellMark.MAPPED) !== 0,
    })
    at = end - 1
  }
  return rows
}

const PROGRAMS = { churn: CHURN, broken: BROKEN }

describe.each(Object.entries(PROGRAMS))('the map of %s', (_name, text) => {
  const run = liveRun(text, 'v6.12', { memory: '64M' })
  const { frames } = run.record.machine
  /** Another cursor: the oracle does not move the one that is tested. */
  const oracle = new RunView(run)
  const whole = (step: number, cells = frames) => mapCells(oracle, { run: 1, step, from: 0, to: frames, cells })

  it.each(COLOURINGS)('has the colours of the whole map at any step, by %s', (by) => {
    const view = new RunView(run)
    const random = randomNumbers(7)
    for (const framesPerCell of [1, 42]) {
      let [inks, since] = [new Uint8Array(0), 0]
      for (let i = 0; i < 24; i++) {
        const step = i % 4 === 3 ? Math.min(view.steps, random(view.steps) + 1) : Math.min(view.steps, 2 * i)
        const answer = mapInks(view, { run: 1, step, by, framesPerCell, since })
        since = answer.version
        if (answer.cells.length > 0) inks = new Uint8Array(answer.cells)
        else if (answer.whole) inks = new Uint8Array(answer.count).fill(99)
        answer.inks.forEach((ink, n) => inks.fill(ink, answer.from[n], answer.to[n]))
        const cells = whole(step, Math.ceil(frames / framesPerCell))
        expect(cells.framesPerCell).toBe(framesPerCell)
        const expected = cells.kind.map((_kind, at) => inkOfCell(cells, at, by))
        const wrong = [...expected.keys()].filter((at) => expected[at] !== inks[at])
        expect(wrong.map((at) => [step, at, expected[at], inks[at]])).toEqual([])
        const changed = [...cells.marks.keys()].filter((at) => (cells.marks[at] & CellMark.CHANGED) !== 0)
        expect([...answer.changed].sort((a, b) => a - b)).toEqual(changed)
        expect([...answer.broken].sort((a, b) => a - b)).toEqual([...inks.keys()].filter((at) => isBroken(inks[at])))
      }
    }
  })

  it('answers what changed only, and all to one who has another state', () => {
    const view = new RunView(run)
    const ask = { run: 1, by: 'owner', framesPerCell: 1 } as const
    const first = mapInks(view, { ...ask, step: 0, since: 0 })
    expect([first.whole, first.to.at(-1), first.count]).toEqual([true, frames, frames])
    const next = mapInks(view, { ...ask, step: 1, since: first.version })
    expect(next.whole).toBe(false)
    expect(next.from.length).toBeGreaterThan(0)
    expect(next.from.length).toBeLessThan(64)
    expect(mapInks(view, { ...ask, step: 2, since: first.version }).whole).toBe(true)
  })

  it('has the rows of the whole map', () => {
    const view = new RunView(run)
    for (let step = 0; step <= view.steps; step += 5) {
      const expected = rowsOf(whole(step))
      expect(frameRows(view, { run: 1, step, from: 0, count: 1e6 })).toEqual({ rows: expected, total: expected.length })
      const some = frameRows(view, { run: 1, step, from: 2, count: 3 })
      expect(some).toEqual({ rows: expected.slice(2, 5), total: expected.length })
    }
  })
})
