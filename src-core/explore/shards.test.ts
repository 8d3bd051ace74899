/** The shards of an exploration together are the whole: sums are exact, findings and traces the same. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalText } from './canonical.ts'
import { OptimalWalk } from './optimal.ts'
import { partsOfShard } from './shards.ts'
import { openSession } from './testing/open-session.ts'

const corpus = (name: string): string =>
  readFileSync(new URL(`../../corpus/explore/${name}.ts`, import.meta.url), 'utf8')

const LOCKS = `import { kthread_run, mutex, mutex_init, mutex_lock, mutex_unlock } from 'linux'
import { shared, READ_ONCE, WRITE_ONCE } from 'linux'
const a = mutex_init(new mutex())
const b = mutex_init(new mutex())
const x = shared(0)
kthread_run(() => { mutex_lock(a); mutex_lock(b); WRITE_ONCE(x, 1); mutex_unlock(b); mutex_unlock(a) }, 'one')
kthread_run(() => { mutex_lock(b); mutex_lock(a); READ_ONCE(x); mutex_unlock(a); mutex_unlock(b) }, 'two')
kthread_run(() => { mutex_lock(a); WRITE_ONCE(x, 2); mutex_unlock(a); READ_ONCE(x) }, 'three')
`

function traces(text: string, part: { index: number; count: number } | null): { found: string[]; foreign: number } {
  const { session, program } = openSession(text)
  const parts = part === null ? [[]] : partsOfShard(session, program, part.index, part.count)
  const found: string[] = []
  let foreign = 0
  for (const orders of parts) {
    const walk = new OptimalWalk(session, program, null, orders)
    walk.run({
      executed: (trail) => {
        found.push(canonicalText(trail))
        return true
      },
    })
    expect({ complete: walk.complete, redundant: walk.redundant, impossible: walk.impossible }).toEqual({
      complete: true,
      redundant: 0,
      impossible: 0,
    })
    foreign += walk.foreign
  }
  return { found, foreign }
}

describe('shards', () => {
  for (const [name, text] of [
    ['readers(8)', corpus('readers-8')],
    ['lastzero(5)', corpus('lastzero-5')],
    ['three tasks with two locks', LOCKS],
  ] as const) {
    for (const count of [2, 3, 7]) {
      it(`of ${name}: ${count} of them visit each trace once`, () => {
        const whole = traces(text, null).found
        const parts = Array.from({ length: count }, (_, i) => traces(text, { index: i + 1, count }))
        const together = parts.flatMap(({ found }) => found)
        expect(together.length).toBe(whole.length)
        expect(together.sort()).toEqual(whole.sort())
      })
    }
  }
})
