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

  it('stops at vfree() of an area that lost a page', () => {
    const body = `import * as k from 'linux'\nconst p = k.vmalloc(8192)!\nk.__free_page(k.vmalloc_to_page(p)!)
      k.vfree(p)\nk.pr_info('end')`
    const run = (debug: string): string[] => {
      const { report, record } = liveRun(body, 'v6.12', { debug })
      return [report.outcome, ...report.diagnoses.map(({ code }) => code), ...record.log.map(({ text }) => text)]
    }
    expect(run('on')).toEqual(['oops', 'mismatched-free'])
    expect(run('off')).toEqual(['completed', 'mismatched-free', 'end'])
  })

  it('names the page of a slab that is put', () => {
    const body = 'const p: any = k.kmalloc(256, G)\nk.put_page(k.virt_to_page(p))'
    expect(errors(body)[0]).toMatch(/^mismatched-free: BUG: Bad page state in process insmod {2}pfn:[0-9a-f]{5}$/)
  })
})

describe('KASAN and the allocators', () => {
  it('warns at the second kfree() of a large kmalloc() before KASAN does', () => {
    const { report } = liveRun(
      "import * as k from 'linux'\nconst p: any = k.kmalloc(20000, k.GFP_KERNEL)\nk.kfree(p)\nk.kfree(p)",
      'v6.12',
      { debug: 'on' },
    )
    const lines = (report.diagnoses[0]?.kernel ?? '').split('\n')
    expect(lines.map((line) => /free_large_kmalloc|double-free/.exec(line)?.[0])).toEqual([
      'free_large_kmalloc',
      'double-free',
    ])
  })

  it('takes the pages of a large kmalloc() for a compound block', () => {
    const free = (call: string): string[] =>
      errors(`const p: any = k.kmalloc(20000, G)\nconst g = k.virt_to_page(p)\n${call}`)
    expect(free('k.__free_pages(g, 3)')).toEqual(['mismatched-free: '])
    const order = 'page dumped because: VM_BUG_ON_PAGE(compound && compound_order(page) != order)'
    expect(free('k.__free_page(g)')).toEqual([`mismatched-free: ${order}`])
  })

  it('is silent where the kernel is', () => {
    expect(errors('const g = k.alloc_pages(G | k.__GFP_COMP, 2)!\nk.kfree(k.page_address(g))')).toEqual([
      'mismatched-free: ',
    ])
    expect(errors('k.vunmap(k.vmalloc(8192)!)')).toEqual(['mismatched-free: '])
    const cache = (flags: string): string =>
      `const c: any = k.kmem_cache_create('c', 100, 0, ${flags}, null)\nconst p: any = k.kmem_cache_alloc(c, G)\n`
    const use = 'k.kmem_cache_free(c, p)\np.read_u8(50)\nk.kmem_cache_destroy(c)'
    expect(errors(cache('k.SLAB_TYPESAFE_BY_RCU') + use)).toEqual(['slab-use-after-free: '])
    expect(errors(cache('0') + use)).toEqual(['slab-use-after-free: BUG: KASAN: slab-use-after-free'])
    expect(errors(`${cache('0')}k.kmem_cache_free(c, p)\nk.kmem_cache_destroy(c)\nk.kmem_cache_destroy(c)`)).toEqual([
      'slab-double-free: BUG: KASAN: slab-use-after-free',
    ])
  })

  it('tells an access far behind NULL from one in the first page', () => {
    const read = (at: number, debug: 'on' | 'off'): string | undefined =>
      errors(`const q: any = null\nq.read_u8(${at})`, debug)[0]
    expect(read(5000, 'on')).toBe('null-dereference: BUG: KASAN: user-memory-access')
    expect(read(4095, 'on')).toBe('null-dereference: BUG: KASAN: null-ptr-deref')
    expect(read(5000, 'off')).toBe('null-dereference: BUG: unable to handle page fault for address: 0000000000001388')
  })
})

