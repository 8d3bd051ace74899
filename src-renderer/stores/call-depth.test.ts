import { describe, expect, it } from 'vitest'
import { depthsOf, mentionsIn, stepAfter } from './call-depth.ts'

const TEXT = `function fill(p) { p.write_u8(0, 1) }
const probe = (n) => {
  const p = kmalloc(n)
  fill(p)
  kfree(p)
}
probe(8)
pr_info('done')
fill(q)
`
const row = (line: number, within: string | null, task = 0) => ({ task, within, line, file: 'a.ts' })
const rows = [row(3, 'probe'), row(1, 'fill'), row(5, 'probe'), row(9, 'worker', 1), row(8, null), row(1, 'fill')]
const depths = depthsOf(rows, mentionsIn([{ path: 'a.ts', text: TEXT }]))

describe('call depth', () => {
  it('follows calls and returns of each task', () => {
    expect([...depths]).toEqual([2, 3, 2, 2, 1, 2])
  })
  it('knows that a function which does not call another one has returned', () => {
    const both = [row(1, 'fill'), row(3, 'probe')]
    expect([...depthsOf(both, mentionsIn([{ path: 'a.ts', text: TEXT }]))]).toEqual([2, 2])
  })
  it('steps over what a line calls, and out into the caller', () => {
    expect(stepAfter(rows, depths, 1, 'over')).toBe(3)
    expect(stepAfter(rows, depths, 2, 'out')).toBe(3)
    expect(stepAfter(rows, depths, 3, 'over')).toBe(5)
    expect(stepAfter(rows, depths, 5, 'over')).toBe(6)
    expect(stepAfter(rows, depths, 0, 'over')).toBe(1)
  })
})
