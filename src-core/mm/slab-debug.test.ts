import { describe, expect, it } from 'vitest'
import { GFP_KERNEL, __GFP_ZERO } from './gfp.ts'
import { SLAB_CONSISTENCY_CHECKS, SLAB_POISON, SLAB_RED_ZONE } from './slab-flags.ts'
import { flagText, lab, type Lab } from './testing/lab.ts'

const ALL = SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON

/** A machine with one cache of 200-byte objects. */
function bench(flags: number, debug = false) {
  const k = lab({ debug })
  const id = k.step(() => k.slab.createCache('lab', 200, 8, flags, false))
  return {
    k,
    alloc: (gfp = GFP_KERNEL) => k.step(() => k.slab.cacheAlloc(id, gfp)),
    free: (phys: number) => flagText(k.step(() => k.slab.cacheFree(id, phys))),
    poke: (phys: number, value: number) => k.step(() => k.memory.writeU8(phys, value)),
    said: () => k.reports.list.map((report) => report.text.replace(/0xffff\S+ /, '')),
  }
}
const bytes = (k: Lab, phys: number, n: number): string =>
  Array.from({ length: n }, (_, i) => k.memory.readU8(phys + i).toString(16)).join(' ')

describe('debug flags of a cache (KERNEL_FACTS 3.6, ground truth j)', () => {
  it('paint red zones by whether the object is allocated, and the same poison in both states', () => {
    const { k, alloc, free } = bench(ALL)
    const a = alloc()
    expect([bytes(k, a - 8, 8), bytes(k, a, 2), bytes(k, a + 198, 4)]).toEqual([
      'cc cc cc cc cc cc cc cc',
      '6b 6b',
      '6b a5 cc cc',
    ])
    free(a)
    expect([bytes(k, a - 8, 1), bytes(k, a + 198, 4)]).toEqual(['bb', '6b a5 bb bb'])
    expect(bytes(k, alloc(GFP_KERNEL | __GFP_ZERO) + 198, 4)).toBe('0 0 cc cc')
  })

  it('find a byte written behind the object when it is freed, and keep the object', () => {
    const { alloc, free, poke, said } = bench(SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE)
    const a = alloc()
    poke(a + 200, 0x41)
    expect(free(a)).toBe('WARNED')
    expect(said()).toEqual([
      '[Right Redzone overwritten] @offset=208. First byte 0x41 instead of 0xcc\nBUG lab (Not tainted): Object corrupt',
    ])
    expect(alloc()).not.toBe(a)
  })

  it('find a byte written into a free object when it is next allocated, and give another one from a new slab', () => {
    const { alloc, free, poke, said } = bench(ALL)
    const a = alloc()
    free(a)
    poke(a + 16, 0x43)
    const b = alloc()
    expect(Math.floor(b / 4096)).not.toBe(Math.floor(a / 4096))
    expect(said()).toEqual([
      '[Poison overwritten] @offset=24. First byte 0x43 instead of 0x6b\nBUG lab (Not tainted): Object corrupt',
    ])
  })

  it('refuse a second free', () => {
    const { alloc, free, said } = bench(SLAB_CONSISTENCY_CHECKS)
    const [a, b] = [alloc(), alloc()]
    free(a)
    expect(free(a)).toBe('WARNED')
    free(b)
    expect(free(b)).toBe('WARNED')
    expect(said()).toEqual([
      'BUG lab (Not tainted): Object already free',
      'BUG lab (Not tainted): Slab has 0 allocated objects but 1 are to be freed',
    ])
  })

  it('write without looking when consistency checks are not asked for', () => {
    const { alloc, free, poke, said } = bench(SLAB_RED_ZONE)
    const a = alloc()
    poke(a + 200, 0x41)
    expect([free(a), alloc() === a, said()]).toEqual(['LAST', true, []])
  })

  it('work under KASAN too, when the quarantine lets an object go', () => {
    const { k, alloc, free, poke, said } = bench(ALL, true)
    const a = alloc()
    poke(a + 200, 0x41)
    expect(free(a)).toBe('LAST')
    expect(said()).toEqual([])
    k.step(() => k.slab.shrinkCache(k.slab.caches.length - 1))
    expect(said()[0]).toContain('Right Redzone overwritten')
  })
})
