import { describe, expect, it } from 'vitest'
import { FrameKind } from '../trace/fields.ts'
import { GFP_KERNEL, __GFP_MEMALLOC, __GFP_NOWARN, __GFP_ZERO } from './gfp.ts'
import { checkInvariants } from './invariants.ts'
import { SLAB_CONSISTENCY_CHECKS, SLAB_TYPESAFE_BY_RCU } from './slab-flags.ts'
import { flagText, lab, type Lab } from './testing/lab.ts'

const kmalloc = (k: Lab, bytes = 256, gfp = GFP_KERNEL): number => k.step(() => k.slab.kmalloc(bytes, gfp))
const kfree = (k: Lab, phys: number): string => flagText(k.step(() => k.slab.kfree(phys)))
const page = (phys: number): number => phys >>> 12

describe('slab objects (ground truth c, j)', () => {
  it('a page reference does not keep an object: the next kmalloc returns its address (case c)', () => {
    const k = lab()
    const a = kmalloc(k)
    expect([k.refs.refCount(page(a)), k.slab.isSlab(page(a)), k.slab.ksize(a)]).toEqual([1, true, 256])
    k.get(page(a))
    expect(kfree(k, a)).toBe('LAST')
    expect([kmalloc(k), k.refs.refCount(page(a))]).toEqual([a, 2])
  })

  it('with KASAN the quarantine keeps a freed object back (case c, debug)', () => {
    const k = lab({ debug: true })
    const a = kmalloc(k)
    kfree(k, a)
    const b = kmalloc(k)
    expect([b === a, kmalloc(k) - b]).toEqual([false, 512])
    checkInvariants(k)
  })

  it('the quarantine lets the oldest go when it holds 1/32 of memory', () => {
    const k = lab({ debug: true, memory: 4 * 2 ** 20 })
    const first = kmalloc(k)
    let others = 0
    for (let p = first; others < 2000; others++) {
      kfree(k, p)
      p = kmalloc(k)
      if (p === first) break
    }
    expect(others * 512).toBeGreaterThanOrEqual((4 * 2 ** 20) / 32)
    expect(others).toBeLessThan(2000)
    checkInvariants(k)
  })

  for (const debug of [false, true]) {
    it(`a foreign reference keeps the page of a released slab, untyped (case c_slab_page_ref, debug=${debug})`, () => {
      const k = lab({ debug })
      const cache = k.step(() => k.slab.createCache('lab_c', 200, 8, 0, false))
      const a = k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL))
      k.get(page(a))
      k.step(() => k.slab.cacheFree(cache, a))
      expect(k.refs.refCount(page(a))).toBe(2)
      k.step(() => k.slab.shrinkCache(cache))
      expect([k.refs.refCount(page(a)), k.kinds(page(a), 1), k.slab.isSlab(page(a))]).toEqual([1, 'page', false])
      expect(flagText(k.step(() => k.slab.destroyCache(cache)))).toBe('LAST')
      expect([k.refs.refCount(page(a)), flagText(k.put(page(a))), k.kinds(page(a), 1)]).toEqual([1, 'LAST', 'pcp'])
      checkInvariants(k)
    })
  }

  it('an empty slab without foreign references goes back at the shrink of its cache', () => {
    const k = lab()
    const cache = k.step(() => k.slab.createCache('lab_c', 200, 8, 0, false))
    const a = k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL))
    k.step(() => k.slab.cacheFree(cache, a))
    k.step(() => k.slab.shrinkCache(cache))
    expect([k.refs.refCount(page(a)), k.frames.kindOf(page(a)), k.slab.isSlab(page(a))]).toEqual([
      0,
      FrameKind.PCP,
      false,
    ])
    checkInvariants(k)
  })

  it('a slab of a TYPESAFE_BY_RCU cache goes back only after a grace period', () => {
    const k = lab()
    const cache = k.step(() => k.slab.createCache('lab_rcu', 200, 8, SLAB_TYPESAFE_BY_RCU, false))
    const a = k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL))
    k.step(() => k.slab.cacheFree(cache, a))
    k.step(() => k.slab.shrinkCache(cache))
    const before = k.kinds(page(a), 1)
    k.step(() => k.slab.gracePeriodEnded())
    expect([before, k.kinds(page(a), 1)]).toEqual(['slab', 'pcp'])
    checkInvariants(k)
  })

  it('a fresh slab hands out ascending addresses, freed objects come back last first (case j)', () => {
    const k = lab()
    const cache = k.step(() => k.slab.createCache('lab200', 200, 8, 0, false))
    const o = Array.from({ length: 8 }, () => k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL)))
    expect(o.map((phys) => phys - o[0])).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400])
    for (const i of [2, 5, 1]) k.step(() => k.slab.cacheFree(cache, o[i]))
    const n = Array.from({ length: 4 }, () => k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL)))
    expect(n.map((phys) => phys - o[0])).toEqual([200, 1000, 400, 1600])
  })

  it('compatible caches are one on a plain kernel and two with KASAN', () => {
    const ids = (debug: boolean): number[] => {
      const k = lab({ debug })
      return ['one', 'two'].map((name) => k.step(() => k.slab.createCache(name, 200, 8, 0, false)))
    }
    const [plain, kasan] = [ids(false), ids(true)]
    expect([plain[0] === plain[1], kasan[0] === kasan[1]]).toEqual([true, false])
  })

  it('a destroy with objects left is refused and reported (case j_remaining)', () => {
    const k = lab()
    const cache = k.step(() => k.slab.createCache('lab_remain', 200, 8, 0, false))
    k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL))
    expect(flagText(k.step(() => k.slab.destroyCache(cache)))).toBe('FAILED WARNED')
    expect(k.reports.list.map(({ text }) => text)).toEqual([
      'BUG lab_remain (Not tainted): Objects remaining on __kmem_cache_shutdown()',
      'kmem_cache_destroy lab_remain: Slab cache still has objects when called from insmod',
    ])
  })

  it('slabs of more than one page are compound', () => {
    const k = lab()
    const a = kmalloc(k, 1024)
    expect([k.frames.compoundOrder(page(a)), k.refs.count(page(a + 4096))]).toEqual([1, 1])
  })

  it('an object freed by another cpu is used again when the slab is a cpu slab with an empty list', () => {
    const k = lab({ cpus: 2 })
    const objects = Array.from({ length: 16 }, () => kmalloc(k))
    k.setCpu(1)
    kfree(k, objects[3])
    k.setCpu(0)
    expect(kmalloc(k)).toBe(objects[3])
    checkInvariants(k)
  })
})

