import { describe, expect, it } from 'vitest'
import { sampleRun } from '../testing/sample-run.ts'
import { RunView } from './run-view.ts'
import { variables } from './variables.ts'

const at = (step: number) =>
  variables(new RunView(sampleRun()), { run: 1, step }).rows.map(({ name, line, state }) => `${name}:${line} ${state}`)

describe('variables at a step', () => {
  it('are none before anything was stored', () => {
    expect(at(0)).toEqual([])
  })
  it('own what they made, borrow what they derived, and are freed with the memory', () => {
    expect(at(4)).toEqual(['a:6 owner', 'page:7 borrowed', 'b:9 borrowed'])
    expect(at(5)).toContain('a:6 freed')
    expect(at(5)).toContain('b:9 freed')
  })
  it('are what they were at an earlier step again when the playhead goes back', () => {
    const view = new RunView(sampleRun())
    variables(view, { run: 1, step: 7 })
    expect(variables(view, { run: 1, step: 1 }).rows.map(({ state }) => state)).toEqual(['owner'])
  })
})
