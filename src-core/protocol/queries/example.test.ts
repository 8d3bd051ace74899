import { describe, expect, it } from 'vitest'
import { CellMark } from '../messages.ts'
import { liveRun } from '../testing/live-run.ts'
import { QUERIES } from './index.ts'
import { RunView } from './run-view.ts'

const EXAMPLE = `import { kmalloc, kfree, GFP_KERNEL, virt_to_page, get_page, put_page, page_address } from 'linux'
const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
kfree(a)
b.write_u8(0, 1)
put_page(page)
`

describe('the example of the thread, run for real', () => {
  const view = new RunView(liveRun(EXAMPLE))
  const rows = QUERIES.steps(view, { run: 1, from: 1, count: 100 }).rows
  const finding = view.run.findings.find((found) => found.code === 'slab-use-after-free')!

  it('has a step a call, each with its line and effect', () => {
    expect(rows.map((row) => [row.line, row.op])).toEqual([
      [2, 'kmalloc'],
      [3, 'virt_to_page'],
      [4, 'get_page'],
      [5, 'page_address'],
      [6, 'kfree'],
      [7, 'write'],
      [8, 'put_page'],
    ])
    expect(rows[2].effect).toBe('refcount 1 → 2')
    expect(rows[4].effect).toBe('object `a` freed')
  })

  it('leads from the diagnosis to the frame, the bar and the line', () => {
    const target = { allocation: finding.allocation }
    const { pfn } = QUERIES.locate(view, { run: 1, step: finding.step, target })
    const cells = QUERIES.map(view, { run: 1, step: finding.step, from: pfn, to: pfn + 1, cells: 1 })
    expect(cells.marks[0] & CellMark.USED_INVALID).not.toBe(0)
    const { bars } = QUERIES.timeline(view, { run: 1, from: 1, to: view.steps, width: 900, maxBars: 100 })
    const bar = bars.find((each) => each.allocation === finding.allocation)!
    expect([bar.label, bar.freed, bar.to]).toEqual(['a', true, 5])
    expect(bar.ticks.at(-1)).toMatchObject({ step: finding.step, kind: 'violation' })
    expect(QUERIES.stepsOfLine(view, { run: 1, file: 'driver.ts', line: 7 }).steps).toEqual([finding.step])
    const seen = QUERIES.inspect(view, { run: 1, step: finding.step, target })
    expect(seen.state).toBe('freed')
    expect(seen.pointers.map((pointer) => pointer.text)).toEqual(['b = page_address(page)'])
  })

  it('knows where the memory of the program lay, that of the problem first', () => {
    const { runs } = QUERIES.programMemory(view, { run: 1 })
    const { pfn } = QUERIES.locate(view, { run: 1, step: 1, target: { allocation: finding.allocation } })
    expect(runs[0]).toEqual({ pfn, frames: 1, allocation: finding.allocation })
  })

  it('shows what still reaches the page at every step', () => {
    const { pfn } = rows[0]
    const kinds = [1, 3, 5, 7].map((step) =>
      QUERIES.inspect(view, { run: 1, step, target: { pfn } }).rights.map((right) => right.kind),
    )
    expect(kinds).toEqual([['owner'], ['page-reference', 'owner'], ['page-reference'], []])
  })
})

describe('a page that a program maps', () => {
  const view = new RunView(
    liveRun(`import { alloc_page, __free_page, GFP_KERNEL, vm_insert_page, misc_register, module_exit } from 'linux'
import { spawn, open, mmap, munmap, MAP_SHARED, PROT_READ } from 'user'
const page = alloc_page(GFP_KERNEL)!
misc_register({
  name: 'lab',
  fops: { mmap: (file, vma) => vm_insert_page(vma, vma.vm_start, page) },
})
spawn('lab', () => {
  const at = mmap(null, 4096, PROT_READ, MAP_SHARED, open('/dev/lab', 2), 0)
  munmap(at, 4096)
})
module_exit(() => __free_page(page))
`),
  )
  const { rows } = QUERIES.steps(view, { run: 1, from: 1, count: 200 })
  const { pfn } = rows.find(({ op }) => op === 'alloc_page')!

  it('says zone, rights and age of each frame to the map', () => {
    const { step } = rows.find(({ op }) => op === 'vm_insert_page')!
    const cells = QUERIES.map(view, { run: 1, step, from: 0, to: view.info.frames, cells: view.info.frames })
    view.info.zones.forEach(({ start, end }, zone) => {
      expect([cells.zone[start], cells.zone[end - 1]]).toEqual([zone, zone])
    })
    expect([cells.mapcount[pfn], cells.rights[pfn], cells.age[pfn]]).toEqual([1, 1, 4])
    const coarse = QUERIES.map(view, { run: 1, step, from: 0, to: view.info.frames, cells: 64 })
    expect([...coarse.zone]).toEqual([...coarse.zone].sort((a, b) => a - b))
  })

  it('has its entries told as entries, and its steps told to be about the page', () => {
    const inserted = rows.find(({ op }) => op === 'vm_insert_page')!
    expect(inserted.effect).toMatch(/page-table entr(y|ies) set/)
    const zapped = rows.find(({ op }) => op === 'zap_pte')!
    expect([zapped.pfn, zapped.effect]).toEqual([
      pfn,
      'page-table entry cleared, mapcount 1 → 0, refcount 2 → 1, page flags changed',
    ])
    for (const { effect } of rows) expect(effect).not.toContain('bytes')
  })
})

describe('a run of two tasks', () => {
  it('tells at the step of a task that it woke another, and not that another waits or has ended', () => {
    const run = liveRun(`import { complete, completion, kthread_run, wait_for_completion } from 'linux'
const done = new completion()
kthread_run(() => complete(done), 'worker')
wait_for_completion(done)
`)
    const { rows } = QUERIES.steps(new RunView(run), { run: 1, from: 1, count: 9 })
    expect(rows.map(({ op, effect }) => `${op}: ${effect}`)).toEqual([
      'kthread_run: ',
      'complete: task insmod runnable',
      'wait_for_completion: ',
    ])
  })
})
