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
    texts: () => k.reports.list.map((report) => report.text),
    /** The lines that name what was found and what was done, without addresses. */
    said: () =>
      k.reports.list.map(({ text }) =>
        text
          .split('\n')
          .filter((line) => /^(\[|BUG|FIX)/.test(line))
          .map((line) => line.replaceAll(/0xffff[0-9a-f]+/g, '…')),
      ),
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
      [
        '[Right Redzone overwritten] …-… @offset=208. First byte 0x41 instead of 0xcc',
        'BUG lab (Not tainted): Object corrupt',
        'FIX lab: Restoring Right Redzone …-…=0xcc',
        'FIX lab: Object at … not freed',
      ],
    ])
    expect(alloc()).not.toBe(a)
    // The bytes were put right: the object can be freed now.
    expect(free(a)).toBe('LAST')
  })

  it('find a byte written into a free object when it is next allocated, and give another one from a new slab', () => {
    const { alloc, free, poke, said } = bench(ALL)
    const a = alloc()
    free(a)
    poke(a + 16, 0x43)
    const b = alloc()
    expect(Math.floor(b / 4096)).not.toBe(Math.floor(a / 4096))
    expect(said()).toEqual([
      [
        '[Poison overwritten] …-… @offset=24. First byte 0x43 instead of 0x6b',
        'BUG lab (Not tainted): Object corrupt',
        'FIX lab: Restoring Poison …-…=0x6b',
        'FIX lab: Marking all objects used',
      ],
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
      ['BUG lab (Not tainted): Object already free', 'FIX lab: Object at … not freed'],
      [
        'BUG lab (Tainted: G    B   W         ): Slab has 0 allocated objects but 1 are to be freed',
        'FIX lab: Object at … not freed',
      ],
    ])
  })

  it('refuse a pointer into an object', () => {
    const { alloc, free, said } = bench(SLAB_CONSISTENCY_CHECKS)
    free(alloc() + 8)
    expect(said()).toEqual([['BUG lab (Not tainted): Invalid object pointer …', 'FIX lab: Object at … not freed']])
  })

  it('print the block of the measured log, but for tracks, registers and stack', () => {
    const { k, alloc, free, poke, texts } = bench(ALL)
    const a = alloc()
    free(a)
    poke(a + 16, 0x43)
    alloc()
    const at = (phys: number): string => (k.info.pageOffset + BigInt(phys)).toString(16)
    const row = (from: number, first = '6b'): string =>
      `Object   ${at(a + from)}: ${first}${' 6b'.repeat(15)}  ${first === '6b' ? 'k' : 'C'}${'k'.repeat(15)}`
    const page = (0xffff_ea00_0000_0000n + BigInt(Math.floor(a / 4096)) * 64n).toString(16)
    expect(texts()[0].split('\n')).toEqual([
      `[Poison overwritten] 0x${at(a + 16)}-0x${at(a + 16)} @offset=24. First byte 0x43 instead of 0x6b`,
      '='.repeat(77),
      'BUG lab (Not tainted): Object corrupt',
      '-'.repeat(77),
      '',
      `Slab 0x${page} objects=17 used=1 fp=0x${at(a + 232)} flags=0x4000000000000200(workingset|zone=1)`,
      `Object 0x${at(a)} @offset=8 fp=0x${at(a + 232)}`,
      '',
      `Redzone  ${at(a - 8)}: bb bb bb bb bb bb bb bb                          ........`,
      row(0),
      row(16, '43'),
      ...Array.from({ length: 10 }, (_, i) => row(32 + 16 * i)),
      `Object   ${at(a + 192)}: 6b 6b 6b 6b 6b 6b 6b a5                          kkkkkkk.`,
      `Redzone  ${at(a + 200)}: bb bb bb bb bb bb bb bb                          ........`,
      `Padding  ${at(a + 216)}: 5a 5a 5a 5a 5a 5a 5a 5a                          ZZZZZZZZ`,
      `FIX lab: Restoring Poison 0x${at(a + 16)}-0x${at(a + 16)}=0x6b`,
      'FIX lab: Marking all objects used',
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
    expect(said()[0]).toContain('[Right Redzone overwritten] …-… @offset=208. First byte 0x41 instead of 0xcc')
  })
})
