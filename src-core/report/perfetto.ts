/**
 * A run as a Perfetto trace (`.pftrace`, TrackEvent protobuf) for ui.perfetto.dev: a thread for each task with its
 * calls, a track for each piece of memory with its life, its rights below it, a flag for each diagnosis, and arrows
 * along a diagnosis' story. A step is drawn as one microsecond: the simulator has no other clock.
 *
 * Numbers of fields: perfetto/protos/perfetto/trace/trace_packet.proto and track_event/*.proto.
 */
import { PbfWriter } from 'pbf'
import type { Ledger } from '../ownership/ledger.ts'
import { Flag, OP_NAMES } from '../trace/ops.ts'
import type { RunRecord } from '../trace/record.ts'
import { TraceStore } from '../trace/store.ts'
import { memoryName } from './memory-names.ts'
import { Places, type SitesAndFiles } from './places.ts'
import type { Diagnosis, Report } from './report.ts'

const NS_PER_STEP = 1000
const SEQUENCE = 1
/** Memory that gets a track of its own at most; later memory shows in the calls only. */
const MOST_MEMORY = 20_000
/** A part of the file ends with the packet that reaches so many bytes. */
const PART_BYTES = 1 << 20

const Packet = { TIMESTAMP: 8, SEQUENCE_ID: 10, TRACK_EVENT: 11, SEQUENCE_FLAGS: 13, TRACK_DESCRIPTOR: 60 } as const
const Track = { UUID: 1, NAME: 2, PROCESS: 3, THREAD: 4, PARENT: 5 } as const
const Event = { DEBUG: 4, TYPE: 9, TRACK: 11, CATEGORIES: 22, NAME: 23, FLOWS: 47 } as const
const EventType = { BEGIN: 1, END: 2, INSTANT: 3 } as const
const Debug = { UINT: 3, STRING: 6, NAME: 10 } as const
const INCREMENTAL_STATE_CLEARED = 1

/** Ids of tracks: any distinct numbers. */
const TASKS = 1
const MEMORY = 2
const firstTask = 1_000
const firstMemory = 1_000_000
const firstRight = 100_000_000

export interface PerfettoInput {
  readonly record: RunRecord
  readonly program: SitesAndFiles
  readonly ledger: Ledger
  readonly report: Report
}

/** Consecutive bytes of a file, and how much of the run (0 to 1) is behind with them. */
export interface FilePart {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly share: number
}

