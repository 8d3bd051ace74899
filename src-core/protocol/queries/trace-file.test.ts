import { describe, expect, it } from 'vitest'
import { perfettoTrace } from '../../report/perfetto.ts'
import { decodeTrace, encodeTrace } from '../../trace/format.ts'
import { sampleRun } from '../testing/sample-run.ts'
import type { TraceForm } from '../trace-file.ts'
import { RunView } from './run-view.ts'
import { traceFile } from './trace-file.ts'

function whole(view: RunView, form: TraceForm): Uint8Array {
  const bytes: number[] = []
  for (let part = 0; ; part++) {
    const answer = traceFile(view, { run: 1, form, part })
    bytes.push(...answer.bytes)
    if (answer.share === 1) return Uint8Array.from(bytes)
  }
}

describe('the file of a run', () => {
  const run = sampleRun()

  it('has the bytes that the command line writes', () => {
    const view = new RunView(run)
    expect(whole(view, 'perfetto')).toEqual(perfettoTrace(run))
    expect(whole(view, 'columns')).toEqual(encodeTrace(run.record, run.program))
    expect(decodeTrace(whole(view, 'columns')).record.era).toBe(run.record.era)
  })

  it('is begun anew by part 0, and told in order only', () => {
    const view = new RunView(run)
    expect(() => traceFile(view, { run: 1, form: 'columns', part: 1 })).toThrow('begin with part 0')
    expect(whole(view, 'columns')).toEqual(whole(view, 'columns'))
    expect(() => traceFile(view, { run: 1, form: 'columns', part: 1 })).toThrow('begin with part 0')
  })
})
