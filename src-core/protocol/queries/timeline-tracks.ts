/**
 * Tracks of the timeline beside the tasks: lock holds, RCU sections and grace periods, sections with interrupts off,
 * reclaim and shrinkers, what devices reach. Folded once a run from the trace, then answered for a range.
 *
 * A grace period is drawn from call_rcu() until the sections that were open then have ended, of kfree_rcu() until the
 * memory went back; one of synchronize_rcu() from the caller's step before it, as the trace has no row for its start.
 */
import { Context, ContextMask, Field } from '../../trace/fields.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { Flag, LockClass, Op } from '../../trace/ops.ts'
import type { TimelineTrack, TrackGroup } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { SpanColumn } from './span-column.ts'

/** Tracks of one answer at most: those with the most spans of each group come first. */
const MOST_TRACKS = 24
const LOCKS = { [LockClass.SPINLOCK]: 'spinlock', [LockClass.MUTEX]: 'mutex', [LockClass.RWSEM]: 'rwsem' } as Readonly<
  Record<number, string>
>
const DEVICE_ACCESS = new Set<number>([Op.dma_read, Op.dma_write, Op.gpu_read, Op.gpu_write])
const STOPPED = Flag.FAILED | Flag.NULL | Flag.FAULT

interface Track {
  readonly id: string
  readonly group: TrackGroup
  readonly name: string
  readonly spans: SpanColumn
  readonly label: (detail: number) => string
}

interface Waiting {
  readonly row: number
  readonly readers: Set<number>
}

class Tracks {
  readonly list: Track[] = []
  private readonly byId = new Map<string, Track>()
  /** Rows of the spans that are open, by what opened them. */
  private readonly open = new Map<string, number[]>()
  private readonly depth: number[] = []
  private readonly waiting: Waiting[] = []
  private readonly lastStep: number[] = []

  constructor(private readonly view: RunView) {
    for (const chunk of view.store.chunks) this.fold(chunk)
    for (const mapping of view.run.ledger.dma.mappings) {
      if (mapping.right === 0) continue
      const track = this.track('device', 'device', this.deviceName(), (detail) => this.view.label(detail))
      this.insert(track, mapping.step, mapping.endedAt, view.store.opTask(mapping.step), mapping.allocation)
    }
  }

  private deviceName(): string {
    const { devices } = this.view.run.ledger.dma
    const only = devices.length === 1 ? devices[0] : undefined
    return only === undefined ? 'devices' : (this.view.run.record.strings[only.name] ?? 'device')
  }

  private track(id: string, group: TrackGroup, name: string, label: (detail: number) => string = () => ''): Track {
    let found = this.byId.get(id)
    if (found === undefined) {
      found = { id, group, name, spans: new SpanColumn(), label }
      this.byId.set(id, found)
      this.list.push(found)
    }
    return found
  }

  /** Mappings are in order of steps already. */
  private insert({ spans }: Track, from: number, to: number, task: number, detail: number): void {
    spans.begin(from, task, detail, to)
  }

  private begin(key: string, track: Track, step: number, task: number, detail = 0): void {
    const rows = this.open.get(key) ?? []
    rows.push(track.spans.begin(step, task, detail))
    this.open.set(key, rows)
  }

  private end(key: string, track: Track, step: number, detail?: number): void {
    const row = this.open.get(key)?.pop()
    if (row !== undefined) track.spans.end(row, step, detail)
  }

  private fold(chunk: TraceChunk): void {
    const { kind, task, subject, a, b, flags, allocation } = chunk.ops
    const { field } = chunk.deltas
    for (let d = 0; d < chunk.deltaCount; d++) if (field[d] === Field.CONTEXT) this.context(chunk, d)
    for (let row = 0; row < chunk.opCount; row++) {
      const step = chunk.firstStep + row
      const who = task[row]
      const op = kind[row]
      switch (op) {
        case Op.lock:
        case Op.trylock:
        case Op.unlock:
          if ((flags[row] & STOPPED) === 0) this.lock(op, step, who, subject[row], b[row], chunk.ops.site[row])
          break
        case Op.rcu_read_lock:
        case Op.rcu_read_unlock:
          this.section(op === Op.rcu_read_lock, step, who)
          break
        case Op.call_rcu:
          if ((flags[row] & STOPPED) === 0) this.queued(step, who, allocation[row])
          break
        case Op.synchronize_rcu:
          this.grace().spans.begin(Math.min(step, (this.lastStep[who] ?? step - 1) + 1), who, 0, step)
          break
        case Op.reclaim_start:
          this.begin(`reclaim ${who}`, this.reclaim(), step, who)
          break
        case Op.reclaim_end:
          this.end(`reclaim ${who}`, this.reclaim(), step, a[row])
          break
        case Op.shrink_scan:
          this.begin(`scan ${who} ${subject[row]}`, this.shrinker(subject[row]), step, who, -1)
          break
        case Op.shrink_scanned:
          this.end(`scan ${who} ${subject[row]}`, this.shrinker(subject[row]), step, Math.max(0, a[row]))
          break
        default:
          if (DEVICE_ACCESS.has(op)) {
            const track = this.track('access', 'device', `${this.deviceName()} accesses`, (detail) =>
              detail === Op.dma_read || detail === Op.gpu_read ? 'reads' : 'writes',
            )
            track.spans.begin(step, who, op, step)
          }
      }
      this.lastStep[who] = step
    }
  }