describe('dma-debug', () => {
  const head = `import { sim } from 'sim'
    const dev = sim.device('lab')
    const a: any = k.kmalloc(512, G)
    const map = (p: any, n: number, d: number) => {
      const h = k.dma_map_single(dev, p, n, d)
      k.dma_mapping_error(dev, h)
      return h
    }
    const unmap = (h: bigint, n: number, d: number) => k.dma_unmap_single(dev, h, n, d)\n`
  const body = (text: string): string[] =>
    errors(head + text).map((line) =>
      line.replace(/ \[device address=\w+\]/g, '').replace(/DMA-API: lab lab: device driver /g, ''),
    )

  it('looks for the mapping that an unmap names by its direction too', () => {
    const two = (x: string, y: string): string[] =>
      body(`const h = map(a, 256, k.${x})\nconst g = map(a, 256, k.${y})\nunmap(g, 256, k.${y})\nunmap(h, 256, k.${x})`)
    expect(two('DMA_TO_DEVICE', 'DMA_FROM_DEVICE')).toEqual([])
    expect(two('DMA_FROM_DEVICE', 'DMA_TO_DEVICE')).toEqual([])
  })

  it('sees an overlap only where two mappings start in one cache line', () => {
    const overlap = (at: number): string[] =>
      body(`const h = map(a, 256, k.DMA_FROM_DEVICE)\nconst g = map(a.add(${at}), 64, k.DMA_FROM_DEVICE)
        k.dma_unmap_single(dev, g, 64, k.DMA_FROM_DEVICE)\nk.dma_unmap_single(dev, h, 256, k.DMA_FROM_DEVICE)`)
    expect(overlap(128)).toEqual(['dma-map-bad-area: '])
    expect(overlap(32)[0]).toMatch(/^dma-map-bad-area: DMA-API: lab lab: cacheline tracking EEXIST/)
  })

  it('knows coherent memory among the mappings', () => {
    const wrong = 'dma-unmap-mismatch: frees DMA memory with wrong function'
    const coherent = 'const at: bigint[] = []\nconst c = k.dma_alloc_coherent(dev, 8192, at, G)!\n'
    expect(
      body(`${coherent}k.dma_sync_single_for_cpu(dev, at[0]!, 8192, 0)\nk.dma_free_coherent(dev, 8192, c, at[0]!)`),
    ).toEqual([])
    expect(body(`${coherent}k.dma_unmap_single(dev, at[0]!, 8192, 0)`)).toEqual([
      `${wrong} [size=8192 bytes] [mapped as coherent] [unmapped as single]`,
    ])
    expect(body('const h = map(a, 256, 1)\nk.dma_free_coherent(dev, 256, a, h)')[0]).toBe(
      'mismatched-free: frees DMA memory with wrong function [size=256 bytes] [mapped as single]' +
        ' [unmapped as coherent]',
    )
  })

  it('names the bytes of the first entry of a list, and counts what a sync is given', () => {
    const list = (text: string): string[] =>
      body(`const sgl = [new k.scatterlist(), new k.scatterlist()]
        k.sg_init_table(sgl, 2)\nk.sg_set_buf(sgl[0]!, a, 512)
        k.sg_set_buf(sgl[1]!, k.kmalloc(64, G)!, 64)
        if (k.dma_map_sg(dev, sgl, 2, 1) === 0) throw 1
        ${text}`)
    expect(list('k.dma_unmap_sg(dev, sgl, 2, 2)')).toEqual([
      'dma-unmap-mismatch: frees DMA memory with different direction [size=512 bytes] [mapped with DMA_TO_DEVICE]' +
        ' [unmapped with DMA_FROM_DEVICE]',
    ])
    expect(list('k.dma_sync_sg_for_cpu(dev, sgl, 1, 1)\nk.dma_unmap_sg(dev, sgl, 2, 1)')).toEqual([
      'dma-unmap-mismatch: syncs DMA sg list with different entry count [map count=2] [sync count=1]',
    ])
    expect(
      list('k.dma_sync_single_for_cpu(dev, k.sg_dma_address(sgl[0]!), 512, 1)\nk.dma_unmap_sg(dev, sgl, 2, 1)'),
    ).toEqual([])
  })

  it('says of a sync in a wrong direction what the device cannot have done', () => {
    const sync = (call: string, was: string, is: string): string[] =>
      body(
        `const h = map(a, 256, k.${was})\nk.dma_sync_single_for_${call}(dev, h, 128, k.${is})\nunmap(h, 256, k.${was})`,
      )
    const ends = (was: string, is: string): string => `[size=256 bytes] [mapped with ${was}] [synced with ${is}]`
    const code = 'dma-unmap-mismatch: syncs'
    expect(sync('cpu', 'DMA_TO_DEVICE', 'DMA_FROM_DEVICE')).toEqual([
      `${code} DMA memory with different direction ${ends('DMA_TO_DEVICE', 'DMA_FROM_DEVICE')}\n` +
        `syncs device read-only DMA memory for cpu ${ends('DMA_TO_DEVICE', 'DMA_FROM_DEVICE')}`,
    ])
    expect(sync('device', 'DMA_FROM_DEVICE', 'DMA_TO_DEVICE')).toEqual([
      `${code} DMA memory with different direction ${ends('DMA_FROM_DEVICE', 'DMA_TO_DEVICE')}\n` +
        `syncs device write-only DMA memory to device ${ends('DMA_FROM_DEVICE', 'DMA_TO_DEVICE')}`,
    ])
    expect(sync('cpu', 'DMA_FROM_DEVICE', 'DMA_TO_DEVICE')).toEqual([
      `${code} DMA memory with different direction ${ends('DMA_FROM_DEVICE', 'DMA_TO_DEVICE')}`,
    ])
  })
})

it('vmap() of more pages than the machine has looks at none of them', () => {
  const body = `import * as k from 'linux'\nconst p = k.alloc_page(k.GFP_KERNEL)!
    k.pr_info(String(k.vmap([p], 1000000, k.VM_MAP, k.PAGE_KERNEL)))\nk.__free_page(p)`
  expect(liveRun(body, 'v6.12', { memory: '512M' }).record.log.map(({ text }) => text)).toEqual(['null'])
})
