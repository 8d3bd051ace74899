/** The optimal walk against every interleaving, on small random programs. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare } from './testing/compare.ts'
import { driverPrograms, SUBJECT_NAMES } from './testing/driver-programs.ts'
import { programOf, smallPrograms, tinyPrograms } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

/** Programs of two tasks; the long run takes larger ones, of up to so many interleavings. */
const LONG = process.env['PAGEWARD_LONG'] !== undefined
const COMPARED = Number(process.env['PAGEWARD_RUNS'] ?? 1000)
const LIMIT = Number(process.env['PAGEWARD_NAIVE_LIMIT'] ?? (LONG ? 500 : 80))
const TIMEOUT = 20_000_000
const PAIRS = new URL('../../corpus/explore/pairs/', import.meta.url)
/** Of each so many programs, one is explored in shards too (shards.test.ts has more). */
const SHARDED = 6

/** Compares the two ways on so many programs; one of each `sharded` is explored in shards too. */
function compareAll(programs: fc.Arbitrary<string>, wanted: number, sharded: number): void {
  const seed = Number(process.env['PAGEWARD_SEED'] ?? 1)
  let compared = 0
  for (const text of fc.sample(programs, { numRuns: wanted * 8, seed })) {
    if (compare(text, compared % sharded === sharded - 1, LIMIT)) compared++
    if (compared === wanted) break
  }
  expect(compared).toBe(wanted)
}

describe('the optimal walk visits each trace of the naive walk once, with the same endings,', () => {
  it(`on ${COMPARED} random small programs`, { timeout: TIMEOUT }, () => {
    compareAll(LONG ? smallPrograms : tinyPrograms, COMPARED, SHARDED)
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

  // The longer ones have up to 110,000 interleavings.
  for (const name of LONG
    ? readdirSync(PAIRS)
    : ['ab-ba', 'actor-exit', 'gup-fast', 'lost-wake-up', 'rcu-lookup', 'refcount-put']) {
    it(`on corpus/explore/pairs/${name}`, { timeout: TIMEOUT }, () => {
      for (const file of ['bad.ts', 'fixed.ts']) {
        const text = readFileSync(new URL(`${name}/${file}`, PAIRS), 'utf8')
        const isCompared = compare(text, true, LONG ? 200_000 : 10_000)
        if (!LONG) expect(isCompared, file).toBe(true)
      }
    })
  }

  for (const subject of SUBJECT_NAMES) {
    it(`on random programs about ${subject}`, { timeout: TIMEOUT }, () => {
      compareAll(driverPrograms(subject), LONG ? 400 : 40, SHARDED)
    })
  }

  it('on random programs with user address spaces', { timeout: TIMEOUT }, () => {
    compareAll(userPrograms, LONG ? 400 : 40, Infinity)
  })
})
