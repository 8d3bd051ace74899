import { describe, expect, it } from 'vitest'
import { MigrateType } from './free-lists.ts'
import { GFP_KERNEL } from './gfp.ts'
import { lab, type Lab } from './testing/lab.ts'

describe('a freed block', () => {
  /** A block of 8 frames as single pages, and the list of free single pages of its kind. */
  const single = (k: Lab) => {
    const base = k.alloc(3)
    k.step(() => k.pages.split(base, 3))
    const list = k.pages.lists.buddy(k.pages.zoneOf(base), 0, MigrateType.UNMOVABLE)
    const free = (...at: number[]) => {
      for (const i of at) k.free(base + i)
      k.step(() => k.pages.drainAll())
    }
    return { base, free, order0: () => k.pages.lists.blocks(list) }
  }

  it('is the next to be handed out', () => {
    const { base, free, order0 } = single(lab())
    free(5)
    free(0)
    expect(order0()).toEqual([base, base + 5])
  })

  it('is the last, if with its twin it would join a third block that is free (buddy_merge_likely)', () => {
    const { base, free, order0 } = single(lab())
    free(5)
    free(2, 3)
    free(0)
    expect(order0()).toEqual([base + 5, base])
  })

  it('is the last, if an exact allocation did not need it (FPI_TO_TAIL)', () => {
    const k = lab()
    const { base, free, order0 } = single(k)
    free(5)
    const exact = k.step(() => k.pages.allocExact(3 * 4096, GFP_KERNEL))
    expect(order0()).toEqual([base + 5, exact + 3])
  })

  it('leaves the per-cpu lists order by order (free_pcppages_bulk)', () => {
    const k = lab()
    const a = k.alloc(4)
    k.step(() => k.pages.split(a, 4))
    // Single pages at 0 and 2, a pair at 4: the pages go first, so that the one freed last is at the head.
    k.step(() => k.pages.freeUnref(a + 4, 1))
    for (const at of [0, 2]) k.free(a + at)
    k.step(() => k.pages.drainAll())
    const of = (order: number): number[] =>
      k.pages.lists.blocks(k.pages.lists.buddy(k.pages.zoneOf(a), order, MigrateType.UNMOVABLE))
    expect([of(0), of(1)[0]]).toEqual([[a + 2, a], a + 4])
  })
})