describe('slab pages by era (KERNEL_FACTS 3.8)', () => {
  it('have a count of 1 in v6.12 and are frozen from v6.14 on', () => {
    const draw = (era: string): string => {
      const k = lab({}, era)
      const a = kmalloc(k)
      const before = k.refs.refCount(page(a))
      const got = flagText(k.get(page(a)))
      return `${before} [${got}] ${k.refs.refCount(page(a))} [${flagText(k.put(page(a)))}]`
    }
    expect(['v6.12', 'v6.14', 'memdesc'].map(draw)).toEqual([
      '1 [] 2 []',
      '0 [DECLINED WARNED] 0 [DECLINED]',
      '0 [DECLINED WARNED] 0 [DECLINED]',
    ])
  })

  it('of large kmalloc are counted until v6.14 and frozen from v6.17 on', () => {
    const draw = (era: string): string => {
      const k = lab({}, era)
      const a = kmalloc(k, 20_000)
      k.get(page(a))
      const freed = kfree(k, a)
      return `[${freed}] ${k.refs.refCount(page(a))}`
    }
    expect(['v6.12', 'v6.14', 'v6.17'].map(draw)).toEqual(['[] 1', '[] 1', '[LAST] 0'])
  })
})

describe('misuse of slab memory', () => {
  it('a double free on a plain kernel is silent and makes a circle: a, b, a come back', () => {
    const k = lab()
    const [a, b] = [kmalloc(k), kmalloc(k)]
    expect([kfree(k, a), kfree(k, b), kfree(k, a)]).toEqual(['LAST', 'LAST', ''])
    expect([kmalloc(k), kmalloc(k), kmalloc(k)]).toEqual([a, b, a])
    expect(k.reports.list).toEqual([])
  })

  it('a double free with KASAN is reported and frees nothing', () => {
    const k = lab({ debug: true })
    const a = kmalloc(k)
    expect([kfree(k, a), kfree(k, a)]).toEqual(['LAST', 'WARNED'])
    expect(k.reports.list.map(({ text }) => text)).toEqual(['BUG: KASAN: double-free in insmod'])
  })

  it('an interior pointer is refused', () => {
    const k = lab({ debug: true })
    expect([kfree(k, kmalloc(k) + 8), k.reports.list[0].text]).toEqual([
      'WILD WARNED',
      'BUG: KASAN: invalid-free in insmod',
    ])
  })

  it('kfree of a page warns and frees it all the same (bad_kfree_page)', () => {
    const k = lab()
    const p = k.alloc()
    expect([kfree(k, p * 4096), k.refs.refCount(p)]).toEqual(['LAST WARNED', 0])
    expect(k.reports.list[0].text).toContain('object pointer: 0x')
  })

  it('kfree of an address without memory stops the task (bad_kfree_vmalloc)', () => {
    expect(kfree(lab(), 2 ** 40)).toBe('FAULT WILD')
  })

  it('__free_page of a slab page: silent on a plain kernel, the type stays (bad_freepage_slab)', () => {
    const k = lab()
    const p = page(kmalloc(k))
    expect([flagText(k.free(p)), k.refs.refCount(p), k.slab.isSlab(p), k.refs.mapcount(p)]).toEqual([
      'LAST',
      0,
      true,
      0,
    ])
  })

  it('__free_page of a slab page: a bad page on a debug kernel (bad_freepage_slab)', () => {
    const k = lab({ debug: true })
    const p = page(kmalloc(k))
    expect([flagText(k.free(p)), k.kinds(p, 1)]).toEqual(['LAST WARNED', 'bad'])
    expect(k.reports.list[0].text.split('\n').at(-1)).toBe('page dumped because: nonzero mapcount')
  })

  it('a page without objects given to a cache: told once and left alone, with consistency checks', () => {
    const k = lab()
    const p = k.alloc()
    const [one, two] = [SLAB_CONSISTENCY_CHECKS, 0].map((flags, i) =>
      k.step(() => k.slab.createCache(`c${i}`, 200 + 100 * i, 8, flags, false)),
    )
    const given = [one, one, two].map((id) => flagText(k.step(() => k.slab.cacheFree(id, p * 4096))))
    expect(given).toEqual(['FAILED WARNED', 'FAILED', 'FAULT WILD'])
    expect(k.reports.list.map(({ text }) => text)).toEqual(['virt_to_cache: Object is not a Slab page!'])
    expect(k.counts(p, 1)).toBe('1')
  })

  it('an object freed through the wrong cache goes back to its own', () => {
    const k = lab({ debug: true })
    const [one, two] = ['one', 'two'].map((name) => k.step(() => k.slab.createCache(name, 200, 8, 0, false)))
    const a = k.step(() => k.slab.cacheAlloc(one, GFP_KERNEL))
    expect(flagText(k.step(() => k.slab.cacheFree(two, a)))).toBe('LAST')
    expect(k.slab.allocationAt(a)).toBe(0)
  })
})

