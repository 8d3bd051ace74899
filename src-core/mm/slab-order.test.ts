/** Which object comes next, and which caches are one: values that a real 6.12.117 kernel printed (plain, one cpu). */
import { describe, expect, it } from 'vitest'
import { GFP_KERNEL, GFP_KERNEL_ACCOUNT, __GFP_RECLAIMABLE } from './gfp.ts'
import { checkInvariants } from './invariants.ts'
import {
  SLAB_ACCOUNT,
  SLAB_CONSISTENCY_CHECKS,
  SLAB_NO_MERGE,
  SLAB_POISON,
  SLAB_RECLAIM_ACCOUNT,
} from './slab-flags.ts'
import { lab, type Lab } from './testing/lab.ts'

const create = (k: Lab, size: number, flags = SLAB_NO_MERGE, align = 0): number =>
  k.step(() => k.slab.createCache('lab', size, align, flags, false))
const take = (k: Lab, cache: number, n: number): number[] =>
  Array.from({ length: n }, () => k.step(() => k.slab.cacheAlloc(cache, GFP_KERNEL)))
const give = (k: Lab, cache: number, objects: readonly number[]): void => {
  for (const phys of objects) k.step(() => k.slab.cacheFree(cache, phys))
}
const shrink = (k: Lab, cache: number): number => k.step(() => k.slab.shrinkCache(cache))

describe('kmem_cache_shrink', () => {
  it('returns 1 while slabs are left', () => {
    const k = lab()
    const cache = create(k, 200)
    const before = shrink(k, cache)
    const objects = take(k, cache, 1)
    const held = shrink(k, cache)
    give(k, cache, objects)
    expect([before, held, shrink(k, cache)]).toEqual([0, 1, 0])
  })

  it('keeps the order of the freelist that it takes from the cpu', () => {
    const k = lab()
    const cache = create(k, 3000)
    const [first = 0] = take(k, cache, 2)
    shrink(k, cache)
    expect(take(k, cache, 3).map((phys) => phys - first)).toEqual([6000, 9000, 12_000])
    checkInvariants(k)
  })

  it('puts the fullest slab first, and of equally full ones the later', () => {
    const k = lab()
    const cache = create(k, 512)
    const objects = take(k, cache, 32)
    // Slabs of 8 objects: two free in the second and the third, one in the first.
    give(k, cache, [objects[0]!, objects[8]!, objects[9]!, objects[16]!, objects[17]!])
    shrink(k, cache)
    const slab = (phys: number): number => objects.findIndex((one) => one >>> 12 === phys >>> 12) >> 3
    expect(take(k, cache, 5).map(slab)).toEqual([0, 2, 2, 1, 1])
  })
})

describe('a cache with debug flags', () => {
  for (const flags of [SLAB_CONSISTENCY_CHECKS, SLAB_POISON]) {
    it(`has no slab of a cpu: what is freed to the first partial slab comes next (flags ${flags})`, () => {
      const k = lab()
      const cache = create(k, 512, flags | SLAB_NO_MERGE)
      const { objects: perSlab, stride } = k.slab.caches[cache]
      const objects = take(k, cache, perSlab + 4)
      give(k, cache, [objects[0]!])
      // The second slab is partial and stands first; the first one was linked behind it.
      expect(take(k, cache, 1)).toEqual([objects[perSlab]! + 4 * stride])
      checkInvariants(k)
    })
  }
})

describe('merging', () => {
  it('kmalloc caches are among those that a cache can be one with', () => {
    const k = lab()
    const p = k.step(() => k.slab.kmalloc(256, GFP_KERNEL))
    k.step(() => k.slab.kfree(p))
    const cache = create(k, 256, 0)
    expect(take(k, cache, 1)).toEqual([p])
    const reclaimable = create(k, 256, SLAB_RECLAIM_ACCOUNT)
    expect(k.slab.caches[reclaimable].name).toBe('kmalloc-rcl-256')
  })

  it('accounting changes nothing without memory cgroups', () => {
    const k = lab()
    const name = (gfp: number): string => k.slab.caches[k.slab.cacheAt(k.step(() => k.slab.kmalloc(100, gfp)))].name
    expect([name(GFP_KERNEL_ACCOUNT), name(GFP_KERNEL_ACCOUNT | __GFP_RECLAIMABLE)]).toEqual([
      'kmalloc-128',
      'kmalloc-rcl-128',
    ])
    expect(create(k, 7040, SLAB_ACCOUNT)).toBe(create(k, 7040, 0))
  })

  it('an alignment that is no power of two is a mask all the same', () => {
    const k = lab()
    expect([24, 12].map((align) => k.slab.caches[create(k, 100, SLAB_NO_MERGE, align)].stride)).toEqual([104, 112])
  })
})