  private reclaim(): Track {
    return this.track('reclaim', 'reclaim', 'reclaim', (freed) => `${freed} freed`)
  }
  private shrinker(id: number): Track {
    return this.track(`shrinker ${id}`, 'reclaim', `shrinker ${id}`, (freed) => (freed < 0 ? '' : `${freed} freed`))
  }
  private grace(): Track {
    return this.track('grace', 'rcu', 'grace periods', (id) => (id === 0 ? '' : this.view.label(id)))
  }

  private lock(op: number, step: number, task: number, id: number, kind: number, site: number): void {
    if (kind === LockClass.COMPLETION) return
    const written = this.view.run.program.sites[site]?.args?.[0] ?? ''
    const name = `${LOCKS[kind] ?? 'lock'} ${written === '' ? id : written.replace(/^&/, '')}`
    const track = this.track(`lock ${id}`, 'lock', name)
    const key = `lock ${id} ${task}`
    if (op === Op.unlock) this.end(key, track, step)
    else this.begin(key, track, step, task)
  }

  private section(enters: boolean, step: number, task: number): void {
    const depth = this.depth[task] ?? 0
    this.depth[task] = Math.max(0, depth + (enters ? 1 : -1))
    const track = this.track('readers', 'rcu', 'RCU readers')
    if (enters && depth === 0) this.begin(`reader ${task}`, track, step, task)
    if (enters || depth !== 1) return
    this.end(`reader ${task}`, track, step)
    for (let at = this.waiting.length - 1; at >= 0; at--) {
      const { row, readers } = this.waiting[at]
      if (!readers.delete(task) || readers.size > 0) continue
      this.grace().spans.end(row, step)
      this.waiting.splice(at, 1)
    }
  }

  private queued(step: number, task: number, allocation: number): void {
    const readers = new Set<number>()
    this.depth.forEach((depth, of) => {
      if (depth > 0) readers.add(of)
    })
    const freed = allocation === 0 ? 0 : this.view.run.ledger.allocations.freedAt(allocation)
    const row = this.grace().spans.begin(step, task, allocation, freed)
    if (allocation !== 0) return
    if (readers.size === 0) this.grace().spans.end(row, step)
    else this.waiting.push({ row, readers })
  }

  /** Sections with interrupts off, from the counters of Field.CONTEXT. */
  private context(chunk: TraceChunk, d: number): void {
    const { index, old, new: value } = chunk.deltas
    const was = (old[d] & ContextMask.IRQS_OFF) >= Context.IRQS_OFF
    const is = (value[d] & ContextMask.IRQS_OFF) >= Context.IRQS_OFF
    if (was === is) return
    const step = stepOfDelta(chunk, d)
    const track = this.track('irqs-off', 'irq', 'interrupts off')
    if (is) this.begin(`irqs ${index[d]}`, track, step, index[d])
    else this.end(`irqs ${index[d]}`, track, step)
  }
}

function stepOfDelta(chunk: TraceChunk, d: number): number {
  let low = 0
  let high = chunk.opCount - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (chunk.ops.deltaEnd[middle] <= d) low = middle + 1
    else high = middle
  }
  return chunk.firstStep + low
}

const KNOWN = new WeakMap<RunView, Tracks>()
const ORDER: readonly TrackGroup[] = ['irq', 'lock', 'rcu', 'reclaim', 'device']

/** Tracks of the run with their spans between two steps; those with none in the run are left out. */
export function timelineTracks(view: RunView, from: number, to: number, perPixel: number): TimelineTrack[] {
  let tracks = KNOWN.get(view)
  if (tracks === undefined) KNOWN.set(view, (tracks = new Tracks(view)))
  return [...tracks.list]
    .filter(({ spans }) => spans.count > 0)
    .sort((x, y) => y.spans.count - x.spans.count)
    .slice(0, MOST_TRACKS)
    .sort((x, y) => ORDER.indexOf(x.group) - ORDER.indexOf(y.group) || (x.id < y.id ? -1 : 1))
    .map(({ id, group, name, spans, label }) => ({
      id,
      group,
      name,
      spans: spans.within(from, to, perPixel, view.steps + 1, label),
    }))
}
