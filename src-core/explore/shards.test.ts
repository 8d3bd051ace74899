/** The shards of an exploration together are the whole: sums are exact, findings and traces the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalText } from './canonical.ts'
import { Frontier } from './frontier.ts'
import { Names } from './names.ts'
import { OptimalWalk } from './optimal.ts'
import { partOf, partsFor, partsOfShard } from './shards.ts'
import { openSession, type Opened } from './testing/open-session.ts'

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

/** The traces that a walk visits in the whole program (`frontier` null), or in parts of it. */
function tracesOf(
  { session, program }: Opened,
  frontier: Frontier | null,
  names: Names,
  parts: readonly number[],
): string[] {
  const traces: string[] = []
  for (const part of parts) {
    const walk = new OptimalWalk(session, program, null, names, frontier === null ? null : partOf(frontier, part))
    walk.run({
      executed: (trail) => {
        traces.push(canonicalText(trail))
        // A walk visits what belongs to its part, and nothing else.
        if (frontier !== null) expect(frontier.partOf(trail)).toBe(part)
        return true
      },
    })
    expect(walk.complete).toBe(true)
    expect({ redundant: walk.redundant, impossible: walk.impossible }).toEqual({ redundant: 0, impossible: 0 })
  }
  return traces.sort()
}

/** The traces of each of so many shards. Every shard makes the cut anew; that they are all the same is tested apart. */
function shardsOf(text: string, count: number): string[][] {
  const opened = openSession(text)
  const names = new Names()
  const frontier = new Frontier(opened.session, opened.program, names, partsFor(count))
  return Array.from({ length: count }, (_, i) =>
    tracesOf(opened, frontier, names, partsOfShard(frontier, i + 1, count)),
  )
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
    it(`of ${name} visit each trace once, however many they are`, { timeout: 300_000 }, () => {
      const whole = tracesOf(openSession(text), null, new Names(), [0])
      for (const count of [1, 3, 8]) expect(shardsOf(text, count).flat().sort()).toEqual(whole)
    })
  }

  it('make the same cut, each for itself', () => {
    const cuts = Array.from({ length: 2 }, () => {
      const { session, program } = openSession(LOCKS)
      return new Frontier(session, program, new Names(), partsFor(3)).parts.map(({ order }) => order)
    })
    expect(cuts[0]!.length).toBeGreaterThan(3)
    expect(cuts[1]).toEqual(cuts[0])
  })

  it('divide the work: none of four shards of readers(8) has more than half', () => {
    const text = readFileSync(new URL('readers-8.ts', CORPUS), 'utf8')
    for (const traces of shardsOf(text, 4)) {
      expect(traces.length).toBeGreaterThan(0)
      expect(traces.length).toBeLessThanOrEqual(128)
    }
  })
})
