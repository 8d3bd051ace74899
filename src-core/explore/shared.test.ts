/** An exploration that workers share piece by piece is the whole one: each trace once, the same findings and bytes. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { canonicalText } from './canonical.ts'
import { Event } from './event.ts'
import { ExplorePool, type ExplorerHandle } from './explore-pool.ts'
import { ExploreRunner } from './explore-runner.ts'
import type { Explored } from './explorer.ts'
import type { FromExplorer } from './messages.ts'
import { Names } from './names.ts'
import { OptimalWalk } from './optimal.ts'
import { PiecePlan } from './piece-plan.ts'
import { EXHAUSTIVE, openSession, plainSandbox } from './testing/open-session.ts'
import { programOf, smallPrograms } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

const CORPUS = new URL('../../corpus/explore/', import.meta.url)

/** The traces of a walk; null if there are more than `most`. */
function tracesOf(text: string, most: number): string[] | null {
  const { session, program } = openSession(text)
  const walk = new OptimalWalk(session, program)
  const traces: string[] = []
  walk.run({ executed: (trail) => traces.push(canonicalText(trail)) < most })
  return walk.complete ? traces.sort() : null
}

/**
 * The traces of all pieces of a plan, each of so many executions at most (the first of `long`): the more pieces, the
 * more is passed on.
 */
function tracesOfPieces(
  text: string,
  executions: number,
  long = executions,
): { traces: string[]; pieces: number; told: number } {
  const { session, program } = openSession(text)
  const plan = new PiecePlan(new Event(0))
  const traces: string[] = []
  const waiting = plan.next()
  let pieces = 0
  let told = 0
  for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
    pieces++
    const names = new Names()
    names.restore(piece.names.names, piece.names.insides)
    const walk = new OptimalWalk(session, program, null, names)
    walk.takeUp(structuredClone(piece))
    const own: string[] = []
    walk.run({ executed: (trail) => own.push(canonicalText(trail)) < (piece.number === 0 ? long : executions) })
    expect({ redundant: walk.redundant, impossible: walk.impossible }).toEqual({ redundant: 0, impossible: 0 })
    const counts = { executions: own.length, blocked: 0, probes: 0, redundant: walk.foreign, share: walk.share }
    const found = { seen: [], advice: [], reasons: [], independence: null, isStale: false }
    const result = { ...walk.putDown(), number: piece.number, names: names.save(), ...counts, ...found }
    told += result.outgoing.length
    if (plan.take(structuredClone(result))) traces.push(...own)
    waiting.push(...plan.next())
  }
  expect(plan.complete).toBe(true)
  return { traces: traces.sort(), pieces, told }
}

const PROGRAMS: readonly (readonly [string, string])[] = [
  ...readdirSync(CORPUS)
    .filter((name) => name.endsWith('.ts') && !/13|lastzero-10/.test(name))
    .map((name) => [name, readFileSync(new URL(name, CORPUS), 'utf8')] as const),
  ...readdirSync(new URL('pairs/', CORPUS)).map(
    (name) => [`pairs/${name}`, readFileSync(new URL(`pairs/${name}/bad.ts`, CORPUS), 'utf8')] as const,
  ),
]

