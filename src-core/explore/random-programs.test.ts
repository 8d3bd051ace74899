/** The optimal walk against every interleaving, on small random programs. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalText } from './canonical.ts'
import { judgeExecution } from './judging.ts'
import { Frontier } from './frontier.ts'
import { NaiveWalk } from './naive.ts'
import { Names } from './names.ts'
import { OptimalWalk } from './optimal.ts'
import { partOf, partsFor, partsOfShard } from './shards.ts'
import { openSession, type Opened } from './testing/open-session.ts'
import { programOf, smallPrograms, tinyPrograms } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

/** What an exploration gave: each trace with how its executions ended. */
interface Explored {
  executions: number
  readonly endOf: Map<string, string>
  readonly figures: { readonly redundant: number; readonly impossible: number }
}

/** Programs of two tasks; the long run takes larger ones, of up to so many interleavings. */
const LONG = process.env['PAGEWARD_LONG'] !== undefined
const COMPARED = Number(process.env['PAGEWARD_RUNS'] ?? 1000)
const LIMIT = Number(process.env['PAGEWARD_NAIVE_LIMIT'] ?? (LONG ? 500 : 80))
const TIMEOUT = 20_000_000
const PAIRS = new URL('../../corpus/explore/pairs/', import.meta.url)
/** Of each so many programs, one is explored in shards too (shards.test.ts has more). */
const SHARDED = 6

/** Explores one way; null if there are too many executions. */
function explore({ session, program: compiled, record }: Opened, naive: boolean, limit: number): Explored | null {
  const walk = naive ? new NaiveWalk(session, compiled, record) : new OptimalWalk(session, compiled, record)
  const endOf = new Map<string, string>()
  let executions = 0
  walk.run({
    executed: (trail, ending) => {
      executions++
      const trace = canonicalText(trail)
      const findings = judgeExecution(record, compiled, 'v6.12', ending.outcome)
      // Of uses of one freed object only the first is reported, and which one that is may differ: codes alone.
      const codes = [...new Set(findings.map(({ code }) => code))].sort()
      const end = `${ending.outcome} ${record.lines.map((line) => line.text).join('|')} ${codes.join(' ')}`
      // Executions that differ only in the order of independent events end the same.
      expect(endOf.get(trace) ?? end).toBe(end)
      endOf.set(trace, end)
      return executions < limit
    },
  })
  if (!walk.complete) return null
  const { redundant = 0, impossible = 0 } = walk instanceof OptimalWalk ? walk : {}
  return { executions, endOf, figures: { redundant, impossible } }
}

/** The traces that the shards of a program visit, one after the other. */
function shardsOf({ session, program: compiled }: Opened, count: number): string[] {
  const found: string[] = []
  const names = new Names()
  const frontier = new Frontier(session, compiled, names, partsFor(count))
  for (let index = 1; index <= count; index++) {
    for (const part of partsOfShard(frontier, index, count)) {
      const walk = new OptimalWalk(session, compiled, null, names, partOf(frontier, part))
      walk.run({
        executed: (trail) => {
          found.push(canonicalText(trail))
          return true
        },
      })
      expect({ redundant: walk.redundant, impossible: walk.impossible }).toEqual({ redundant: 0, impossible: 0 })
    }
  }
  return found.sort()
}

/** Compares the two ways; false if the program has too many interleavings. */
function compare(text: string, sharded: boolean, limit = LIMIT): boolean {
  const opened = openSession(text)
  const all = explore(opened, true, limit)
  if (all === null) return false
  const optimal = explore(opened, false, limit)
  expect(optimal, text).not.toBeNull()
  // Each trace once, with the same ending as in any of its executions.
  expect({ ...optimal, endOf: byTrace(optimal!.endOf) }, text).toEqual({
    executions: all.endOf.size,
    endOf: byTrace(all.endOf),
    figures: { redundant: 0, impossible: 0 },
  })
  if (sharded) expect(shardsOf(opened, 3), text).toEqual([...all.endOf.keys()].sort())
  return true
}

function byTrace(endOf: ReadonlyMap<string, string>): [string, string][] {
  return [...endOf].sort(([x], [y]) => (x < y ? -1 : 1))
}

/** Compares the two ways on so many programs; one of each `sharded` is explored in shards too. */
function compareAll(programs: fc.Arbitrary<string>, wanted: number, sharded: number): void {
  const seed = Number(process.env['PAGEWARD_SEED'] ?? 1)
  let compared = 0
  for (const text of fc.sample(programs, { numRuns: wanted * 8, seed })) {
    if (compare(text, compared % sharded === sharded - 1)) compared++
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

  it('on random programs with user address spaces', { timeout: TIMEOUT }, () => {
    compareAll(userPrograms, LONG ? 400 : 40, Infinity)
  })
})
