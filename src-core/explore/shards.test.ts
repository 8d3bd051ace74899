/** The shards of an exploration together are the whole: sums are exact, findings and traces the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalText } from './canonical.ts'
import { Frontier } from './frontier.ts'
import { Names } from './names.ts'
import { OptimalWalk } from './optimal.ts'
import { partOf, partsFor, partsOfShard } from './shards.ts'
import { openSession } from './testing/open-session.ts'

const CORPUS = new URL('../../corpus/explore/', import.meta.url)

const LOCKS = `import { kthread_run, mutex, mutex_init, mutex_lock, mutex_unlock } from 'linux'
import { shared, READ_ONCE, WRITE_ONCE } from 'linux'
const a = mutex_init(new mutex())
const b = mutex_init(new mutex())
const x = shared(0)
kthread_run(() => { mutex_lock(a); mutex_lock(b); WRITE_ONCE(x, 1); mutex_unlock(b); mutex_unlock(a) }, 'one')
kthread_run(() => { mutex_lock(b); mutex_lock(a); READ_ONCE(x); mutex_unlock(a); mutex_unlock(b) }, 'two')
kthread_run(() => { mutex_lock(a); WRITE_ONCE(x, 2); mutex_unlock(a); READ_ONCE(x) }, 'three')
`

interface Found {
  readonly traces: string[]
  readonly foreign: number
}

/** The traces that a walk visits in the whole program, or in one shard of it. */
function tracesOf(text: string, shard: { index: number; count: number } | null): Found {
  const { session, program } = openSession(text)
  const names = new Names()
  const frontier = shard === null ? null : new Frontier(session, program, names, partsFor(shard.count))
  const parts =
    frontier === null
      ? [null]
      : partsOfShard(frontier, shard!.index, shard!.count).map((part) => partOf(frontier, part))
  const traces: string[] = []
  let foreign = 0
  for (const part of parts) {
    const walk = new OptimalWalk(session, program, null, names, part)
    walk.run({
      executed: (trail) => {
        traces.push(canonicalText(trail))
        return true
      },
    })
    expect(walk.complete).toBe(true)
    expect({ redundant: walk.redundant, impossible: walk.impossible }).toEqual({ redundant: 0, impossible: 0 })
    foreign += walk.foreign
  }
  return { traces, foreign }
}

const PROGRAMS: readonly (readonly [string, string])[] = [
  ['three tasks with two locks', LOCKS],
  ...readdirSync(CORPUS)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name, readFileSync(new URL(name, CORPUS), 'utf8')] as const),
  ...readdirSync(new URL('pairs/', CORPUS)).map(
    (name) => [`pairs/${name}`, readFileSync(new URL(`pairs/${name}/bad.ts`, CORPUS), 'utf8')] as const,
  ),
]

describe('shards', () => {
  for (const [name, text] of PROGRAMS) {
    it(`of ${name} visit each trace once, however many they are`, { timeout: 120_000 }, () => {
      const whole = tracesOf(text, null).traces.sort()
      for (const count of [1, 3, 8]) {
        const shards = Array.from({ length: count }, (_, i) => tracesOf(text, { index: i + 1, count }))
        const together = shards.flatMap(({ traces }) => traces)
        expect(together.length).toBe(whole.length)
        expect(together.sort()).toEqual(whole)
      }
    })
  }

  it('divide the work: none of four shards of readers(8) has more than half', () => {
    const text = readFileSync(new URL('readers-8.ts', CORPUS), 'utf8')
    for (let index = 1; index <= 4; index++) {
      const { traces } = tracesOf(text, { index, count: 4 })
      expect(traces.length).toBeGreaterThan(0)
      expect(traces.length).toBeLessThanOrEqual(128)
    }
  })
})