describe('the pieces of a plan', () => {
  for (const [name, text] of PROGRAMS) {
    it(`of ${name} visit each trace once, however small they are`, { timeout: 300_000 }, () => {
      const whole = tracesOf(text, Infinity)!
      for (const executions of [1, 7]) {
        const { traces, pieces } = tracesOfPieces(text, executions)
        expect([new Set(traces).size, traces.length]).toEqual([whole.length, whole.length])
        expect(traces).toEqual(whole)
        if (whole.length > 7 * executions) expect(pieces).toBeGreaterThan(3)
      }
    })
  }

  it('of readers-13 say next to nothing about what is above them', { timeout: 300_000 }, () => {
    // Others are sure to explore nearly all that is missing there: it was twelve numbers an execution.
    const { traces, told } = tracesOfPieces(readFileSync(new URL('readers-13.ts', CORPUS), 'utf8'), 400)
    expect(traces).toHaveLength(8192)
    expect(told).toBeLessThan(traces.length / 2)
  })

  it('of lastzero-10 visit each trace once when a long one came first', { timeout: 300_000 }, () => {
    // What is divided then has explored ways beside those under way.
    const text = readFileSync(new URL('lastzero-10.ts', CORPUS), 'utf8')
    const whole = tracesOf(text, Infinity)!
    for (const long of [600, 1500, 2800]) {
      const { traces } = tracesOfPieces(text, 100, long)
      expect([new Set(traces).size, traces.length]).toEqual([whole.length, whole.length])
    }
  })

  for (const [what, programs, runs] of [
    ['small programs', smallPrograms, 60],
    ['programs with user address spaces', userPrograms, 20],
  ] as const) {
    it(`of random ${what} visit each trace once`, { timeout: 300_000 }, () => {
      for (const text of fc.sample(programs, { numRuns: runs, seed: 5 })) {
        const whole = tracesOf(text, 300)
        if (whole === null) continue
        for (const executions of [1, 5]) {
          const { traces } = tracesOfPieces(text, executions, executions === 1 ? Math.ceil(whole.length / 2) : 5)
          expect([new Set(traces).size, traces.length], text).toEqual([whole.length, whole.length])
          expect(traces).toEqual(whole)
        }
      }
    })
  }
})

const ADD = 'WRITE_ONCE(x, READ_ONCE(x) * 10 + ID)'

/** Workers in this thread that answer in an order of their own. */
function spawner(delay: () => number): () => ExplorerHandle {
  return () => {
    let hear: (message: FromExplorer) => void = () => undefined
    const runner = new ExploreRunner({
      send: (message) => void setTimeout(() => hear(structuredClone(message)), delay()),
      newSandbox: () => plainSandbox,
      now: () => performance.now(),
      later: (call) => void setImmediate(call),
    })
    return {
      post: (message) => void setImmediate(() => runner.receive(structuredClone(message))),
      onMessage: (handler) => (hear = handler),
      onDeath: () => undefined,
      kill: () => undefined,
    }
  }
}

async function explored(text: string, jobs: number): Promise<Explored> {
  const program = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  const pool = new ExplorePool(spawner(() => (jobs * 7919) % 5))
  return pool.explore(program, EXHAUSTIVE, jobs, () => undefined)
}

describe('an exploration on several workers', () => {
  for (const name of ['lastzero-10.ts', 'pairs/gup-fast/bad.ts', 'pairs/ab-ba/bad.ts', 'pairs/refcount-put/bad.ts']) {
    it(`of ${name} gives the same bytes whatever their number, and what one gives`, { timeout: 120_000 }, async () => {
      const text = readFileSync(new URL(name, CORPUS), 'utf8')
      const two = await explored(text, 2)
      for (const jobs of [3, 8]) expect(JSON.stringify(await explored(text, jobs))).toBe(JSON.stringify(two))
      // What is begun in vain is told: one worker begins nothing in vain.
      const one = await explored(text, 1)
      expect({ ...two, probes: 0, redundant: 0 }).toEqual({ ...one, probes: 0 })
      expect(two.redundant).toBeLessThan(two.executions / 10)
    })
  }

  // The second is used late: pieces that did not see it are under way when all begins again.
  for (const [what, tasks] of [
    ['at once', [['put_page(g)', 'get_page(g)'], ['alloc_page(GFP_KERNEL)'], ['alloc_page(GFP_KERNEL)']]],
    ['late', [[ADD], [ADD], [ADD], ['if (READ_ONCE(x) === 321) { put_page(g); get_page(g) }', ADD]]],
  ] as const) {
    it(`of a program that uses a stale pointer ${what} begins again on all of them`, { timeout: 120_000 }, async () => {
      const text = programOf(tasks)
      const one = await explored(text, 1)
      expect(one).toMatchObject({ strict: true, complete: true, blocked: 0 })
      const two = await explored(text, 2)
      expect({ ...two, probes: 0, redundant: 0 }).toEqual({ ...one, probes: 0 })
      expect(JSON.stringify(await explored(text, 5))).toBe(JSON.stringify(two))
    })
  }
})
