import { PbfReader } from 'pbf'
import { describe, expect, it } from 'vitest'
import type { CompiledProgram } from '../compiler/contract.ts'
import { judgeRun } from '../ownership/judge.ts'
import { RunBuilder } from '../ownership/testing/run-builder.ts'
import { buildReport } from './build.ts'
import { perfettoTrace } from './perfetto.ts'

function example(): Uint8Array {
  const run = new RunBuilder()
  const a = run.object('a = kmalloc(256, GFP_KERNEL)', 256)
  run.kfree('kfree(a)', a)
  run.write('a.write_u8(0, 1)', a, a.base)
  const record = run.record()
  const program = { ...run.program, modules: [], interleaved: false, errors: [] } as unknown as CompiledProgram
  const { findings, ledger } = judgeRun(record, program)
  const report = buildReport({ record, program, entry: 'd.ts', schedule: '', findings, compileMs: 0, runMs: 0 })
  return perfettoTrace({ record, program, ledger, report })
}

interface Decoded {
  time: number
  type: number
  track: number
  name: string
}

/** Events and track names, read back with the numbers of Perfetto's own definitions. */
function decode(bytes: Uint8Array): { events: Decoded[]; tracks: Map<number, string> } {
  const events: Decoded[] = []
  const tracks = new Map<number, string>()
  new PbfReader(bytes).readFields((_tag, _none, trace) => {
    const event: Decoded = { time: 0, type: 0, track: 0, name: '' }
    trace.readMessage((tag, _packet, packet) => {
      if (tag === 8) event.time = packet.readVarint()
      else if (tag === 11)
        packet.readMessage((field, _event, reader) => {
          if (field === 9) event.type = reader.readVarint()
          else if (field === 11) event.track = reader.readVarint()
          else if (field === 23) event.name = reader.readString()
        }, null)
      else if (tag === 60) {
        let uuid = 0
        packet.readMessage((field, _track, reader) => {
          if (field === 1) uuid = reader.readVarint()
          else if (field === 2) tracks.set(uuid, reader.readString())
        }, null)
      }
    }, null)
    if (event.type !== 0) events.push(event)
  }, null)
  return { events, tracks }
}

describe('a Perfetto trace', () => {
  it('has the calls of each task, the life of each memory and a flag for each diagnosis', () => {
    const { events, tracks } = decode(example())
    const named = events.map(({ time, type, track, name }) => `${time} ${type} ${tracks.get(track)} ${name}`.trim())
    expect(named).toContain('1000 1 insmod kmalloc')
    expect(named).toContain('1999 2 insmod')
    expect(named).toContain('1000 1 a (slab-object) a (slab-object)')
    expect(named).toContain('3500 3 insmod slab-use-after-free')
    const open = new Map<number, number>()
    for (const { type, track } of events) if (type < 3) open.set(track, (open.get(track) ?? 0) + (type === 1 ? 1 : -1))
    expect([...open.values()].every((count) => count === 0)).toBe(true)
  })

  it('has the same bytes every time', () => {
    expect(example()).toEqual(example())
  })
})
