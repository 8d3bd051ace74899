import { describe, expect, it } from 'vitest'
import { runSnippet } from '../runtime/testing/run-snippet.ts'

/** Takes pages until none is left, then runs `more`; the log without the takers' own failure. */
const short = (more: string, machine: Record<string, string> = {}): readonly string[] =>
  runSnippet(
    `import * as k from 'linux'
     const held: k.page[] = []
     const takeAll = (order: number, gfp: number) => {
       for (let p = k.alloc_pages(gfp, order); p !== null; p = k.alloc_pages(gfp, order)) held.push(p)
     }
     ${more}`,
    { memory: '4M', ...machine },
  ).log

describe('the kernel log of an allocation that failed', () => {
  it('says order, mask and the free blocks, in the words of warn_alloc()', () => {
    const log = short(`takeAll(0, k.GFP_KERNEL)`)
    expect(log[0]).toBe('insmod: page allocation failure: order:0, mode:0xcc0(GFP_KERNEL), nodemask=(null)')
    expect(log[1]).toMatch(/^DMA: 55\*4kB \([UME]+\) 0\*8kB .* 0\*4096kB = 220kB$/)
    expect(log).toHaveLength(2)
  })

  it('comes once in ten seconds, and then says how often it did not', () => {
    const log = short(`takeAll(0, k.GFP_KERNEL)
      k.alloc_page(k.GFP_KERNEL); k.alloc_page(k.GFP_ATOMIC | k.__GFP_NOWARN)
      k.msleep(9000); k.alloc_page(k.GFP_KERNEL); k.msleep(2000)
      k.alloc_pages(k.GFP_KERNEL | k.__GFP_COMP, 2)`)
    const lines = log.filter((line) => !line.startsWith('DMA'))
    expect(lines.slice(1)).toEqual([
      'warn_alloc: 2 callbacks suppressed',
      'insmod: page allocation failure: order:2, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)',
    ])
  })

  it('warns once of too large an order', () => {
    const log = short(`k.alloc_pages(k.GFP_KERNEL, 11); k.alloc_pages(k.GFP_KERNEL, 12)`)
    expect(log).toEqual(['WARNING: CPU: 0 PID: 100 at mm/page_alloc.c:4832 __alloc_pages_noprof'])
    expect(short(`k.alloc_pages(k.GFP_KERNEL | k.__GFP_NOWARN, 11)`)).toEqual([])
  })

  it('warns of sizes and masks that make no sense, and not of an array too large for a size_t', () => {
    const at = (where: string) => `WARNING: CPU: 0 PID: 100 at ${where}`
    expect(short(`k.kcalloc(2 ** 33, 2 ** 33, k.GFP_KERNEL)`)).toEqual([])
    expect(short(`k.kmalloc_array(2 ** 20, 2 ** 12, k.GFP_KERNEL)`, { memory: '64M', arch: 'i386-highmem' })).toEqual(
      [],
    )
    expect(short(`k.vmalloc(0)`)).toEqual([at('mm/vmalloc.c:3838 __vmalloc_node_range_noprof')])
    expect(short(`k.kvmalloc(2 ** 31, k.GFP_KERNEL)`)).toEqual([at('mm/util.c:670 __kvmalloc_node_noprof')])
    const log = short(
      `const p = k.alloc_pages_exact(4096, k.GFP_HIGHUSER)
       k.pr_info(String(p !== null) + (p?.addr === k.page_address(k.virt_to_page(p!))?.addr))`,
      { memory: '1G', arch: 'i386-highmem' },
    )
    expect(log).toEqual([at('mm/page_alloc.c:5139 alloc_pages_exact_noprof'), 'truetrue'])
  })

  it('has the numbers of the cache that could not grow', () => {
    const log = short(`takeAll(0, k.GFP_KERNEL | k.__GFP_NOWARN)
      const c = k.kmem_cache_create('thing', 200, 8, 0, null)!
      k.kmem_cache_alloc(c, k.GFP_KERNEL)`)
    expect(log.filter((line) => !line.startsWith('DMA'))).toEqual([
      'insmod: page allocation failure: order:0, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)',
      'SLUB: Unable to allocate memory on CPU 0 (of node 0) on node -1, gfp=0xcc0(GFP_KERNEL)',
      '  cache: thing, object size: 200, buffer size: 200, default order: 0, min order: 0',
      '  node 0: slabs: 0, objs: 0, free: 0',
    ])
  })

  it('has what vmalloc() lacked: the pages it got, all of memory, or addresses', () => {
    const log = short(`k.vmalloc(3 << 20)`).filter((line) => !line.startsWith('DMA'))
    expect(log).toEqual([
      'insmod: vmalloc error: size 2920448, failed to allocate pages, ' +
        'mode:0xcc2(GFP_KERNEL|__GFP_HIGHMEM), nodemask=(null)',
    ])
    expect(short(`k.vmalloc(8 << 20)`)[0]).toBe(
      'insmod: vmalloc error: size 8388608, exceeds total pages, mode:0xcc0(GFP_KERNEL), nodemask=(null)',
    )
    const narrow = { arch: 'i386-highmem', memory: '1G' }
    expect(short(`k.vmalloc(200 << 20)`, narrow).slice(0, 2)).toEqual([
      'vmalloc_node_range for size 209719296 failed: Address range restricted to 0xf8800000 - 0xff3fe000',
      'insmod: vmalloc error: size 209715200, vm_struct allocation failed, mode:0xcc0(GFP_KERNEL), nodemask=(null)',
    ])
  })
})
