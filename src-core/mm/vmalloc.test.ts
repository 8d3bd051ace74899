import { describe, expect, it } from 'vitest'
import { FRAME_KIND_NAMES } from '../trace/fields.ts'
import { GFP_KERNEL } from './gfp.ts'
import { checkInvariants } from './invariants.ts'
import { flagText, lab, type Lab } from './testing/lab.ts'
import { VM_MAP, VM_MAP_PUT_PAGES } from './vmalloc-flags.ts'

const PAGE = 4096
const vmalloc = (k: Lab, bytes: number): number => k.step(() => k.vmalloc.alloc(bytes, GFP_KERNEL))
const vfree = (k: Lab, vpage: number): string => flagText(k.step(() => k.vmalloc.free(vpage)))
const pagesOf = (k: Lab, vpage: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => k.vmalloc.translate(vpage + i))

describe('vmalloc (ground truth d)', () => {
  it('maps single pages with a count of 1 and a guard page behind them', () => {
    const k = lab()
    const v = vmalloc(k, 4 * PAGE)
    const pages = pagesOf(k, v, 4)
    expect(pages.map((pfn) => `${FRAME_KIND_NAMES[k.frames.kindOf(pfn)]} ${k.refs.refCount(pfn)}`)).toEqual(
      Array(4).fill('vmalloc 1'),
    )
    expect([k.vmalloc.translate(v + 4), k.vmalloc.allocationAt(v + 3), k.vmalloc.allocationAt(v + 4)]).toEqual([
      -1,
      k.trace.lastAllocation,
      0,
    ])
  })

  it('vfree drops one count a page: a held page survives, the others are used again (case d)', () => {
    const k = lab()
    const v = vmalloc(k, 4 * PAGE)
    const pages = pagesOf(k, v, 4)
    k.get(pages[0])
    expect(vfree(k, v)).toBe('LAST')
    expect([pages.map((pfn) => k.refs.refCount(pfn)), k.vmalloc.translate(v)]).toEqual([[1, 0, 0, 0], -1])
    expect(k.kinds(pages[0], 1)).toBe('page')
    const w = vmalloc(k, 4 * PAGE)
    expect(w).not.toBe(v)
    expect(pagesOf(k, w, 4).map((pfn) => pages.indexOf(pfn))).toEqual([3, 2, 1, -1])
    expect(flagText(k.put(pages[0]))).toBe('LAST')
    checkInvariants(k)
  })

  it('a second vfree warns and frees nothing (bad_vfree_twice)', () => {
    const k = lab()
    const v = vmalloc(k, PAGE)
    vfree(k, v)
    expect(vfree(k, v)).toBe('FAILED WARNED')
    expect(k.reports.list[0].text).toBe('Trying to vfree() nonexistent vm area (ffffc90000000000)')
  })

  it('an address of another kind warns twice (bad_vfree_kmalloc)', () => {
    const k = lab()
    k.step(() => k.vmalloc.freeBad(0xffff_8880_032c_0c00n))
    expect(k.reports.list.map(({ text }) => text)).toEqual([
      'Trying to vfree() bad address (ffff8880032c0c00)',
      'Trying to vfree() nonexistent vm area (ffff8880032c0c00)',
    ])
  })

  it('uses an address again only after the lazy purge: 32 MiB on one cpu', () => {
    const k = lab()
    const starts = new Set<number>()
    let v = vmalloc(k, 1023 * PAGE)
    while (!starts.has(v) && starts.size < 100) {
      starts.add(v)
      vfree(k, v)
      v = vmalloc(k, 1023 * PAGE)
    }
    expect([starts.size, v]).toEqual([9, 0])
  })

  it('frees pages that somebody references in the memdesc era', () => {
    const k = lab({}, 'memdesc')
    const v = vmalloc(k, PAGE)
    const [pfn] = pagesOf(k, v, 1)
    k.get(pfn)
    vfree(k, v)
    expect(k.kinds(pfn, 1)).toBe('pcp')
  })

  it('gives everything back when memory runs out half way', () => {
    const k = lab({ memory: 4 * 2 ** 20 })
    k.alloc(9)
    const before = k.pages.freeCount()
    expect([vmalloc(k, 3 * 2 ** 20), k.pages.freeCount() - before]).toEqual([-1, 0])
    checkInvariants(k)
  })
})

describe('vmap', () => {
  it('takes no reference and marks its pages with a right each', () => {
    const k = lab()
    const p = k.alloc()
    const v = k.step(() => k.vmalloc.map([p, p], VM_MAP))
    expect([pagesOf(k, v, 3), k.refs.refCount(p), k.frames.rights[p]]).toEqual([[p, p, -1], 1, 2])
    expect(flagText(k.step(() => k.vmalloc.unmap(v)))).toBe('LAST')
    expect([k.refs.refCount(p), k.frames.rights[p]]).toEqual([1, 0])
  })

  it('with VM_MAP_PUT_PAGES vfree puts the pages, vunmap does not', () => {
    const k = lab()
    const [p, q] = [k.alloc(), k.alloc()]
    vfree(
      k,
      k.step(() => k.vmalloc.map([p], VM_MAP | VM_MAP_PUT_PAGES)),
    )
    k.step(() => k.vmalloc.unmap(k.vmalloc.map([q], VM_MAP | VM_MAP_PUT_PAGES)))
    expect([k.refs.refCount(p), k.refs.refCount(q)]).toEqual([0, 1])
  })
})

describe('kvmalloc', () => {
  it('falls back to vmalloc only for more than a page', () => {
    const k = lab()
    expect([k.step(() => k.vmalloc.kvmalloc(8000, GFP_KERNEL)) > 0, k.vmalloc.kvIsVmalloc]).toEqual([true, false])
    expect([k.step(() => k.vmalloc.kvmalloc(5 * 2 ** 20, GFP_KERNEL)), k.vmalloc.kvIsVmalloc]).toEqual([0, true])
  })
})
