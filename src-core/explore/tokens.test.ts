/** Tokens of findings in corpus/explore: each replays to its finding in a fresh session, twice with the same sum. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseSchedule, runSum, TokenPolicy } from '../runtime/schedule-token.ts'
import { Explorer } from './explorer.ts'
import { findingKey, judgeExecution } from './judging.ts'
import { EXHAUSTIVE, openSession, plainSandbox } from './testing/open-session.ts'

const FOLDER = new URL('../../corpus/explore/', import.meta.url)

/** Waits that are no locks: to begin one is a step of the schedule too. */
const WAITS = `import { kthread_run, synchronize_rcu, rcu_read_lock, rcu_read_unlock, READ_ONCE } from 'linux'
import { kmalloc, kfree, GFP_KERNEL, shared, WRITE_ONCE, type Ptr } from 'linux'
const at = shared<Ptr | null>(kmalloc(8, GFP_KERNEL))
const stage = shared(0)
kthread_run(() => {
  const old = READ_ONCE(at)
  WRITE_ONCE(at, null)
  WRITE_ONCE(stage, 1)
  synchronize_rcu()
  kfree(old)
  WRITE_ONCE(stage, 2)
}, 'updater')
kthread_run(() => {
  rcu_read_lock()
  const mine = READ_ONCE(at)
  const waits = READ_ONCE(stage) === 1
  rcu_read_unlock()
  if (mine !== null && waits && READ_ONCE(stage) === 2) mine.read_u8(0)
}, 'reader')
`
const PAIRS = readdirSync(new URL('pairs/', FOLDER)).map((pair) => `pairs/${pair}/bad.ts`)
const PROGRAMS = [...readdirSync(FOLDER).filter((each) => each.startsWith('munmap-window')), ...PAIRS]

for (const name of ['waits', ...PROGRAMS]) {
  it.each(name.startsWith('pairs') ? [null] : name === 'waits' ? [null, 4] : [null, 1, 2])(
    `of ${name} replay, explored with bound %s`,
    (bound) => {
      const text = name === 'waits' ? WAITS : readFileSync(new URL(name, FOLDER), 'utf8')
      const explorer = new Explorer(openSession(text).program, { ...EXHAUSTIVE, bound }, plainSandbox)
      explorer.advanceWhile(() => true)
      const { findings } = explorer.result()
      expect(findings.length).toBeGreaterThan(0)
      for (const { code, at, schedule: token } of findings) {
        const schedule = parseSchedule(token)
        if (typeof schedule === 'string') throw new Error(schedule)
        for (let time = 0; time < 2; time++) {
          const { program, session, record } = openSession(text)
          session.prepare()
          const policy = new TokenPolicy(schedule, session.sense)
          const ending = session.replay(policy)
          expect(policy.missed).toBe(0)
          expect(runSum(record.chunks)).toBe(schedule.sum)
          const found = judgeExecution(record, program, 'v6.12', ending!.outcome)
          expect(found.map((each) => findingKey(each, record, program))).toContain(
            `${code} ${program.files.indexOf(at.file)}:${at.line}:${at.column}`,
          )
        }
      }
    },
  )
}
