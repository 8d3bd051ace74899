import { describe, expect, it } from 'vitest'
import { GFP_HIGHUSER } from './gfp.ts'
import { flagText, lab, type Lab } from './testing/lab.ts'

const i386 = (debug = true): Lab => lab({ arch: 'i386-highmem', memory: 64 * 2 ** 20, highmem: 32 * 2 ** 20, debug })
const TASK = 0

describe('kmap_local_page (ground truth i)', () => {
  it('on x86-64 is the linear map: no slot, and order violations change nothing', () => {
    const k = lab()
    const [p, q] = [k.alloc(), k.alloc()]
    const [a, b] = [p, q].map((pfn) => k.step(() => k.highmem.mapLocal(TASK, pfn)))
    expect([k.highmem.slotAddress(a), k.frames.rights[p], k.refs.refCount(p)]).toEqual([undefined, 1, 1])
    expect(flagText(k.step(() => k.highmem.unmapLocal(TASK, p)))).toBe('')
    expect([k.highmem.endedRight, k.highmem.expectedRight]).toEqual([a, b])
    k.step(() => k.highmem.unmapLocal(TASK, q))
    expect([k.highmem.endedRight, k.highmem.expectedRight, k.frames.rights[p]]).toEqual([b, b, 0])
    expect(k.reports.list).toEqual([])
  })

  it('with HIGHMEM gives each mapping its own descending slot, and a freed slot is the next one used', () => {
    const k = i386()
    const pages = Array.from({ length: 4 }, () => k.alloc(0, GFP_HIGHUSER))
    expect(pages.every((pfn) => k.highmem.isHighmem(pfn))).toBe(true)
    const addresses = [...pages, pages[0]].map((pfn) =>
      k.highmem.slotAddress(k.step(() => k.highmem.mapLocal(TASK, pfn)))?.toString(16),
    )
    expect(addresses).toEqual(['ffffb000', 'ffff9000', 'ffff7000', 'ffff5000', 'ffff3000'])
    k.step(() => k.highmem.unmapLocal(TASK, pages[0]))
    k.step(() => k.highmem.unmapLocal(TASK, pages[3]))
    expect(k.highmem.slotAddress(k.step(() => k.highmem.mapLocal(TASK, pages[1])))?.toString(16)).toBe('ffff5000')
    expect(k.highmem.pfnOfSlot(TASK, 0xffff_5010n)).toBe(pages[1])
  })

  it('without debugging has no guard pages between the slots, and one slot less', () => {
    const slots = (debug: boolean): string[] => {
      const k = i386(debug)
      const map = (pfn: number): number => k.step(() => k.highmem.mapLocal(TASK, pfn))
      // Low memory takes none.
      for (let i = 0; i < 20; i++) map(k.alloc())
      const made = Array.from({ length: 17 }, () => map(k.alloc(0, GFP_HIGHUSER))).filter((right) => right > 0)
      return made.map((right) => k.highmem.slotAddress(right)?.toString(16) ?? '')
    }
    const [plain, guarded] = [slots(false), slots(true)]
    expect([plain.length, ...plain.slice(0, 2)]).toEqual([15, 'ffffc000', 'ffffb000'])
    expect([guarded.length, ...guarded.slice(0, 2)]).toEqual([16, 'ffffb000', 'ffff9000'])
  })

  it('with HIGHMEM warns when the order is broken', () => {
    const k = i386()
    const [p, q] = [k.alloc(0, GFP_HIGHUSER), k.alloc(0, GFP_HIGHUSER)]
    k.step(() => k.highmem.mapLocal(TASK, p))
    k.step(() => k.highmem.mapLocal(TASK, q))
    expect(flagText(k.step(() => k.highmem.unmapLocal(TASK, p)))).toBe('WARNED')
    expect(k.reports.list[0].text).toContain('kunmap_local_indexed')
  })

  it('low memory of a HIGHMEM machine has no slot', () => {
    const k = i386()
    expect(k.highmem.slotAddress(k.step(() => k.highmem.mapLocal(TASK, k.pages.take(0, 0))))).toBeUndefined()
  })
})

describe('kmap', () => {
  it('gives a page one address, which stays after the last kunmap', () => {
    const k = i386()
    const p = k.alloc(0, GFP_HIGHUSER)
    const [a, b] = [k.step(() => k.highmem.map(p)), k.step(() => k.highmem.map(p))]
    expect([b - a, k.highmem.kmapAddress(p)?.toString(16)]).toEqual([1, 'ff401000'])
    expect([k.step(() => k.highmem.unmap(p)), k.step(() => k.highmem.unmap(p))]).toEqual([0, 0])
    expect([flagText(k.step(() => k.highmem.unmap(p))), k.highmem.kmapAddress(p)?.toString(16)]).toEqual([
      'FAILED',
      'ff401000',
    ])
  })
})
