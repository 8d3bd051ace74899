import { describe, expect, it } from 'vitest'
import type { CompiledProgram } from '../compiler/contract.ts'
import { judgeRun } from '../ownership/judge.ts'
import { RunBuilder } from '../ownership/testing/run-builder.ts'
import { buildReport } from './build.ts'
import { CATALOGUE, CODES, explainText } from './catalogue.ts'
import { jsonText } from './json.ts'
import type { Report } from './report.ts'
import { textReport } from './text.ts'
import { differingEras, memoryCodes, memoryKey } from './verdicts.ts'
import { Places } from './places.ts'

/** The example of the thread: a page reference does not keep a slab object. */
function example(): RunBuilder {
  const run = new RunBuilder()
  const a = run.object('a = kmalloc(256, GFP_KERNEL)', 256)
  const pfn = a.base >>> 12
  run.op('virt_to_page', 'page = virt_to_page(a)', a.id, pfn)
  run.get('get_page(page)', a, a.id - 1, pfn)
  run.op('page_address', 'b = page_address(page)', a.id - 1, pfn)
  run.kfree('kfree(a)', a)
  run.write('b.write_u8(0, 1)', a, a.base)
  run.put('put_page(page)', { ...a, base: pfn }, false, a.id - 1)
  return run
}

function reportOf(run: RunBuilder, eras = false): Report {
  const record = run.record()
  const program = { ...run.program, modules: [], interleaved: false, errors: [] } as unknown as CompiledProgram
  const { findings } = judgeRun(record, program)
  const own = memoryCodes(record, program, findings)
  const key = [...own.keys()][0] ?? ''
  const frozen = new Map([[key, ['get-page-on-slab', 'slab-use-after-free']]])
  const others = new Map([
    ['v6.14', frozen],
    ['v6.17', frozen],
    ['v6.18', frozen],
    ['next', null],
    ['memdesc', own],
  ])
  const verdicts = eras ? { verdicts: { era: 'v6.12', own, others } } : {}
  return buildReport({
    record,
    program,
    entry: 'driver.ts',
    schedule: '',
    findings,
    compileMs: 1.26,
    runMs: 0.04,
    ...verdicts,
  })
}

describe('a report', () => {
  it('has the form of the contract', () => {
    const report = reportOf(example(), true)
    const diagnosis = report.diagnoses.find(({ code }) => code === 'slab-use-after-free')
    expect(diagnosis).toMatchObject({
      severity: 'error',
      certainty: 'definite',
      at: { file: 'driver.ts', line: 6, column: 1 },
      task: 'insmod',
      step: 6,
      memory: { kind: 'slab-object', name: 'a', address: '0xffff888000010000', bytes: 256 },
      rights_left: [{ kind: 'page-reference', on: 'page', holder: 'insmod', at: { line: 3 } }],
      pointers: [{ name: 'b', at: { line: 4 } }],
      consequences: [],
      eras: { 'v6.14': ['get-page-on-slab', 'slab-use-after-free'], next: null },
      kernel: 'BUG: KASAN: slab-use-after-free in insmod',
    })
    expect(diagnosis?.eras).not.toHaveProperty('memdesc')
    expect(report.stats).toEqual({ operations: 7, deltas: expect.any(Number), compile_ms: 1.3, run_ms: 0 })
  })

  it('tells the story as text', () => {
    expect(textReport(reportOf(example(), true), { colour: false })).toBe(
      [
        'get-page-on-slab: warning: get_page() keeps the slab page, not `a`: slab decides when the object dies ' +
          ' definite',
        '  driver.ts:3:1   get_page(page)            task insmod, step 3',
        '  allocated        driver.ts:1  kmalloc(256) → kmalloc-256 object 0xffff888000010000, owner: insmod',
        '  referenced       driver.ts:3  get_page(page)',
        '  eras             v6.14 to v6.18 (source): get-page-on-slab, slab-use-after-free — slab pages are frozen ' +
          'there: get_page() on one warns and takes nothing',
        '  eras             next (source): the run did not finish',
        '  fix              keep `a` itself alive (its own reference count, RCU), or copy it; a page reference ' +
          'is no help',
        '  real kernel      prints nothing here',
        '',
        'slab-use-after-free: `b` is written after the object it points into was freed           definite',
        '  driver.ts:6:1   b.write_u8(0, 1)          task insmod, step 6',
        '  allocated        driver.ts:1  kmalloc(256) → kmalloc-256 object 0xffff888000010000, owner: insmod',
        '  referenced       driver.ts:3  get_page(page) — keeps the page, not the object: slab decides when ' +
          'the object dies',
        '  freed            driver.ts:5  kfree(a)',
        '  left             1 page reference (driver.ts:3, on the page) · pointers: b (driver.ts:4)',
        '  eras             v6.14 to v6.18 (source): get-page-on-slab, slab-use-after-free — slab pages are frozen ' +
          'there: get_page() on one warns and takes nothing',
        '  eras             next (source): the run did not finish',
        '  fix              keep `a` allocated as long as `b` is used, or allocate pages (alloc_page) and count those',
        '  real kernel      BUG: KASAN: slab-use-after-free in insmod',
        '',
        'driver.ts · v6.12 (measured) · 1 error, 1 warning · 7 operations',
        '',
      ].join('\n'),
    )
  })

  it('has the same bytes every time, and no escape codes without colour', () => {
    expect(jsonText(reportOf(example(), true))).toBe(jsonText(reportOf(example(), true)))
    expect(textReport(reportOf(example()), { colour: false })).not.toContain('\u001b')
    expect(textReport(reportOf(example()), { colour: true })).toContain('\u001b[31;1mslab-use-after-free')
  })

  it('names memory by where and how often it was allocated, so that eras can be compared', () => {
    const run = example()
    const record = run.record()
    const { findings } = judgeRun(record, run.program)
    const keys = findings.map((finding) => memoryKey(record, new Places(record, run.program), finding))
    expect(keys).toEqual(['driver.ts:1:1#1', 'driver.ts:1:1#1'])
    const own = memoryCodes(record, run.program, findings)
    expect(differingEras({ era: 'v6.12', own, others: new Map([['v6.14', new Map()]]) }, keys[0] ?? '')).toEqual({
      'v6.14': [],
    })
  })
})

describe('the catalogue', () => {
  it('explains every code of the vocabulary', () => {
    expect(CODES).toHaveLength(84)
    for (const code of CODES) {
      const { title, meaning, kernel, fix } = CATALOGUE[code]
      for (const text of [title, meaning, kernel, fix]) expect(text.length, code).toBeGreaterThan(3)
    }
    expect(explainText('slab-use-after-free')).toContain('BUG: KASAN: slab-use-after-free')
    expect(explainText('no-such-code')).toBeNull()
  })
})
