/** An exploration that is stopped and goes on from its checkpoint is the exploration. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Explorer } from './explorer.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { ExploreOptions } from './options.ts'
import { EXHAUSTIVE, openSession, plainSandbox } from './testing/open-session.ts'

const LASTZERO = readFileSync(new URL('../../corpus/explore/lastzero-5.ts', import.meta.url), 'utf8')
const LOCKS = `import { kthread_run, mutex, mutex_init, mutex_lock, mutex_unlock } from 'linux'
import { kmalloc, kfree, GFP_KERNEL } from 'linux'
const a = mutex_init(new mutex())
const b = mutex_init(new mutex())
const p = kmalloc(8, GFP_KERNEL)!
kthread_run(() => { mutex_lock(a); mutex_lock(b); p.write_u8(0, 1); mutex_unlock(b); mutex_unlock(a) }, 'one')
kthread_run(() => { mutex_lock(b); mutex_lock(a); p.write_u8(0, 2); mutex_unlock(a); mutex_unlock(b) }, 'two')
kthread_run(() => { kfree(p) }, 'three')
`

/** Explores, stopping after every `every` executions and going on in a new explorer from the file's text. */
function inPieces(text: string, options: ExploreOptions, every: number) {
  let saved: Checkpoint | null = null
  for (let pieces = 1; ; pieces++) {
    const explorer: Explorer = new Explorer(openSession(text).program, options, plainSandbox, saved)
    let n = 0
    const done = explorer.advanceWhile(() => ++n < every)
    const left: Checkpoint | null = done ? null : explorer.checkpoint()
    if (left === null) return { result: explorer.result(), pieces }
    saved = JSON.parse(JSON.stringify(left)) as Checkpoint
  }
}

describe('a checkpoint', () => {
  for (const [name, text, options, every] of [
    ['lastzero(5)', LASTZERO, EXHAUSTIVE, 20],
    ['a shard of lastzero(5)', LASTZERO, { ...EXHAUSTIVE, shard: { index: 2, count: 3 } }, 5],
    ['tasks with locks', LOCKS, EXHAUSTIVE, 3],
    ['tasks with locks and a bound', LOCKS, { ...EXHAUSTIVE, bound: 1 }, 30],
    ['every interleaving of tasks with locks', LOCKS, { ...EXHAUSTIVE, mode: 'naive', bound: 1 }, 30],
  ] as const) {
    it(`of ${name} is gone on from to the same result`, () => {
      const whole = new Explorer(openSession(text).program, options, plainSandbox)
      whole.advanceWhile(() => true)
      const { result, pieces } = inPieces(text, options, every)
      expect(pieces).toBeGreaterThan(1)
      expect(result).toEqual(whole.result())
    })
  }

  it('of another text is refused', () => {
    const explorer = new Explorer(openSession(LOCKS).program, EXHAUSTIVE, plainSandbox)
    explorer.advanceWhile(() => false)
    const saved = explorer.checkpoint()
    expect(() => new Explorer(openSession(LASTZERO).program, EXHAUSTIVE, plainSandbox, saved)).toThrow('another text')
  })
})
