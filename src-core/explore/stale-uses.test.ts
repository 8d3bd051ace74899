/** Pointers that are used after their free: the exploration begins again, and looks at who got which memory. */
import { describe, expect, it } from 'vitest'
import { Explorer, type Explored } from './explorer.ts'
import { mergeExplored } from './merge.ts'
import type { ExploreOptions } from './options.ts'
import { compare, tracesOf } from './testing/compare.ts'
import { EXHAUSTIVE, openSession, plainSandbox } from './testing/open-session.ts'
import { programOf } from './testing/small-programs.ts'

const ALLOC = 'alloc_page(GFP_KERNEL)'
/** Which of two tasks got the page that `g` still names? */
const WHO_GOT_IT = programOf([['put_page(g)', 'get_page(g)'], [ALLOC], [ALLOC]])
/** A stale pointer is used only where three tasks came one after the other, last to first: late in the exploration. */
const LATE = programOf([
  ['WRITE_ONCE(x, READ_ONCE(x) * 10 + ID)'],
  ['WRITE_ONCE(x, READ_ONCE(x) * 10 + ID)'],
  ['WRITE_ONCE(x, READ_ONCE(x) * 10 + ID)'],
  ['if (READ_ONCE(x) === 321) { put_page(g); get_page(g) }', 'WRITE_ONCE(x, READ_ONCE(x) * 10 + ID)'],
])

function explorerOf(text: string, options: Partial<ExploreOptions> = {}): Explorer {
  return new Explorer(openSession(text).program, { ...EXHAUSTIVE, ...options }, plainSandbox)
}

function explored(text: string, options: Partial<ExploreOptions> = {}): Explored {
  const explorer = explorerOf(text, options)
  explorer.advanceWhile(() => true)
  return explorer.result()
}

describe('a stale pointer', { timeout: 120_000 }, () => {
  it('makes an exploration begin again, which then visits what every interleaving does', () => {
    expect(explored(WHO_GOT_IT)).toMatchObject({
      executions: tracesOf(WHO_GOT_IT, 3000),
      blocked: 0,
      complete: true,
      strict: true,
    })
  })

  it('is told from a new one that names the same frame', () => {
    for (const tasks of [
      // Somebody has the page whenever it is used: a page handle does not say for whom it was made.
      [
        ['put_page(g)', 'complete(D)', 'mutex_lock(A)', 'get_page(g)'],
        ['wait_for_completion(D)', ALLOC],
      ],
      [['put_page(g)', 'const q = alloc_page(GFP_KERNEL)!; get_page(g); put_page(q)'], [ALLOC]],
    ]) {
      const text = programOf(tasks)
      expect(compare(text, true, 3000)).toBe(true)
      expect(explored(text).strict, text).toBe(true)
    }
  })

  it('is none where tasks take and give pages in turn', () => {
    const takes = 'const p = alloc_page(GFP_KERNEL)!; __free_page(p)'
    const text = programOf([[takes, takes], [takes]])
    expect(compare(text, true, 3000)).toBe(true)
    expect(explored(text).strict).toBeUndefined()
  })

  it('is seen within a bound too, and the findings of an exploration that is cut short are kept', () => {
    expect(explored(WHO_GOT_IT, { bound: 1 })).toMatchObject({ complete: true, strict: true })
    const all = explored(WHO_GOT_IT).findings.map(({ code }) => code)
    const explorer = explorerOf(WHO_GOT_IT)
    let n = 0
    // The last execution before it begins again is one of those that are asked about.
    explorer.advanceWhile(() => ++n < 1)
    explorer.stopped('interrupted')
    const { findings, complete } = explorer.result()
    expect(complete).toBe(false)
    for (const { code } of findings) expect(all).toContain(code)
  })

  it('does not matter to every interleaving, nor to those picked by chance', () => {
    expect(explored(WHO_GOT_IT, { mode: 'naive' }).strict).toBeUndefined()
    expect(explored(WHO_GOT_IT, { mode: 'random', maxExecutions: 50 }).strict).toBeUndefined()
    expect(explored(WHO_GOT_IT, { checkIndependence: true }).independence!.entangled).toEqual([])
  })

  it('makes a stopped exploration go on where it was', () => {
    const whole = explored(WHO_GOT_IT)
    for (const stopAt of [1, 3, 7]) {
      const explorer = explorerOf(WHO_GOT_IT)
      let n = 0
      explorer.advanceWhile(() => ++n < stopAt)
      const saved = structuredClone(explorer.checkpoint())
      const { program } = openSession(WHO_GOT_IT)
      const resumed = new Explorer(program, EXHAUSTIVE, plainSandbox, saved)
      resumed.advanceWhile(() => true)
      expect(resumed.result()).toEqual(whole)
    }
  })
})

describe('shards of a program that uses a stale pointer', { timeout: 120_000 }, () => {
  const shard = (text: string, index: number, count: number, strict = false): Explored =>
    explored(text, { shard: { index, count }, ...(strict ? { strict } : {}) })
  const shards = (text: string, count: number): Explored[] =>
    Array.from({ length: count }, (_, i) => shard(text, i + 1, count))

  it('are the whole', () => {
    // The schedule that shows a finding is the simplest of the part that saw it.
    const said = ({ executions, blocked, complete, strict, findings }: Explored) => ({
      ...{ executions, blocked, complete, strict },
      findings: findings.map(({ code, at, certainty }) => ({ code, at, certainty })),
    })
    const whole = said(explored(WHO_GOT_IT))
    for (const count of [1, 3]) expect(said(mergeExplored(shards(WHO_GOT_IT, count)))).toEqual(whole)
  })

  it('tell apart those that did not see it, and are the whole once these were run with --strict', () => {
    const whole = explored(LATE)
    expect(whole.strict).toBe(true)
    const all = shards(LATE, 3)
    expect([all.some(({ strict }) => strict), all.every(({ strict }) => strict)]).toEqual([true, false])
    const again = all.map((one, i) => (one.strict === true ? one : shard(LATE, i + 1, 3, true)))
    expect(mergeExplored(again).executions).toBe(whole.executions)
  })
})
