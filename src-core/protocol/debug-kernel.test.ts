/** What a kernel with KASAN and DEBUG_VM is said to print at a mistake. Measured on such a kernel (6.12.117). */
import { describe, expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

/** Each error of a program: its code, and the first line that the kernel prints. */
function errors(body: string, debug: 'on' | 'off' = 'on'): string[] {
  const { report } = liveRun(`import * as k from 'linux'\nconst G = k.GFP_KERNEL\n${body}`, 'v6.12', { debug })
  return report.diagnoses
    .filter(({ severity, code }) => severity === 'error' && !code.endsWith('-leak'))
    .map(({ code, kernel }) => `${code}: ${(kernel ?? '').replace(/ in [\w()]+$/, '')}`)
}

describe('KASAN', () => {
  it('finds a freed object that krealloc() or ksize() is given', () => {
    const freed = 'const p: any = k.kmalloc(64, G)\nk.kfree(p)\n'
    const said = ['slab-use-after-free: BUG: KASAN: slab-use-after-free']
    expect(errors(`${freed}k.pr_info(String(k.krealloc(p, 100, G)))`)).toEqual(said)
    expect(errors(`${freed}k.pr_info(String(k.krealloc(p, 40, G)))`)).toEqual(said)
    expect(errors(`${freed}k.ksize(p)`)).toEqual(said)
    expect(errors(`${freed}k.krealloc(p, 100, G)`, 'off')).toEqual(['slab-use-after-free: '])
    expect(errors(`${freed}k.kfree(k.krealloc(p, 40, G))`, 'off')).toEqual(['slab-use-after-free: '])
    expect(errors(`${freed}k.ksize(p)`, 'off')).toEqual(['slab-use-after-free: '])
  })

  it('answers krealloc() and ksize() of a freed object with nothing', () => {
    const body = 'const p: any = k.kmalloc(64, G)\nk.kfree(p)\nk.pr_info(`${k.krealloc(p, 100, G)} ${k.ksize(p)}`)'
    const run = liveRun(`import * as k from 'linux'\nconst G = k.GFP_KERNEL\n${body}`, 'v6.12', { debug: 'on' })
    expect(run.record.log.map(({ text }) => text)).toEqual(['null 0'])
  })

  it('tells the rest of the pages of a large kmalloc() from what lies behind them', () => {
    const read = (at: number): string[] => errors(`const p: any = k.kmalloc(9000, G)\np.read_u8(${at})\nk.kfree(p)`)
    expect(read(9000)).toEqual(['out-of-bounds: BUG: KASAN: slab-out-of-bounds'])
    expect(read(16384)).toEqual(['out-of-bounds: BUG: KASAN: use-after-free'])
  })

  it('looks at where a pointer into a freed object points before at whether it was freed', () => {
    const body = 'const p: any = k.kmalloc(64, G)\nk.kfree(p)\nk.kfree(p.add(8))'
    expect(errors(body)).toEqual(['slab-double-free: BUG: KASAN: invalid-free'])
  })

  it('sees a page of a freed vmalloc area in the linear map as a page', () => {
    const body =
      'const p: any = k.vmalloc(8192)\nconst q: any = k.page_address(k.vmalloc_to_page(p)!)\nk.vfree(p)\nq.read_u8(0)'
    expect(errors(body)).toEqual(['vmalloc-use-after-vfree: BUG: KASAN: use-after-free'])
  })
})

describe('DEBUG_VM', () => {
  const dumped = (what: string): string => `page dumped because: ${what}`

  it('stops at split_page() of what is no block of single pages', () => {
    const split = (made: string): string[] => errors(`${made}\nk.split_page(g, 2)`)
    const compound = 'const g = k.alloc_pages(G | k.__GFP_COMP, 2)!'
    expect(split(compound)).toEqual([`bug-on: ${dumped('VM_BUG_ON_PAGE(PageCompound(page))')}`])
    const free = 'const g = k.alloc_pages(G, 2)!\nk.__free_pages(g, 2)'
    expect(split(free)).toEqual([`page-use-after-free: ${dumped('VM_BUG_ON_PAGE(!page_count(page))')}`])
    expect(errors(`${free}\nk.split_page(g, 2)`, 'off')).toEqual(['page-use-after-free: '])
    const tail = 'const h = k.alloc_pages(G, 3)!\nconst g = k.nth_page(h, 4)'
    expect(split(tail)).toEqual([`bug-on: ${dumped('VM_BUG_ON_PAGE(!page_count(page))')}`])
  })

  it('stops at a put of a page inside a block, which nobody counts', () => {
    const body = 'const g = k.alloc_pages(G, 1)!\nk.put_page(k.nth_page(g, 1))'
    expect(errors(body)).toEqual([`unbalanced-put: ${dumped('VM_BUG_ON_PAGE(page_ref_count(page) == 0)')}`])
    expect(errors(`${body}\nk.__free_pages(g, 1)`, 'off')).toEqual(['unbalanced-put: '])
  })

  it('stops at a flag that its page cannot have', () => {
    const set = (call: string, flags = 'G | k.__GFP_COMP'): string[] =>
      errors(`const g = k.alloc_pages(${flags}, 2)!\nconst t = k.nth_page(g, 1)\n${call}`)
    const compound = [`bug-on: ${dumped('VM_BUG_ON_PAGE(1 && PageCompound(page))')}`]
    const tail = [`bug-on: ${dumped('VM_BUG_ON_PAGE(1 && PageTail(page))')}`]
    expect(set('k.SetPageReserved(g)')).toEqual(compound)
    expect(set('k.ClearPageReserved(t)')).toEqual(compound)
    expect(set('k.ClearPageUptodate(t)')).toEqual(tail)
    expect(set('k.SetPageUptodate(t)')).toEqual([`bug-on: ${dumped('VM_BUG_ON_PAGE(page->compound_head & 1)')}`])
    expect(set('k.SetPageUptodate(g)\nk.SetPageDirty(t)\nk.SetPagePrivate(t)\nk.ClearPagePrivate(t)')).toEqual([])
    expect(set('k.SetPageReserved(t)\nk.ClearPageReserved(t)', 'G')).toEqual([])
  })

  it('stops at the unlock of a page that is not locked', () => {
    const unlock = (call: string): string[] => errors(`const g = k.alloc_page(G)!\n${call}`)
    const said = [`bug-on: ${dumped('VM_BUG_ON_FOLIO(!folio_test_locked(folio))')}`]
    expect(unlock('k.unlock_page(g)')).toEqual(said)
    expect(unlock('k.folio_unlock(k.page_folio(g))')).toEqual(said)
    expect(unlock('k.lock_page(g)\nk.unlock_page(g)')).toEqual([])
  })

  it('names the page of a slab that is put', () => {
    const body = 'const p: any = k.kmalloc(256, G)\nk.put_page(k.virt_to_page(p))'
    expect(errors(body)[0]).toMatch(/^mismatched-free: BUG: Bad page state in process insmod {2}pfn:[0-9a-f]{5}$/)
  })
})
