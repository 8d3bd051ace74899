import { describe, expect, it } from 'vitest'
import { liveRun } from '../testing/live-run.ts'
import { sampleRun } from '../testing/sample-run.ts'
import { RunView } from './run-view.ts'
import { variables } from './variables.ts'

const at = (step: number) =>
  variables(new RunView(sampleRun()), { run: 1, step }).rows.map(({ name, line, state }) => `${name}:${line} ${state}`)

describe('variables at a step', () => {
  it('are none before anything was stored', () => {
    expect(at(0)).toEqual([])
  })
  it('own what they made, borrow what they derived, and are freed with the memory', () => {
    expect(at(4)).toEqual(['a:6 owner', 'page:7 borrowed', 'b:9 borrowed'])
    expect(at(5)).toContain('a:6 freed')
    expect(at(5)).toContain('b:9 freed')
  })
  it('are what they were at an earlier step again when the playhead goes back', () => {
    const view = new RunView(sampleRun())
    variables(view, { run: 1, step: 7 })
    expect(variables(view, { run: 1, step: 1 }).rows.map(({ state }) => state)).toEqual(['owner'])
  })
})

/** States of all variables after each line of a program; lines begin at 2, the imports are in the first. */
function live(lines: readonly string[], names: string): (line: number) => Record<string, string> {
  const view = new RunView(liveRun(`import { ${names} } from 'linux'\n${lines.join('\n')}\n`))
  const steps = view.run.program.sites
  return (line) => {
    let step = 0
    for (let at = 1; at <= view.steps; at++) {
      const { chunk, row } = view.store.place(at)
      if ((steps[chunk.ops.site[row] ?? 0]?.line ?? 0) <= line) step = at
    }
    return Object.fromEntries(variables(view, { run: 1, step }).rows.map(({ name, state }) => [name, state]))
  }
}

describe('variables of a real run', () => {
  it('a pointer made from a slab page is one into the only object there', () => {
    const after = live(
      [
        'const a = kmalloc(256, GFP_KERNEL)!',
        'const page = virt_to_page(a)',
        'const b = page_address(page)!.add(Number(a.addr & 0xfffn))',
        'kfree(a)',
        "pr_info('after')",
      ],
      'kmalloc, kfree, GFP_KERNEL, virt_to_page, page_address, pr_info',
    )
    expect(after(4)).toEqual({ a: 'owner', page: 'borrowed', b: 'borrowed' })
    expect(after(6)).toEqual({ a: 'freed', page: 'borrowed', b: 'freed' })
  })
  it('a pointer made from a slab page with several objects says what is certain: the page is there', () => {
    const after = live(
      [
        'const a = kmalloc(256, GFP_KERNEL)!',
        'const c = kmalloc(256, GFP_KERNEL)!',
        'const b = page_address(virt_to_page(a))!',
        'kfree(a)',
        'kfree(c)',
      ],
      'kmalloc, kfree, GFP_KERNEL, virt_to_page, page_address',
    )
    expect(after(5)).toMatchObject({ a: 'freed', b: 'borrowed', c: 'owner' })
  })
  it('handles and pointers of a freed block are freed, and stay so when the frame is used again', () => {
    const after = live(
      [
        'const p = alloc_page(GFP_KERNEL)!',
        'const v = page_address(p)!',
        'const again = virt_to_page(v)',
        'const k = kmap_local_page(p)',
        'kunmap_local(k)',
        '__free_page(p)',
        'const q = alloc_page(GFP_KERNEL)!',
      ],
      'alloc_page, __free_page, page_address, virt_to_page, kmap_local_page, kunmap_local, GFP_KERNEL',
    )
    expect(after(5)).toEqual({ p: 'owner', v: 'borrowed', again: 'borrowed', k: 'borrowed' })
    expect(after(7)).toEqual({ p: 'freed', v: 'freed', again: 'freed', k: 'freed' })
    expect(after(8)).toEqual({ p: 'freed', v: 'freed', again: 'freed', k: 'freed', q: 'owner' })
  })
  it('pages, pointers and folios of vmalloc areas and compound blocks follow them', () => {
    const after = live(
      [
        'const area = vmalloc(8192)!',
        'const page = vmalloc_to_page(area)!',
        'const folio = folio_alloc(GFP_KERNEL, 1)!',
        'const tail = folio_page(folio, 1)',
        'vfree(area)',
        'folio_put(folio)',
      ],
      'vmalloc, vfree, vmalloc_to_page, folio_alloc, folio_page, folio_put, GFP_KERNEL',
    )
    expect(after(5)).toEqual({ area: 'owner', page: 'borrowed', folio: 'owner', tail: 'borrowed' })
    expect(after(6)).toMatchObject({ area: 'freed', page: 'freed', folio: 'owner' })
    expect(after(7)).toMatchObject({ folio: 'freed', tail: 'freed' })
  })
})
