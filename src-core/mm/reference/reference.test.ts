import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GFP_KERNEL, __GFP_COMP, __GFP_MOVABLE, __GFP_RECLAIMABLE, __GFP_ZERO } from '../gfp.ts'
import { checkInvariants } from '../invariants.ts'
import { lab, type Lab } from '../testing/lab.ts'
import { checkReplay } from '../testing/replay.ts'
import { MAX_PAGE_ORDER, PageModel } from './page-model.ts'
import { SlabModel } from './slab-model.ts'

const MEMORY = 5 * 2 ** 20

function modelOf(k: Lab): PageModel {
  const { batch, high } = k.pages.pcp
  const { watermarks } = k.pages
  return new PageModel(
    k.pages.buddy.blockOrder,
    k.info.zones.map((zone, i) => ({
      ...zone,
      batch: batch[i],
      high: high[i],
      enough: watermarks.high[i],
      floors: [watermarks.lowFloor(i, GFP_KERNEL), watermarks.minFloor(i, GFP_KERNEL)] as const,
    })),
  )
}

function listsOf(k: Lab): string[] {
  const { lists } = k.pages
  return k.info.zones.flatMap((_, zone) => [
    ...[0, 1, 2].flatMap((type) =>
      Array.from(
        { length: MAX_PAGE_ORDER + 1 },
        (__, o) => `buddy ${type} ${o}: ${lists.blocks(lists.buddy(zone, o, type)).join(' ')}`,
      ),
    ),
    ...Array.from({ length: 4 }, (__, o) => `pcp ${o}: ${k.pages.pcp.blocks(zone, 0, o).join(' ')}`),
  ])
}

/** A random number picks what to do, another one on what. */
const program = fc.array(fc.tuple(fc.nat({ max: 99 }), fc.nat()), { minLength: 1, maxLength: 200, size: 'max' })

describe('the page allocator agrees with its reference model', () => {
  it('on random legal programs: same pages, same counts, same lists', () => {
    fc.assert(
      fc.property(program, (steps) => {
        const k = lab({ memory: MEMORY })
        const model = modelOf(k)
        /** References held, by page: a block counts its owner's free as one of them. */
        const owned: { pfn: number; order: number }[] = []
        const taken: number[] = []
        for (const [what, which] of steps) {
          if (what < 45) {
            const order = what < 25 ? 0 : what < 40 ? which % 4 : which % 9
            const compound = which % 2 === 1
            const type = [0, 1, 2, 0][(which >>> 4) % 4]
            const mask = GFP_KERNEL | [0, __GFP_MOVABLE, __GFP_RECLAIMABLE][type] | (compound ? __GFP_COMP : 0)
            const pfn = k.alloc(order, mask)
            expect(pfn).toBe(model.alloc(order, compound, type))
            if (pfn >= 0) owned.push({ pfn, order })
          } else if (what < 75 && owned.length > 0) {
            const [{ pfn, order }] = owned.splice(which % owned.length, 1)
            k.free(pfn, order)
            model.free(pfn, order)
          } else if (what < 85 && owned.length > 0) {
            // Of a non-compound block only the first page has a count that may be raised.
            const { pfn, order } = owned[which % owned.length]
            const page = k.frames.compoundOrder(pfn) > 0 ? pfn + (which % 2 ** order) : pfn
            k.get(page)
            model.get(page)
            taken.push(page)
          } else if (what < 97 && taken.length > 0) {
            const [page] = taken.splice(which % taken.length, 1)
            k.put(page)
            model.put(page)
          } else if (what >= 97) {
            k.step(() => k.pages.drainAll())
            model.drain()
          }
        }
        expect(listsOf(k)).toEqual(model.drawing())
        for (const [pfn, count] of model.counts) expect(k.refs.refCount(pfn), `page ${pfn}`).toBe(count)
        checkInvariants(k)
      }),
      { numRuns: 40, seed: 1 },
    )
  })
})

