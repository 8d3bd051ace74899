/** Tokens of findings in corpus/explore: each replays to its finding in a fresh session, twice with the same sum. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseSchedule, runSum, TokenPolicy } from '../runtime/schedule-token.ts'
import { Explorer } from './explorer.ts'
import { findingKey, judgeExecution } from './judging.ts'
import { openSession, plainSandbox } from './testing/open-session.ts'
import type { ExploreOptions } from './options.ts'

const FOLDER = new URL('../../corpus/explore/', import.meta.url)
const OPTIONS: ExploreOptions = {
  era: 'v6.12',
  machine: {},
  mode: 'exhaustive',
  bound: null,
  maxExecutions: null,
  seed: 1,
  shard: null,
  steps: 10_000,
}

for (const name of readdirSync(FOLDER).filter((each) => each.startsWith('munmap-window'))) {
  it.each([null, 1, 2])(`of ${name} replay, explored with bound %s`, (bound) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8')
    const explorer = new Explorer(openSession(text).program, { ...OPTIONS, bound }, plainSandbox)
    explorer.advanceWhile(() => true)
    const { findings } = explorer.result()
    expect(findings.length).toBeGreaterThan(0)
    for (const { code, at, schedule: token } of findings) {
      const schedule = parseSchedule(token)
      if (typeof schedule === 'string') throw new Error(schedule)
      for (let time = 0; time < 2; time++) {
        const { program, session, record } = openSession(text)
        session.prepare()
        const policy = new TokenPolicy(schedule)
        const ending = session.execute(policy)
        expect(policy.missed).toBe(0)
        expect(runSum(record.chunks)).toBe(schedule.sum)
        const found = judgeExecution(record, program, 'v6.12', ending!.outcome)
        expect(found.map((each) => findingKey(each, record, program))).toContain(
          `${code} ${program.files.indexOf(at.file)}:${at.line}:${at.column}`,
        )
      }
    }
  })
}
