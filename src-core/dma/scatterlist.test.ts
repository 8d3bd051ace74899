import { describe, expect, it } from 'vitest'
import { GFP_KERNEL } from '../mm/gfp.ts'
import { lab } from '../mm/testing/lab.ts'
import { mergePages, Scatterlists } from './scatterlist.ts'

const segments = (pfns: number[], offset: number, size: number, max: number): string =>
  mergePages(pfns, offset, size, max, 4096)
    .map((segment) => `${segment.pfn}+${segment.offset}:${segment.length}`)
    .join(' ')

describe('pages become entries', () => {
  it('as a 6.12 kernel made them (KERNEL_FACTS 6.8)', () => {
    const max = 0xffff_ffff
    expect([
      segments([0, 1, 2, 3], 0, 16384, max),
      segments([0, 1, 3, 5, 6, 7], 0, 24576, max),
      segments([0, 1, 2, 3], 100, 9000, max),
      segments([3, 2, 1, 0], 0, 16384, max),
      segments([0, 1, 2, 3], 0, 16384, 8192),
    ]).toEqual([
      '0+0:16384',
      '0+0:8192 3+0:4096 5+0:12288',
      '0+100:9000',
      '3+0:4096 2+0:4096 1+0:4096 0+0:4096',
      '0+0:8192 2+0:8192',
    ])
  })

  it('with a limit that is rounded down to pages and an offset in the first entry only', () => {
    expect(segments([10, 11, 12, 20, 21], 256, 5 * 4096 - 256, 8192 + 5)).toBe('10+256:7936 12+0:4096 20+0:8192')
    expect(segments([1, 3, 5], 0, 1000, 0xffff_ffff)).toBe('1+0:1000 3+0:4096 5+0:4096')
  })
})

describe('tables', () => {
  // Entries in a page (SG_MAX_SINGLE_ALLOC): of 32 bytes, of 20 on i386.
  it.each([
    ['x86_64', 128],
    ['i386-highmem', 204],
    ['arm64-16k', 512],
  ] as const)('take their entries from kmalloc, a page for each full chunk, and give all back (%s)', (arch, most) => {
    const kernel = lab(arch === 'i386-highmem' ? { arch, highmem: 32 * 2 ** 20 } : { arch })
    const lists = new Scatterlists(kernel)
    const free = kernel.pages.freeCount()
    let chunks: string[] = []
    kernel.step(() => {
      const made = [4, most - 1, most, most + 1, 2 * most].map((n) => lists.allocTable(n, GFP_KERNEL))
      const tables = made.filter((table) => typeof table !== 'number')
      chunks = tables.map((table) => table.chunks.map(({ isPage }) => (isPage ? 'page' : 'object')).join('+'))
      for (const table of tables) lists.freeTable(table)
    })
    expect(chunks).toEqual(['object', 'object', 'page', 'page+object', 'page+page+object'])
    expect(free - kernel.pages.freeCount()).toBeLessThanOrEqual(10)
  })

  it('cannot be empty', () => {
    expect(new Scatterlists(lab()).allocTable(0, GFP_KERNEL)).toBe(-22)
  })
})
