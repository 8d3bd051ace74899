import { describe, expect, it } from 'vitest'
import { NO_SUBJECT, Flag } from '../trace/ops.ts'
import type { MachineInfo } from '../trace/record.ts'
import { judgeRun } from './judge.ts'
import { RunBuilder } from './testing/run-builder.ts'

function codes(run: RunBuilder, era = 'v6.12', machine: Partial<MachineInfo> = {}): string[] {
  return judgeRun(run.record(era, machine), run.program).findings.map(({ code, step }) => `${code} ${step}`)
}

describe('the judge', () => {
  it('says nothing of a driver that pairs what it takes', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).put('put_page(page)', page).free('__free_page(page)', page)
    const object = run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    run.write('a.write_u8(63, 1)', object, object.base, 63).kfree('kfree(a)', object)
    expect(codes(run)).toEqual([])
  })

  it('counts a stale pointer once, however often it is used', () => {
    const run = new RunBuilder()
    const object = run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    run.kfree('kfree(a)', object)
    for (let i = 0; i < 5; i++) run.write('a.write_u8(0, 1)', object, object.base)
    const { findings } = judgeRun(run.record(), run.program)
    expect(findings.map(({ code, step, repeats }) => [code, step, repeats])).toEqual([['slab-use-after-free', 3, 4]])
  })

  it('reports a stale pointer even when its address is in use again', () => {
    const run = new RunBuilder()
    const first = run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    run.kfree('kfree(a)', first)
    const second = run.object('b = kmalloc(64, GFP_KERNEL)', 64, first)
    run.write('a.write_u8(0, 1)', first, first.base).kfree('kfree(b)', second)
    expect(codes(run, 'v6.12', { debug: false })).toEqual(['slab-use-after-free 4'])
  })

  it('blames the put that took the page from under its other holder, and makes the rest consequences', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).put('put_page(page)', page).put('put_page(page)', page, true)
    run.write('data.write_u8(0, 1)', { ...page, id: page.id }, page.base << 12).put('put_page(page)', page, false, 0)
    const { findings } = judgeRun(run.record(), run.program)
    expect(findings.map(({ code, step }) => [code, step])).toEqual([['unbalanced-put', 4]])
    expect(findings[0]?.consequences.map(({ code, step }) => [code, step])).toEqual([
      ['page-use-after-free', 5],
      ['unbalanced-put', 6],
    ])
  })

  it('finds the free that hit a new owner when the new owner shows it', () => {
    const run = new RunBuilder()
    const ring = run.pages('ring = alloc_page(GFP_KERNEL)')
    run.free('__free_page(ring)', ring)
    const table = run.pages('table = alloc_page(GFP_KERNEL)', 0, ring)
    run.free('__free_page(ring)', table).free('__free_page(table)', table, false, 0)
    expect(codes(run)).toEqual(['double-free-page 4'])
  })

  it('does not blame a free through another name of the same page', () => {
    const run = new RunBuilder()
    const ring = run.pages('ring = alloc_page(GFP_KERNEL)')
    run.free('__free_page(ring)', ring)
    const table = run.pages('table = alloc_page(GFP_KERNEL)', 0, ring)
    run.free('__free_page(ring)', table)
    expect(codes(run)).toEqual([])
  })

  it('calls a page freed while mapped a leak of the mapping only if it is never unmapped', () => {
    const unmapped = new RunBuilder()
    const page = unmapped.pages('page = alloc_page(GFP_KERNEL)')
    unmapped
      .map('bytes = kmap_local_page(page)', page, 1)
      .free('__free_page(page)', page)
      .unmap('kunmap_local(bytes)', 1, 1)
    expect(codes(unmapped)).toEqual(['freed-while-reachable 3'])

    const kept = new RunBuilder()
    const other = kept.pages('page = alloc_page(GFP_KERNEL)')
    kept.map('bytes = kmap_local_page(page)', other, 1).free('__free_page(page)', other)
    expect(codes(kept)).toEqual(['kmap-leak 2'])
  })

  it('counts a queue unmapped in order of mapping as one mistake', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    for (const right of [1, 2, 3]) run.map(`m${right} = kmap_local_page(page)`, page, right)
    run.unmap('kunmap_local(m1)', 1, 3).unmap('kunmap_local(m2)', 2, 3).unmap('kunmap_local(m3)', 3, 3)
    run.free('__free_page(page)', page)
    const { findings } = judgeRun(run.record(), run.program)
    expect(findings.map(({ code, step, repeats }) => [code, step, repeats])).toEqual([['kmap-out-of-order', 5, 1]])
  })

  it('judges leaks only when the run has completed, and once for a site', () => {
    const run = new RunBuilder()
    run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    run.pages('page = alloc_page(GFP_KERNEL)')
    expect(codes(run)).toEqual(['memory-leak 1', 'page-leak 2'])
    const record = run.record()
    expect(judgeRun({ ...record, outcome: 'oops' }, run.program).findings).toEqual([])
  })

  it('names the call whose NULL was not checked', () => {
    const run = new RunBuilder()
    run.op('kmalloc', 'a = kmalloc(64, GFP_KERNEL)', 0, NO_SUBJECT, 64, 0, Flag.FAILED)
    run.op('write', 'a.write_u8(0, 1)', 0, NO_SUBJECT, 1, 0, Flag.NULL | Flag.FAULT)
    const record = { ...run.record(), outcome: 'oops' as const }
    const [finding] = judgeRun(record, run.program).findings
    expect(finding?.message).toBe('`a` is NULL when it is used — the result of `kmalloc(64)` was not checked')
  })

  it('leaves the trace as it was', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.put('put_page(page)', page, true).put('put_page(page)', page, false, 0)
    const record = run.record()
    const bytes = (): string =>
      JSON.stringify(record.chunks, (_key, value: unknown) =>
        ArrayBuffer.isView(value) ? [...(value as Uint32Array)].slice(0, 64) : value,
      )
    const before = bytes()
    expect(judgeRun(record, run.program).findings).toHaveLength(1)
    expect(bytes()).toBe(before)
  })
})
