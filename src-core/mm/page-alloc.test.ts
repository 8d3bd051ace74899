import { describe, expect, it } from 'vitest'
import { Flag } from '../trace/ops.ts'
import {
  GFP_ATOMIC,
  GFP_DMA,
  GFP_HIGHUSER,
  GFP_HIGHUSER_MOVABLE,
  GFP_KERNEL,
  __GFP_DMA,
  __GFP_HIGH,
  __GFP_MEMALLOC,
  __GFP_NOFAIL,
  __GFP_RECLAIMABLE,
  __GFP_ZERO,
} from './gfp.ts'
import { checkInvariants } from './invariants.ts'
import { flagText, lab } from './testing/lab.ts'

describe('page references (ground truth a, b)', () => {
  it('a fresh page has a count of 1, and __free_page with another reference frees nothing (case a)', () => {
    const k = lab()
    const p = k.alloc()
    const seen = [k.counts(p, 1)]
    k.get(p)
    seen.push(k.counts(p, 1))
    k.put(p)
    seen.push(k.counts(p, 1))
    k.get(p)
    seen.push(k.counts(p, 1))
    expect(flagText(k.free(p))).toBe('')
    seen.push(k.counts(p, 1))
    expect(seen).toEqual(['1', '2', '1', '2', '1'])
    expect(k.alloc()).not.toBe(p)
    expect(flagText(k.put(p))).toBe('LAST')
    expect(k.counts(p, 1)).toBe('0')
    expect(k.alloc()).toBe(p)
  })

  it('a non-compound block with an extra reference keeps only its first page (case a_order2_noncomp)', () => {
    const k = lab()
    const p = k.alloc(2)
    expect(k.counts(p, 4)).toBe('1,0,0,0')
    expect(k.frames.compoundOrder(p)).toBe(0)
    k.get(p)
    expect(flagText(k.free(p, 2))).toBe('LAST')
    expect(k.counts(p, 4)).toBe('1,0,0,0')
    expect(k.kinds(p, 4)).toBe('page,pcp,pcp,pcp')
    expect(k.alloc(1, GFP_ATOMIC)).toBe(p + 2)
    expect(k.alloc(0, GFP_ATOMIC)).toBe(p + 1)
    k.put(p)
    expect(k.refs.refCount(p)).toBe(0)
  })

  it('a compound block with an extra reference stays whole until put_page (case a_order2_comp)', () => {
    const k = lab()
    const p = k.compound(2)
    expect([k.counts(p, 4), k.frames.compoundOrder(p), k.frames.headOf(p + 3) - p]).toEqual(['1,0,0,0', 2, 0])
    k.get(p)
    expect(k.free(p, 2)).toBe(0)
    expect([k.counts(p, 4), k.frames.headOf(p + 1) - p, k.kinds(p, 4)]).toEqual(['1,0,0,0', 0, 'page,page,page,page'])
    expect(flagText(k.put(p))).toBe('LAST')
    expect([k.counts(p, 4), k.kinds(p, 4)]).toEqual(['0,0,0,0', 'pcp,pcp,pcp,pcp'])
  })

  it('a reference taken on a tail lands on the head (case b)', () => {
    const k = lab()
    const h = k.compound(3)
    const t = h + 5
    k.get(t)
    expect([k.refs.refCount(t), k.refs.count(t), k.frames.compoundOrder(t)]).toEqual([0, 2, 0])
    k.free(h, 3)
    expect(k.counts(h, 8)).toBe('1,0,0,0,0,0,0,0')
    expect(flagText(k.put(t))).toBe('LAST')
  })

  it('split_page makes eight pages that are freed alone (case b_split)', () => {
    const k = lab()
    const h = k.alloc(3)
    const first = k.pages.allocationAt(h)
    k.step(() => k.pages.split(h, 3))
    expect(k.counts(h, 8)).toBe('1,1,1,1,1,1,1,1')
    expect(Array.from({ length: 8 }, (_, i) => k.pages.allocationAt(h + i) - first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    k.free(h)
    expect([k.counts(h, 2), k.kinds(h, 2)]).toEqual(['0,1', 'pcp,page'])
  })
})

describe('free lists (ground truth h)', () => {
  it('hand out again what was freed last, for each order of the per-cpu lists', () => {
    for (let order = 0; order <= 3; order++) {
      const k = lab()
      const x = k.alloc(order)
      const y = k.alloc(order)
      k.free(x, order)
      k.free(y, order)
      expect([k.frames.isBuddy(x), k.frames.isBuddy(y), k.alloc(order) === y], `order ${order}`).toEqual([
        false,
        false,
        true,
      ])
    }
  })

  it('give order 4 straight to the buddy lists', () => {
    const k = lab()
    const x = k.alloc(4)
    k.alloc(4)
    k.free(x, 4)
    expect(k.frames.isBuddy(x)).toBe(true)
  })

  it('merge twins, and only twins, as pages come back one by one (case h_merge)', () => {
    const k = lab()
    const b = k.alloc(4)
    k.step(() => k.pages.split(b, 4))
    const drawing: string[] = []
    for (const i of [0, 1, 3, 2, 4, 5, 6, 7, 15, 14, 13, 12, 11, 10, 9, 8]) {
      k.free(b + i)
      k.step(() => k.pages.drainAll())
      const heads = Array.from({ length: 16 }, (_, at) => at).filter((at) => k.frames.isBuddy(b + at))
      drawing.push(heads.map((at) => `${at}:${k.frames.order[b + at] - 1}`).join(' '))
    }
    expect(drawing.slice(0, -1)).toEqual([
      '0:0',
      '0:1',
      '0:1 3:0',
      '0:2',
      '0:2 4:0',
      '0:2 4:1',
      '0:2 4:1 6:0',
      '0:3',
      '0:3 15:0',
      '0:3 14:1',
      '0:3 13:0 14:1',
      '0:3 12:2',
      '0:3 11:0 12:2',
      '0:3 10:1 12:2',
      '0:3 9:0 10:1 12:2',
    ])
    checkInvariants(k)
  })

  it('have the batch sizes that were measured', () => {
    expect(lab({ memory: 512 * 2 ** 20 }).pages.pcp.batch).toEqual(Uint32Array.from([1, 31]))
  })

  it('give every frame back: after a drain the zones are as at boot', () => {
    const k = lab({ memory: 16 * 2 ** 20 })
    const before = k.pages.freeCount()
    const taken = Array.from({ length: 500 }, (_, i) => [k.alloc(i % 5), i % 5] as const)
    for (const [pfn, order] of taken) k.free(pfn, order)
    k.step(() => k.pages.drainAll())
    expect(k.pages.freeCount()).toBe(before)
    checkInvariants(k)
  })
})

describe('misuse on a plain kernel (KERNEL_FACTS 1.11)', () => {
  it('a second free makes the count -1, and the next allocation hands the page out once (bad_doublefree)', () => {
    const k = lab()
    const p = k.alloc()
    k.free(p)
    expect(flagText(k.free(p))).toBe('')
    expect(k.counts(p, 1)).toBe('-1')
    expect([k.alloc() === p, k.alloc() === p, k.counts(p, 1)]).toEqual([true, false, '1'])
  })

  it('put_page on a free page makes the count -1, get_page makes it 1 (bad_put0, bad_get0)', () => {
    const k = lab()
    const [p, q] = [k.alloc(), k.alloc()]
    k.free(p)
    k.free(q)
    k.put(p)
    k.get(q)
    expect([k.counts(p, 1), k.counts(q, 1), k.kinds(q, 1)]).toEqual(['-1', '1', 'pcp'])
  })

  it('__free_page of a compound tail touches only the tail (bad_comp_tail_free)', () => {
    const k = lab()
    const h = k.compound(2)
    k.free(h + 1)
    expect(k.counts(h, 4)).toBe('1,-1,0,0')
    k.free(h, 2)
    expect(k.counts(h, 4)).toBe('0,-1,0,0')
  })

  it('a compound head freed as order 0 loses its tails (bad_comp_order0)', () => {
    const k = lab()
    const h = k.compound(2)
    expect(flagText(k.free(h))).toBe('LAST')
    expect([k.counts(h, 4), k.kinds(h, 4), k.frames.headOf(h + 1)]).toEqual(['0,0,0,0', 'pcp,page,page,page', h])
    expect(k.frames.flags[h]).toBe(0)
  })

  it('a block freed as order 0 leaks its tails; freeing one makes it -1 (bad_order_small)', () => {
    const k = lab()
    const p = k.alloc(2)
    k.free(p)
    expect([k.counts(p, 4), k.alloc() === p]).toEqual(['0,0,0,0', true])
    k.step(() => k.pages.drainAll())
    expect([1, 2, 3].some((i) => k.frames.isBuddy(p + i))).toBe(false)
    k.free(p + 1)
    expect(k.counts(p, 4)).toBe('1,-1,0,0')
  })

  it('a page freed as order 1 takes its neighbour along: two owners, data wiped (bad_order_big)', () => {
    const k = lab()
    const b = k.alloc(1)
    k.step(() => k.pages.split(b, 1))
    k.step(() => k.memory.writeU8((b + 1) * 4096, 0x41))
    k.free(b, 1)
    expect(k.counts(b, 2)).toBe('0,1')
    expect(k.alloc(1, GFP_KERNEL | __GFP_ZERO)).toBe(b)
    expect([k.counts(b, 2), k.memory.readU8((b + 1) * 4096)]).toEqual(['1,1', 0])
    k.free(b + 1)
    expect(k.counts(b, 2)).toBe('1,0')
    expect(k.alloc()).toBe(b + 1)
  })

  it('split pages freed as one block keep their counts in free memory (bad_split_free)', () => {
    const k = lab()
    const p = k.alloc(2)
    k.step(() => k.pages.split(p, 2))
    k.free(p, 2)
    expect([k.counts(p, 4), k.kinds(p, 4)]).toEqual(['0,1,1,1', 'pcp,pcp,pcp,pcp'])
  })

  it('a stray reference on a tail frees the tail again inside its block', () => {
    const k = lab()
    const p = k.alloc(1)
    k.get(p + 1)
    k.free(p, 1)
    expect(flagText(k.put(p + 1))).toBe('LAST')
    expect([k.alloc(1), k.alloc()]).toEqual([p, p + 1])
  })

  it('a flag left set is cleared without a word (bad_flags)', () => {
    const k = lab()
    const p = k.alloc()
    k.step(() => k.frames.setFlags(p, 1))
    k.free(p)
    expect([k.frames.flags[p], k.reports.list]).toEqual([0, []])
  })
})

describe('misuse on a debug kernel (KERNEL_FACTS 1.11)', () => {
  const lines = (k: ReturnType<typeof lab>): string[] => k.reports.list.map(({ text }) => text.split('\n').at(-1) ?? '')

  it('stops the task at a second free, a put on a free page and a get on a free page', () => {
    const k = lab({ debug: true })
    const p = k.alloc()
    k.free(p)
    expect([k.free(p), k.put(p), k.get(p)].map(flagText)).toEqual(['FAULT', 'FAULT', 'FAULT'])
    expect([k.counts(p, 1), lines(k)]).toEqual([
      '0',
      [
        'kernel BUG at include/linux/mm.h:1140!',
        'kernel BUG at include/linux/mm.h:1140!',
        'kernel BUG at include/linux/mm.h:1444!',
      ],
    ])
  })

  it('stops the task when a compound head is freed with another order', () => {
    const k = lab({ debug: true })
    const h = k.compound(2)
    expect(flagText(k.free(h))).toBe('FAULT')
    expect([k.counts(h, 4), lines(k)]).toEqual(['0,0,0,0', ['kernel BUG at mm/page_alloc.c:1132!']])
  })

  it('takes a block with counted tails out of service: three reports (bad_split_free)', () => {
    const k = lab({ debug: true })
    const p = k.alloc(2)
    k.step(() => k.pages.split(p, 2))
    expect(flagText(k.free(p, 2))).toBe('LAST WARNED')
    expect([k.kinds(p, 4), lines(k)]).toEqual([
      'bad,bad,bad,bad',
      Array(3).fill('page dumped because: nonzero _refcount'),
    ])
  })

  it('reports a flag left set, which stays (bad_flags)', () => {
    const k = lab({ debug: true })
    const p = k.alloc()
    k.step(() => k.frames.setFlags(p, 1))
    k.free(p)
    expect([k.frames.flags[p], k.kinds(p, 1), lines(k)]).toEqual([
      1,
      'bad',
      ['page dumped because: PAGE_FLAGS_CHECK_AT_FREE flag(s) set'],
    ])
  })

  it('does not hand out a free page that somebody counts', () => {
    const k = lab({ debug: true })
    const p = k.alloc()
    k.free(p)
    k.step(() => k.refs.refInc(p))
    expect(k.alloc()).not.toBe(p)
    expect([k.kinds(p, 1), lines(k)]).toEqual(['bad', ['page dumped because: nonzero _refcount']])
  })
})

describe('the page allocator', () => {
  it('serves each mask from its zone and falls back downwards', () => {
    const k = lab({ memory: 32 * 2 ** 20 })
    expect([k.pages.zoneOf(k.alloc()), k.pages.zoneOf(k.alloc(0, GFP_DMA))]).toEqual([1, 0])
    while (k.pages.zoneOf(k.alloc(4)) === 1);
    // At a first attempt the zone above keeps its low watermark.
    const { low } = k.pages.watermarks
    expect(k.pages.buddy.free[1]).toBeGreaterThanOrEqual(low[1])
    expect(k.pages.buddy.free[1]).toBeLessThan(low[1] + 32)
  })

  it('fails with -1 and a message when nothing is left, and goes on after a free', () => {
    const k = lab({ memory: 4 * 2 ** 20 })
    const taken: number[] = []
    for (let pfn = k.alloc(); pfn >= 0; pfn = k.alloc()) taken.push(pfn)
    // 4 MiB less what is reserved, less the min watermark.
    expect([new Set(taken).size, k.pages.watermarks.min[0]]).toEqual([768 - 55, 55])
    expect(k.reports.list[0]?.text).toBe(
      'insmod: page allocation failure: order:0, mode:0xcc0(GFP_KERNEL), nodemask=(null)',
    )
    k.free(taken[7])
    expect(k.alloc()).toBe(taken[7])
    checkInvariants(k)
  })

  it('has the watermarks and reserves of a real machine of its size', () => {
    // 512 MiB, one node: min_free_kbytes 2890 of 130,816 pages (sqrt of 16 times the kilobytes).
    const k = lab({ memory: 512 * 2 ** 20 })
    const { min, low, high } = k.pages.watermarks
    expect([[...min], [...low], [...high]]).toEqual([
      [21, 701],
      [26, 876],
      [31, 1051],
    ])
    const reserve = (gfp: number): number[] => [0, 1].map((zone) => k.pages.watermarks.reserve(zone, gfp))
    expect([reserve(GFP_DMA), reserve(GFP_KERNEL)]).toEqual([
      [0, 0],
      [496, 0],
    ])
  })

  it('lets those who cannot wait go below the watermark, and those who free memory to the end', () => {
    const k = lab({ memory: 4 * 2 ** 20 })
    const left = (gfp: number): number => {
      while (k.alloc(0, gfp) >= 0);
      return k.pages.buddy.free[0]
    }
    const masks = [GFP_KERNEL, GFP_KERNEL | __GFP_HIGH, GFP_ATOMIC, GFP_KERNEL | __GFP_MEMALLOC]
    expect(masks.map(left)).toEqual([55, 28, 21, 0])
  })

  it('never tells a caller that may not fail that there is nothing while there is', () => {
    const k = lab({ memory: 4 * 2 ** 20 })
    while (k.alloc() >= 0);
    expect(k.alloc(0, GFP_KERNEL | __GFP_NOFAIL)).toBeGreaterThan(0)
  })

  it('takes high memory first where it may, and keeps low memory for those who need it', () => {
    const k = lab({ arch: 'i386-highmem', memory: 64 * 2 ** 20, highmem: 32 * 2 ** 20 })
    const zone = (gfp: number): string => k.info.zones[k.pages.zoneOf(k.alloc(0, gfp))].name
    expect([zone(GFP_HIGHUSER), zone(GFP_KERNEL), zone(GFP_DMA)]).toEqual(['HighMem', 'Normal', 'DMA'])
    while (zone(GFP_HIGHUSER) === 'HighMem');
    expect([zone(GFP_HIGHUSER), zone(GFP_HIGHUSER | __GFP_DMA)]).toEqual(['Normal', 'DMA'])
    while (k.alloc(0, GFP_HIGHUSER) >= 0);
    // A 32nd of high memory is kept back in Normal, a 256th of what is above in DMA.
    const { watermarks } = k.pages
    expect([0, 1].map((index) => watermarks.reserve(index, GFP_HIGHUSER))).toEqual([48, 256])
    expect(zone(GFP_KERNEL)).toBe('Normal')
  })

  it('gives the surplus of an exact allocation back at once', () => {
    const k = lab()
    const before = k.pages.freeCount()
    const p = k.step(() => k.pages.allocExact(5 * 4096, GFP_KERNEL))
    expect([k.counts(p, 8), before - k.pages.freeCount()]).toEqual(['1,1,1,1,1,0,0,0', 5])
    expect(flagText(k.step(() => k.pages.freeExact(p, 5 * 4096)))).toBe('LAST')
    expect(k.pages.freeCount()).toBe(before)
  })

  it('frees driver pages without a count in the memdesc era, whoever holds them', () => {
    const k = lab({}, 'memdesc')
    const p = k.alloc()
    expect([flagText(k.get(p)), k.counts(p, 1)]).toEqual(['DECLINED WARNED', '0'])
    expect([flagText(k.free(p)), flagText(k.free(p)), flagText(k.put(p))]).toEqual(['LAST', '', 'DECLINED'])
  })

  it('records two deltas for an allocation and two for a free of a page on the per-cpu list', () => {
    const k = lab()
    k.free(k.alloc())
    const before = k.chunks[0].ops.deltaEnd[1]
    const p = k.alloc()
    k.free(p)
    expect(k.chunks[0].ops.deltaEnd.slice(2, 4)).toEqual(Uint32Array.from([before + 2, before + 4]))
    expect(k.step(() => Flag.LAST)).toBe(16)
  })
})

describe('page->mapping', () => {
  it('that is set when a page is freed is a bad page with DEBUG_VM, and silent without (bad_mapping)', () => {
    const checked = lab({ debug: true })
    const page = checked.alloc()
    checked.step(() => checked.frames.setMapping(page, 0x1234000))
    expect(checked.free(page) & Flag.WARNED).toBe(Flag.WARNED)
    expect(checked.reports.list.at(-1)?.text).toContain('page dumped because: non-NULL mapping')
    const plain = lab()
    const other = plain.alloc()
    plain.step(() => plain.frames.setMapping(other, 0x1234000))
    expect(plain.free(other)).toBe(Flag.LAST)
    expect([plain.frames.mapping[other], plain.reports.list.length]).toEqual([0, 0])
    expect(plain.alloc()).toBe(other)
  })

  it('of anonymous memory is taken off by the free', () => {
    const k = lab({ debug: true })
    const page = k.alloc()
    k.step(() => k.frames.setMapping(page, 0x1001))
    expect([k.free(page), k.frames.mapping[page]]).toEqual([Flag.LAST, 0])
  })

  it('beats a mapcount and is beaten by a count, as reasons of a bad page', () => {
    const k = lab({ debug: true })
    const page = k.alloc()
    k.step(() => {
      k.frames.setMapcount(page, 1)
      k.frames.setMapping(page, 0x1000)
    })
    k.free(page)
    expect(k.reports.list.at(-1)?.text).toContain('non-NULL mapping')
  })

  it('a large folio freed with pins left is a bad page', () => {
    const k = lab({ debug: true })
    const head = k.compound(2)
    k.step(() => k.frames.setPincount(head, 1))
    k.free(head, 2)
    expect(k.reports.list.at(-1)?.text).toContain('nonzero pincount')
  })
})

describe('migrate types', () => {
  const MOVABLE = GFP_HIGHUSER_MOVABLE
  const machine = () => lab({ memory: 32 * 2 ** 20 })
  const typeOf = ({ pages }: ReturnType<typeof lab>, pfn: number): number =>
    pages.buddy.types[pfn >>> pages.buddy.blockOrder]

  it('are apart: what cannot be moved has page blocks of its own', () => {
    const k = machine()
    const [kernel, user, cache] = [k.alloc(), k.alloc(0, MOVABLE), k.alloc(0, GFP_KERNEL | __GFP_RECLAIMABLE)]
    expect([kernel, user, cache].map((pfn) => typeOf(k, pfn))).toEqual([0, 1, 2])
    expect(new Set([kernel, user, cache].map((pfn) => pfn >>> 9)).size).toBe(3)
  })

  it('take the largest block of another type when the own one has nothing left, and its page blocks with it', () => {
    const k = machine()
    const first = k.alloc()
    // A block of order 10 is two page blocks of 512 frames.
    expect([first % 1024, typeOf(k, first), typeOf(k, first + 512), typeOf(k, first + 1024)]).toEqual([0, 0, 0, 1])
  })

  it('give a page back to the type of its page block, whoever asked for it', () => {
    const k = machine()
    // More than half of a page block: it does not change hands.
    const kernel = Array.from({ length: 900 }, () => k.alloc())
    // Nothing movable is left: movable memory comes out of the blocks of others.
    const held: number[] = []
    for (let pfn = k.alloc(9, MOVABLE); pfn >= 0; pfn = k.alloc(9, MOVABLE)) held.push(pfn)
    const pages: number[] = []
    for (let pfn = k.alloc(0, MOVABLE); pfn >= 0; pfn = k.alloc(0, MOVABLE)) pages.push(pfn)
    const foreign = pages.find((pfn) => typeOf(k, pfn) === 0)
    if (foreign === undefined) throw new Error('movable memory took nothing from others')
    k.free(foreign)
    expect(k.alloc()).toBe(foreign)
    for (const pfn of pages) if (pfn !== foreign) k.free(pfn)
    for (const pfn of held) k.free(pfn, 9)
    for (const pfn of kernel) k.free(pfn)
    k.free(foreign)
    k.step(() => k.pages.drainAll())
    checkInvariants(k)
  })

  it('have page blocks of the size of a huge page, at most of the largest block', () => {
    const order = (arch: 'x86_64' | 'arm64-16k' | 'i386-highmem'): number => lab({ arch }).pages.buddy.blockOrder
    expect([order('x86_64'), order('arm64-16k'), order('i386-highmem')]).toEqual([9, 11, 10])
  })
})