describe('the slab allocator agrees with its reference model', () => {
  for (const bytes of [64, 192, 1024, 4096]) {
    it(`on random legal programs with kmalloc(${bytes})`, () => {
      fc.assert(
        fc.property(program, fc.nat({ max: 100 }), (steps, share) => {
          const k = lab({ memory: MEMORY })
          const pages = modelOf(k)
          const cache = k.slab.caches.find((one) => one.kmalloc && one.objectSize === bytes)
          if (cache === undefined) throw new Error('no such cache')
          const model = new SlabModel(pages, cache, 4096)
          const live: number[] = []
          for (const [what, which] of steps) {
            // Runs of the same act fill and empty whole slabs.
            for (let i = 0; i < 1 + (which % 40); i++) {
              if (what < 20 + share * 0.6 || live.length === 0) {
                const phys = k.step(() => k.slab.kmalloc(bytes, GFP_KERNEL))
                expect(phys).toBe(model.alloc())
                if (phys >= 0) live.push(phys)
              } else {
                const [phys] = live.splice((which * 7 + i * 13) % live.length, 1)
                k.step(() => k.slab.kfree(phys))
                model.free(phys)
              }
            }
          }
          expect(listsOf(k)).toEqual(pages.drawing())
          checkInvariants(k)
        }),
        { numRuns: 12, seed: 1 },
      )
    })
  }
})

describe('invariants', () => {
  for (const config of [{ debug: true }, { debug: false }, { debug: true, cpus: 3 }]) {
    it(`hold after every step of a random legal program (${JSON.stringify(config)})`, () => {
      fc.assert(
        fc.property(program, (steps) => {
          const k = lab({ memory: 4 * 2 ** 20, ...config })
          const live: (() => void)[] = []
          steps.forEach(([what, which], i) => {
            k.setCpu(which % k.info.cpus)
            if (what < 30) {
              const gfp = which % 3 === 0 ? GFP_KERNEL | __GFP_ZERO : GFP_KERNEL
              const phys = k.step(() => k.slab.kmalloc(8 + (which % 10_000), gfp))
              if (phys >= 0) {
                k.step(() => k.memory.fill(phys, 1 + (which % 60), which))
                k.step(() => k.memory.writeU32(phys + (which % 4), which))
                live.push(() => k.slab.kfree(phys))
              }
            } else if (what < 45) {
              const order = which % 5
              const pfn = k.alloc(order)
              if (pfn >= 0) live.push(() => k.pages.freePages(pfn, order))
            } else if (what < 55) {
              const vpage = k.step(() => k.vmalloc.alloc(1 + (which % 20_000), GFP_KERNEL))
              if (vpage >= 0) live.push(() => k.vmalloc.free(vpage))
            } else if (live.length > 0) {
              const [free] = live.splice(which % live.length, 1)
              k.step(free)
            }
            if (i % 8 === 0) checkInvariants(k)
          })
          checkInvariants(k)
          checkReplay(k)
          expect(k.reports.list.filter(({ level }) => level === 'bug')).toEqual([])
        }),
        { numRuns: 15, seed: 1 },
      )
    })
  }
})

describe('the trace', () => {
  it('has every change of a program full of mistakes, with the values before', () => {
    fc.assert(
      fc.property(program, fc.boolean(), (steps, debug) => {
        const k = lab({ memory: 4 * 2 ** 20, debug })
        const seen: number[] = [k.alloc(3), k.compound(2)]
        for (const [what, which] of steps) {
          const pfn = seen[which % seen.length] + (which % 4)
          if (what < 30) seen.push(Math.max(300, which % 2 === 0 ? k.alloc(which % 4) : k.compound(which % 4)))
          else if (what < 50) k.free(pfn, which % 3)
          else if (what < 70) k.put(pfn)
          else if (what < 80) k.get(pfn)
          else if (what < 85) k.step(() => k.pages.split(pfn, which % 3))
          else if (what < 90) k.step(() => k.slab.kfree(pfn * 4096 + (which % 2) * 256))
          else if (what < 95) seen.push(Math.max(300, k.step(() => k.slab.kmalloc(256, GFP_KERNEL)) >>> 12))
          else k.step(() => k.pages.drainAll())
        }
        checkReplay(k)
      }),
      { numRuns: 40, seed: 1 },
    )
  })
})
