import { describe, expect, it } from 'vitest'
import { decodePte, encodePte, type Pte } from '../machine/page-table.ts'
import type { MachineConfig } from '../machine/config.ts'
import { FrameKind } from '../trace/fields.ts'
import { lab } from './testing/lab.ts'
import { UserMap, ZERO_PFN } from './user-map.ts'
import { mergeNewRange } from './vma-merge.ts'
import { VM_MIXEDMAP, VM_READ, VM_WRITE, type Vma } from './vma.ts'
import type { MmStruct } from './mm-struct.ts'

const ARCHES: readonly MachineConfig['arch'][] = ['x86_64', 'arm64-16k', 'i386-highmem']

function machine(arch: MachineConfig['arch'] = 'x86_64') {
  const k = lab(arch === 'i386-highmem' ? { arch, memory: 64 * 2 ** 20, highmem: 32 * 2 ** 20 } : { arch })
  const map = new UserMap(k)
  return { k, map, mm: k.step(() => map.create()) }
}

function area(mm: MmStruct, start: number, end: number, more: Partial<Vma> = {}): Vma {
  const base = { start, end, pgoff: 0, flags: VM_READ | VM_WRITE, mm, file: null, shmem: null, anonVma: false }
  return { ...base, ops: null, privateData: null, pageProt: 3, ...more }
}

describe.each(ARCHES)('page tables on %s', (arch) => {
  it('give back what was put in, with its parts', () => {
    const { k } = machine(arch)
    for (const special of [false, true])
      for (const write of [false, true])
        for (const none of [false, true])
          for (const dirty of [false, true]) {
            const pte: Pte = { pfn: 0x123, write, special, none, dirty, old: false }
            expect(decodePte(k.info, encodePte(k.info, pte))).toEqual(pte)
          }
    expect(decodePte(k.info, 0n)).toBeNull()
  })

  it('have the bits of PROT_NONE and of a read-only dirty entry', () => {
    const { k } = machine(arch)
    const raw = (more: Partial<Pte>) =>
      encodePte(k.info, { pfn: 0x123, write: false, special: false, ...more }).toString(16)
    const known = {
      // The frame number of an entry that is not present is inverted, and the dirty state of a read-only one moves.
      x86_64: ['fffffffedc120', '8400000000123025'],
      'i386-highmem': ['123120', '123425'],
      'arm64-16k': ['6000000048cf82', 'e000000048cfc3'],
    }[arch]
    expect([raw({ none: true }), raw({ dirty: true })]).toEqual(known)
  })

  it('lie in frames, one table a level, and give them back', () => {
    const { k, map, mm } = machine(arch)
    const free = k.pages.freeCount()
    const pfn = k.alloc()
    const { pageSize } = map
    const levels = { x86_64: 4, 'arm64-16k': 3, 'i386-highmem': 2 }[arch]
    k.step(() => map.addCounted(mm, 5 * pageSize, { pfn, write: true }, true))
    expect([mm.table.frames.length, k.frames.kindOf(mm.table.frames[0]!)]).toEqual([levels, FrameKind.TABLE])
    // The next address of the same table needs none; one far away needs new ones.
    k.step(() => map.addCounted(mm, 6 * pageSize, { pfn, write: true }, true))
    expect(mm.table.frames.length).toBe(levels)
    k.step(() => map.addCounted(mm, 2 ** 31, { pfn, write: true }, true))
    expect(mm.table.frames.length).toBeGreaterThan(levels)
    expect(k.counts(pfn, 1)).toBe('4')
    k.step(() => map.zap(mm, 0, 2 ** 32, () => undefined))
    k.step(() => mm.table.free())
    expect([k.counts(pfn, 1), k.free(pfn) !== 0, k.pages.freeCount()]).toEqual(['1', true, free])
  })

  it('say no, and survive, when there is no memory for one', () => {
    const { k, map, mm } = machine(arch)
    const pfn = k.alloc()
    const held: number[] = []
    for (let got = k.alloc(); got >= 0; got = k.alloc()) held.push(got)
    expect(k.step(() => map.addCounted(mm, 0x10000, { pfn, write: true }, true))).toBe(false)
    expect([k.frames.mapcount[pfn], k.refs.count(pfn), map.rightAt(mm, 0x10000)]).toEqual([0, 1, 0])
    for (const page of held) k.free(page)
    expect(k.step(() => map.addCounted(mm, 0x10000, { pfn, write: true }, true))).toBe(true)
  })
})