describe('a slab when memory is in pieces', () => {
  /** A machine whose free memory are single pages, and so many pages that nobody has. */
  function pieces(debug = false): Lab {
    const k = lab({ memory: 8 * 2 ** 20, debug })
    const held: number[] = []
    const all = GFP_KERNEL | __GFP_MEMALLOC | __GFP_NOWARN
    for (let pfn = k.alloc(0, all); pfn >= 0; pfn = k.alloc(0, all)) held.push(pfn)
    for (const pfn of held) if (pfn % 2 === 0) k.free(pfn)
    k.step(() => k.pages.drainAll())
    return k
  }

  it('has the smallest order, and the objects that fit into it', () => {
    const k = pieces()
    const a = kmalloc(k, 1024)
    const cache = k.slab.caches[k.slab.cacheAt(a)]
    const slab = k.slab.table.count - 1
    expect([cache.order, cache.objects, cache.minOrder, cache.minObjects]).toEqual([1, 8, 0, 4])
    expect([k.frames.compoundOrder(page(a)), k.slab.table.order[slab], k.slab.table.objects[slab]]).toEqual([0, 0, 4])
    const all = [a, ...Array.from({ length: 7 }, () => kmalloc(k, 1024))]
    expect(new Set(all.map(page)).size).toBe(2)
    checkInvariants(k)
    for (const phys of all) expect(kfree(k, phys)).toBe('LAST')
    k.step(() => k.slab.shrinkCache(cache.id))
    expect([cache.slabs, k.kinds(page(a), 1)]).toEqual([0, 'pcp'])
    checkInvariants(k)
  })

  it('gives whole slabs again when there is room: ids are used for both sizes', () => {
    const k = pieces()
    const a = kmalloc(k, 2048)
    const { id } = k.slab.caches[k.slab.cacheAt(a)]
    kfree(k, a)
    k.step(() => k.slab.shrinkCache(id))
    for (let pfn = 257; pfn < 1024; pfn += 2) if (k.frames.kindOf(pfn) === FrameKind.PAGE) k.free(pfn)
    k.step(() => k.pages.drainAll())
    const b = kmalloc(k, 2048)
    expect(k.frames.compoundOrder(k.frames.headOf(page(b)))).toBe(2)
    checkInvariants(k)
  })

  it('does not take an address behind its last object for one', () => {
    const k = pieces()
    const id = k.step(() => k.slab.createCache('odd', 1400, 8, 0, false))
    const a = k.step(() => k.slab.cacheAlloc(id, GFP_KERNEL))
    expect([k.slab.caches[id].order, k.slab.caches[id].minObjects]).toEqual([2, 2])
    expect([k.slab.objectAt(a + 2800), flagText(k.step(() => k.slab.cacheFree(id, a + 2800)))]).toEqual([-1, 'WILD'])
  })

  it('fails when not even that is left, with a warning of the smallest order', () => {
    const k = pieces()
    expect(kmalloc(k, 8192)).toBe(-1)
    expect(k.reports.list[0]?.text).toContain('page allocation failure: order:1')
  })
})