/** The run as the bytes of a `.pftrace` file. The same run gives the same bytes. */
export function perfettoTrace(input: PerfettoInput): Uint8Array {
  const parts = [...perfettoParts(input)].map(({ bytes }) => bytes)
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The same bytes in parts of about a mebibyte, each made when it is asked for: a long run takes seconds. */
export function perfettoParts(input: PerfettoInput): Generator<FilePart> {
  return new Exporter(input).parts()
}

type Details = Readonly<Record<string, string | number>>

class Exporter {
  private out = new PbfWriter()
  private readonly store: TraceStore
  private readonly places: Places
  private flows = 0
  private lastRight = firstRight
  private packets = 0

  constructor(private readonly input: PerfettoInput) {
    this.store = TraceStore.of(input.record.chunks)
    this.places = new Places(input.record, input.program)
  }

  *parts(): Generator<FilePart> {
    const { record, report } = this.input
    const all = this.store.steps + Math.min(this.store.allocations, MOST_MEMORY) + 1
    let done = 0
    this.process(TASKS, 1, `${report.program} (${report.era})`)
    this.process(MEMORY, 2, 'memory')
    for (const task of record.tasks) this.thread(firstTask + task.id, task.id + 1, task.name)
    for (let step = 1; step <= this.store.steps; step++, done++) {
      this.call(step)
      if (this.out.pos >= PART_BYTES) yield { bytes: this.take(), share: done / all }
    }
    for (let id = 1; id <= Math.min(this.store.allocations, MOST_MEMORY); id++, done++) {
      this.memory(id)
      if (this.out.pos >= PART_BYTES) yield { bytes: this.take(), share: done / all }
    }
    for (const diagnosis of report.diagnoses) this.diagnosis(diagnosis)
    yield { bytes: this.take(), share: 1 }
  }

  /** What was written since the last part. */
  private take(): Uint8Array<ArrayBuffer> {
    const bytes = this.out.finish().slice()
    this.out = new PbfWriter()
    return bytes
  }

  private call(step: number): void {
    const { store, places } = this
    const site = places.site(step)
    const at = places.at(step)
    const failed = (store.opFlags(step) & Flag.FAILED) !== 0
    this.slice(firstTask + store.opTask(step), step, step + 1, OP_NAMES[store.opKind(step)] ?? 'call', 'call', {
      ...(site === undefined ? {} : { text: site.text }),
      ...(at === null ? {} : { at: `${at.file}:${at.line}:${at.column}` }),
      step,
      ...(failed ? { failed: 'yes' } : {}),
    })
  }

  private memory(id: number): void {
    const { record, ledger } = this.input
    const { store, places } = this
    const end = store.steps + 1
    const allocation = store.allocation(id)
    const name = memoryName(record, places, id)
    if (allocation === null || name === null) return
    const freed = ledger.allocations.freedAt(id)
    const label = name.name === '' ? name.kind : `${name.name} (${name.kind})`
    this.track(firstMemory + id, MEMORY, label)
    this.slice(firstMemory + id, allocation.step, freed === 0 ? end : freed, label, 'memory', {
      address: name.address,
      bytes: name.bytes,
      owner: places.taskName(allocation.step),
    })
    for (const { kind, on, from, to } of ledger.rightsOf(id)) {
      const right = ++this.lastRight
      this.track(right, firstMemory + id, kind)
      const at = places.at(from)
      this.slice(right, from, to === 0 ? end : to, kind, 'right', {
        on,
        holder: places.taskName(from),
        ...(at === null ? {} : { at: `${at.file}:${at.line}` }),
      })
    }
  }

  /** A flag on the task, one on the memory, and arrows from step to step of the story. */
  private diagnosis(diagnosis: Diagnosis): void {
    const { code, severity, message, memory, step, story, fix } = diagnosis
    const details = { message, fix, certainty: diagnosis.certainty }
    const flow = ++this.flows
    for (const told of new Set([...story.map((line) => line.step), step]))
      if (told > 0) this.instant(firstTask + this.places.task(told), told, code, severity, details, flow)
    if (memory !== null && memory.allocation <= MOST_MEMORY)
      this.instant(firstMemory + memory.allocation, step, code, severity, details, flow)
  }

  private process(uuid: number, pid: number, name: string): void {
    this.descriptor(uuid, name, null, (track) => {
      track.writeMessage(
        Track.PROCESS,
        (_, process) => {
          process.writeVarintField(1, pid)
          process.writeStringField(6, name)
        },
        null,
      )
    })
  }

  private thread(uuid: number, tid: number, name: string): void {
    this.descriptor(uuid, name, TASKS, (track) => {
      track.writeMessage(
        Track.THREAD,
        (_, thread) => {
          thread.writeVarintField(1, 1)
          thread.writeVarintField(2, tid + 1)
          thread.writeStringField(5, name)
        },
        null,
      )
    })
  }

  private track(uuid: number, parent: number, name: string): void {
    this.descriptor(uuid, name, parent, () => undefined)
  }

  private descriptor(uuid: number, name: string, parent: number | null, more: (track: PbfWriter) => void): void {
    this.packet(null, (packet) => {
      packet.writeMessage(
        Packet.TRACK_DESCRIPTOR,
        (_, track) => {
          track.writeVarintField(Track.UUID, uuid)
          track.writeStringField(Track.NAME, name)
          if (parent !== null) track.writeVarintField(Track.PARENT, parent)
          more(track)
        },
        null,
      )
    })
  }

  private slice(track: number, from: number, to: number, name: string, category: string, details: Details): void {
    this.event(from * NS_PER_STEP, EventType.BEGIN, track, name, category, details, 0)
    this.event(to * NS_PER_STEP - 1, EventType.END, track, '', '', {}, 0)
  }

  private instant(track: number, step: number, name: string, category: string, details: Details, flow: number): void {
    this.event(step * NS_PER_STEP + NS_PER_STEP / 2, EventType.INSTANT, track, name, category, details, flow)
  }

  private event(
    time: number,
    type: number,
    track: number,
    name: string,
    category: string,
    details: Details,
    flow: number,
  ): void {
    this.packet(time, (packet) => {
      packet.writeMessage(
        Packet.TRACK_EVENT,
        (_, event) => {
          event.writeVarintField(Event.TYPE, type)
          event.writeVarintField(Event.TRACK, track)
          if (name !== '') event.writeStringField(Event.NAME, name)
          if (category !== '') event.writeStringField(Event.CATEGORIES, category)
          for (const [key, value] of Object.entries(details))
            event.writeMessage(
              Event.DEBUG,
              (_key, debug) => {
                debug.writeStringField(Debug.NAME, key)
                if (typeof value === 'number') debug.writeVarintField(Debug.UINT, value)
                else debug.writeStringField(Debug.STRING, value)
              },
              null,
            )
          if (flow !== 0) event.writeFixed64Field(Event.FLOWS, flow)
        },
        null,
      )
    })
  }

  /** A packet of the one sequence; its first says that no state came before it. */
  private packet(time: number | null, fill: (packet: PbfWriter) => void): void {
    const first = this.packets++ === 0
    this.out.writeMessage(
      1,
      (_, packet) => {
        if (time !== null) packet.writeVarintField(Packet.TIMESTAMP, time)
        packet.writeVarintField(Packet.SEQUENCE_ID, SEQUENCE)
        if (first) packet.writeVarintField(Packet.SEQUENCE_FLAGS, INCREMENTAL_STATE_CLEARED)
        fill(packet)
      },
      null,
    )
  }
}
