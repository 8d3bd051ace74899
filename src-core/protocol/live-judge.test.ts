import { expect, test } from 'vitest'
import { judgeRun } from '../ownership/judge.ts'
import { LiveJudge } from './live-judge.ts'
import { liveRun } from './testing/live-run.ts'

const TEXT = `import { kmalloc, kfree, GFP_KERNEL } from 'linux'
for (let i = 0; i < 5000; i++) kfree(kmalloc(64, GFP_KERNEL)!)
const stale = kmalloc(128, GFP_KERNEL)!
kfree(stale)
for (let i = 0; i < 5000; i++) kfree(kmalloc(64, GFP_KERNEL)!)
stale.write_u8(0, 1)
kmalloc(32, GFP_KERNEL)
`

/** A judge whose turns of the event loop the test takes itself. */
function judging() {
  const { record, program } = liveRun(TEXT)
  const turns: (() => void)[] = []
  const live = new LiveJudge(program, record.era, (call) => turns.push(call))
  return { record, program, live, turns }
}

test('judging chunk by chunk finds what judging the whole run finds', () => {
  const { record, program, live, turns } = judging()
  expect(record.chunks.length).toBeGreaterThan(1)
  live.started(record.machine, record)
  for (const chunk of record.chunks.slice(0, -1)) {
    live.chunk(chunk)
    turns.shift()?.()
  }
  const { findings } = live.finish(record)
  expect(findings.map(({ code }) => code)).toEqual(['slab-use-after-free', 'memory-leak'])
  expect(findings).toEqual(judgeRun(record, program).findings)
})

test('chunks that were still waiting at the end are judged once', () => {
  const { record, program, live, turns } = judging()
  live.started(record.machine, record)
  for (const chunk of record.chunks) live.chunk(chunk)
  const { findings } = live.finish(record)
  turns.shift()?.()
  expect(turns).toEqual([])
  expect(findings).toEqual(judgeRun(record, program).findings)
})

test('a run that starts again is judged from its beginning', () => {
  const { record, program, live, turns } = judging()
  live.started(record.machine, record)
  live.chunk(record.chunks[0]!)
  turns.shift()?.()
  live.restarted()
  live.started(record.machine, record)
  expect(live.finish(record).findings).toEqual(judgeRun(record, program).findings)
})