describe('kmalloc', () => {
  it('rounds up to its classes', () => {
    const k = lab()
    expect([1, 8, 9, 24, 33, 64, 65, 96, 97, 129, 193, 257, 4097, 8192, 8193].map((n) => k.slab.roundUp(n))).toEqual([
      8, 8, 16, 32, 64, 64, 96, 96, 128, 192, 256, 512, 8192, 8192, 16384,
    ])
  })

  it('zeroes the whole object with __GFP_ZERO', () => {
    const k = lab()
    const a = kmalloc(k)
    k.step(() => k.memory.fill(a, 256, 0x5a))
    kfree(k, a)
    expect([kmalloc(k, 200, GFP_KERNEL | __GFP_ZERO), k.memory.bytes(a, 256).every((byte) => byte === 0)]).toEqual([
      a,
      true,
    ])
  })

  it('fails above the largest order', () => {
    expect(kmalloc(lab(), 4 * 2 ** 20 + 1)).toBe(-1)
  })

  it('krealloc stays in place while it fits and copies when it moves', () => {
    const k = lab()
    const a = kmalloc(k, 100)
    const id = k.slab.allocationAt(a)
    k.step(() => k.memory.writeU32(a + 96, 0x1234_5678))
    expect([k.step(() => k.slab.krealloc(a, 128, GFP_KERNEL)), k.slab.allocationAt(a)]).toEqual([a, id])
    const b = k.step(() => k.slab.krealloc(a, 129, GFP_KERNEL))
    expect([b === a, k.slab.allocationAt(a), k.memory.readU32(b + 96)]).toEqual([false, 0, 0x1234_5678])
    expect(k.trace.lastAllocation).toBe(k.slab.allocationAt(b))
  })
})
