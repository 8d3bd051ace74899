/** The optimal walk against every interleaving, on small random programs. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compare, compareAll } from './testing/compare.ts'
import { driverProgramOf, driverPrograms, SUBJECT_NAMES } from './testing/driver-programs.ts'
import { programOf, tinyPrograms, triples } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

/** Programs of two tasks, of up to so many interleavings; the long run (random-programs.long.ts) takes larger ones. */
const COMPARED = Number(process.env['PAGEWARD_RUNS'] ?? 1000)
const LIMIT = Number(process.env['PAGEWARD_NAIVE_LIMIT'] ?? 80)
const SEED = Number(process.env['PAGEWARD_SEED'] ?? 1)
const TIMEOUT = 20_000_000
const PAIRS = new URL('../../corpus/explore/pairs/', import.meta.url)
/** Of each so many programs, one is explored in shards too (shards.test.ts has more). */
const SHARDED = 6

describe('the optimal walk visits each trace of the naive walk once, with the same endings,', () => {
  it(`on ${COMPARED} random small programs`, { timeout: TIMEOUT }, () => {
    compareAll(tinyPrograms, { wanted: COMPARED, sharded: SHARDED, limit: LIMIT, seed: SEED })
  })

  // What one task decides about another one may matter to a third.
  it(`on ${COMPARED / 20} random programs of three tasks`, { timeout: TIMEOUT }, () => {
    compareAll(triples, { wanted: COMPARED / 20, sharded: SHARDED, limit: 4 * LIMIT, seed: SEED })
  })

  it('on programs that long runs found', () => {
    const alloc = 'const p = alloc_page(GFP_KERNEL)!; __free_page(p)'
    for (const tasks of [
      // A put of a page that somebody else has by now.
      [['put_page(g)', 'put_page(g)'], [alloc]],
      // A get of a page that a slab has taken by now, or nobody.
      [['const q = kmalloc(32, GFP_KERNEL)!; q.write_u8(0, 1)'], ['put_page(g)', 'get_page(g)']],
      // A branch planned for a put whose outcome was not known.
      [['kfree(m)', 'page_ref_count(g)'], ['m.write_u8(0, ID)'], ['m.write_u8(0, ID)', 'put_page(g)']],
      // What a put frees when it comes earlier, a third task may have taken before: found out after the put was made.
      [['put_page(g)'], ['get_page(g); put_page(g)'], [alloc]],
      // Another sequence was taken to be covered by such a branch, which was then given up.
      [
        ['page_ref_count(g)'],
        ['atomic_cmpxchg(a, 1, ID + 1)', 'kfree(m)', 'WRITE_ONCE(x, ID)'],
        ['put_page(g)', 'WRITE_ONCE(x, ID)'],
      ],
      // A completion that is made unsignalled, or initialised, while others use it; one that is looked at.
      [['complete(D)'], ['reinit_completion(D)', 'if (completion_done(D)) WRITE_ONCE(x, ID)']],
      [
        ['complete(D)', 'wait_for_completion(D)'],
        ['reinit_completion(D)', 'complete(D)'],
      ],
      [
        ['complete(D)'],
        ['if (try_wait_for_completion(D)) WRITE_ONCE(x, ID)'],
        ['complete(D)', 'wait_for_completion(D)'],
      ],
      [['init_completion(D); WRITE_ONCE(x, ID)'], ['complete(D)'], ['wait_for_completion(D)']],
    ])
      expect(compare(programOf(tasks), false, 3000)).toBe(true)
  })

  it('on programs where a data race is one whatever else is done to other bytes between the two accesses', () => {
    for (const tasks of [
      [['m.read_u8(2)'], ['m.write_u32(0, ID)', 'm.write_u8(0, ID)']],
      [['m.write_u8(2, ID)'], ['m.read_u32(0)', 'm.read_u8(0)']],
      [['m.write_u8(0, ID)'], ['m.write_u8(4, ID)'], ['m.read_u8(0)']],
    ])
      expect(compare(programOf(tasks), false, 3000)).toBe(true)
  })

  it('on a program where a stale pointer tells which of two tasks got the page', () => {
    const alloc = 'alloc_page(GFP_KERNEL)'
    expect(compare(programOf([['put_page(g)', 'get_page(g)'], [alloc], [alloc]]), true, 3000)).toBe(true)
  })

  it('on a program where two allocations may take what another one freed', { timeout: TIMEOUT }, () => {
    const coherent =
      'const h = [0n]; const c = dma_alloc_coherent(dev, 64, h, GFP_KERNEL)!; dma_free_coherent(dev, 64, c, h[0]!)'
    const tasks = [[coherent], [coherent, 'const q = kmalloc(32, GFP_KERNEL)!; kfree(q)']]
    expect(compare(driverProgramOf('DMA in flight', tasks), true, 3000)).toBe(true)
  })

  it('on a program where an IOMMU stops a device at memory that may be freed', { timeout: TIMEOUT }, () => {
    const own =
      'const q = kmalloc(32, GFP_KERNEL)!; const h = dma_map_single(dev, q, 32, DMA_BIDIRECTIONAL); ' +
      'dma_unmap_single(dev, h, 32, DMA_BIDIRECTIONAL); kfree(q)'
    const device = 'actor_dma_read(dev, at, 2)'
    const tasks = [[own], [device, 'dma_unmap_single(dev, at, 64, DMA_BIDIRECTIONAL)']]
    expect(compare(driverProgramOf('DMA behind an IOMMU', tasks), true, 3000)).toBe(true)
  })

  it('on a program where a branch was planned beside one whose outcome was not known', { timeout: TIMEOUT }, () => {
    const tasks = [
      ['dma_unmap_single(dev, at, 64, DMA_BIDIRECTIONAL); kfree(m)'],
      ['actor_dma_read(dev, at, 2)', 'm.read_u8(8)'],
    ]
    expect(compare(driverProgramOf('DMA behind an IOMMU', tasks), true, 3000)).toBe(true)
  })

  it('on a program where a device is reset that was stopped at memory that may be freed', { timeout: TIMEOUT }, () => {
    const own =
      'const q = kmalloc(32, GFP_KERNEL)!; const w = dma_map_single(dev, q, 32, DMA_TO_DEVICE); ' +
      'dma_unmap_single(dev, w, 32, DMA_TO_DEVICE); kfree(q)'
    const unmap = 'dma_unmap_single(dev, at, 64, DMA_BIDIRECTIONAL)'
    const tasks = [
      [unmap, 'WRITE_ONCE(x, dev.dma_read(at, 4)[0]!)'],
      ['dev.unbind()', own],
    ]
    expect(compare(driverProgramOf('DMA behind an IOMMU', tasks), true, 3000)).toBe(true)
  })

  it(
    'on programs where a task is interrupted that waits for a lock, or is interrupted already',
    { timeout: TIMEOUT },
    () => {
      const take = 'const f: number[] = []; spin_lock_irqsave(A, f); spin_unlock_irqrestore(A, f)'
      for (const tasks of [
        [[take], ['actor_irq(5)', take]],
        [['actor_irq(5)', 'raise_irq(6)'], ['READ_ONCE(y)']],
      ])
        expect(compare(driverProgramOf('interrupts', tasks), true, 3000)).toBe(true)
    },
  )

  for (const name of ['ab-ba', 'actor-exit', 'gup-fast', 'lost-wake-up', 'rcu-lookup', 'refcount-put']) {
    it(`on corpus/explore/pairs/${name}`, { timeout: TIMEOUT }, () => {
      for (const file of ['bad.ts', 'fixed.ts']) {
        const text = readFileSync(new URL(`${name}/${file}`, PAIRS), 'utf8')
        expect(compare(text, true, 10_000), file).toBe(true)
      }
    })
  }

  for (const subject of SUBJECT_NAMES) {
    it(`on random programs about ${subject}`, { timeout: TIMEOUT }, () => {
      compareAll(driverPrograms(subject), { wanted: 40, sharded: SHARDED, limit: LIMIT, seed: SEED })
    })
  }

  it('on random programs with user address spaces', { timeout: TIMEOUT }, () => {
    compareAll(userPrograms, { wanted: 40, sharded: Infinity, limit: LIMIT, seed: SEED })
  })
})
