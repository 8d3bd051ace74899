/** `explore --merge`: what shards found, put together. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import type { Exploration } from '../src-core/explore/options.ts'
import { mergeFiles } from './commands/explore-merge.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-merge-'))
afterAll(() => rmSync(folder, { recursive: true }))

function shardFile(index: number, more: Partial<Exploration>): string {
  const exploration: Exploration = {
    schema: 'pageward.exploration/1',
    program: 'x.ts',
    era: 'v6.12',
    mode: 'exhaustive',
    executions: 10 * index,
    blocked: 0,
    probes: 0,
    redundant: 0,
    complete: true,
    bound: null,
    shard: { index, count: 3 },
    findings: [],
    invisible_sharing: [],
    run_ms: 1,
    ...more,
  }
  const path = join(folder, `shard-${index}.json`)
  writeFileSync(path, JSON.stringify(exploration))
  return path
}

it('adds shards up that all saw a stale pointer used, or none of them', () => {
  for (const more of [{}, { strict: true }] as const) {
    const merged = mergeFiles([1, 2, 3].map((index) => shardFile(index, more)))
    expect(merged).toMatchObject({ executions: 60, complete: true, ...more })
    expect(merged.strict).toBe('strict' in more ? true : undefined)
  }
})

it('says which shards have to be run again where only some saw one', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const merged = mergeFiles([shardFile(1, {}), shardFile(2, { strict: true }), shardFile(3, {})])
  expect(merged).toMatchObject({ complete: false, incomplete: ['strict'], strict: true })
  expect(said.mock.calls.flat().join()).toMatch(/again with --strict: 1, 3 of 3/)
  said.mockRestore()
})