describe('TLBs', () => {
  it('are flushed on every cpu before a page is put', () => {
    const { map, mm, k } = machine()
    const pfn = k.alloc()
    k.step(() => map.addCounted(mm, 0x10000, { pfn, write: true }, true))
    map.tlb.fill(0, mm, 0x10000, mm.table.get(0x10000)!, 1)
    k.step(() => map.zap(mm, 0, 0x20000, () => undefined))
    expect(map.tlb.find(0, mm, 0x10000)).toBeUndefined()
  })

  it('keep what was cleared by hand until they are flushed', () => {
    const { map, mm, k } = machine()
    const pfn = k.alloc()
    k.step(() => map.addCounted(mm, 0x10000, { pfn, write: true }, true))
    map.tlb.fill(0, mm, 0x10000, mm.table.get(0x10000)!, 1)
    k.step(() => map.forget(mm, 0x10000, mm.table.get(0x10000)!))
    expect(map.tlb.find(0, mm, 0x10000)?.pfn).toBe(pfn)
    expect([map.tlb.flush(0), map.tlb.flush(-1)]).toEqual([1, 0])
  })
})

describe('areas', () => {
  it('that left the tree are found by unmap_mapping_range until their entries are gone', () => {
    const { map, mm } = machine()
    const file = {}
    const vma = area(mm, 0x10000, 0x12000, { file })
    mm.detached.add(vma)
    expect(map.areasOf((other) => other === file, 0, 100).map(({ start, end }) => [start, end])).toEqual([
      [0x10000, 0x12000],
    ])
    mm.detached.clear()
    expect(map.areasOf((other) => other === file, 0, 100)).toEqual([])
  })

  it('are merged on both sides unless a driver wants to be told, or an area is special', () => {
    const { mm } = machine()
    const file = {}
    const low = area(mm, 0x10000, 0x11000, { file })
    const high = area(mm, 0x12000, 0x13000, { file, pgoff: 2 })
    const between = area(mm, 0x11000, 0x12000, { file, pgoff: 1 })
    mm.insert(low)
    mm.insert(high)
    expect(mergeNewRange(mm, { ...between, flags: between.flags | VM_MIXEDMAP }, 4096)).toBeNull()
    expect(mergeNewRange(mm, { ...between, pgoff: 5 }, 4096)).toBeNull()
    high.ops = { close: () => undefined }
    expect(mergeNewRange(mm, between, 4096)).toBe(low)
    expect([low.end, high.start, mm.vmas.length]).toEqual([0x12000, 0x12000, 2])
    low.end = 0x11000
    high.ops = null
    expect(mergeNewRange(mm, between, 4096)).toBe(low)
    expect([low.end, mm.vmas]).toEqual([0x13000, [low]])
  })

  it('grow downwards into a new range, and their offset with them', () => {
    const { mm } = machine()
    const high = area(mm, 0x12000, 0x13000, { pgoff: 0x12 })
    mm.insert(high)
    expect(mergeNewRange(mm, area(mm, 0x10000, 0x12000, { pgoff: 0x10 }), 4096)).toBe(high)
    expect([high.start, high.pgoff]).toEqual([0x10000, 0x10])
  })
})

describe('pins', () => {
  it('of the zero page are none', () => {
    const { map, k } = machine()
    k.step(() => map.zeroPage())
    expect(k.step(() => map.grab(ZERO_PFN, true))).toBe(true)
    expect(k.frames.refcount[ZERO_PFN]).toBe(1)
    expect(k.step(() => map.unpin(ZERO_PFN))).toBe(0)
    expect(k.frames.refcount[ZERO_PFN]).toBe(1)
  })

  it('of a large folio are counted one by one, of a small one by 1024', () => {
    const { map, k } = machine()
    const [small, large] = [k.alloc(), k.compound(2)]
    k.step(() => map.grab(small, true))
    k.step(() => map.grab(large + 1, true))
    expect([k.counts(small, 1), k.counts(large, 1), k.frames.pincount[large]]).toEqual(['1025', '2', 1])
    expect([map.maybePinned(small), map.maybePinned(large + 3)]).toEqual([true, true])
    k.step(() => map.unpin(small))
    k.step(() => map.unpin(large))
    expect([k.counts(small, 1), k.counts(large, 1), k.frames.pincount[large]]).toEqual(['1', '1', 0])
  })
})
