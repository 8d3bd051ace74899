/**
 * The runner: the locked-down half of the core, which runs snippets and nothing else. It answers one message at a
 * time, streams what happens, and can be killed at any moment; the supervisor keeps what was sent.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { MakeAccessFold } from '../surface/access-answers.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Segment } from '../trace/segment.ts'
import { RestartInterleaved } from './fatal.ts'
import type { RunOptions } from './run-options.ts'
import type { ChunkMessage, FromRunner, SideTables, ToRunner } from './runner-messages.ts'
import { Session, type RunSink, type Sandbox } from './session.ts'

/** Rows of the side tables that are sent at once; later ones go in batches, so that a flood of output stays cheap. */
const EAGER_ROWS = 64
const BATCH_ROWS = 512

export interface RunnerPort {
  send(message: FromRunner): void
  /** True if typed arrays are shared with the other side, so that a chunk can be sent when it is opened. */
  readonly sharesMemory: boolean
}

export class Runner {
  private program: CompiledProgram | null = null
  /** Memory for the next trace: a short one leaves it again. */
  private own: Segment | null = null

  constructor(
    private readonly port: RunnerPort,
    /** A fresh sandbox; asked for once a run, so that nothing of one run is seen by another. */
    private readonly newSandbox: () => Sandbox,
    /** Makes what answers `sim.access_set`: a fold of the layer above. */
    private readonly makeAccessFold: MakeAccessFold | null = null,
  ) {
    port.send({ type: 'ready' })
  }

  receive(message: ToRunner): void {
    if (message.type === 'run') this.program = message.program
    if (this.program === null) throw new Error('there is no program to run again')
    try {
      this.run(message.run, this.program, message.options, message.type === 'run' ? [...(message.spares ?? [])] : [])
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.port.send({ type: 'failed', run: message.run, message: text })
    }
  }

  private run(run: number, program: CompiledProgram, options: RunOptions, spares: SharedArrayBuffer[]): void {
    const sink = new StreamingSink(run, this.port)
    const lent = spares.pop()
    const segment = lent === undefined ? this.takeOwn() : new Segment(lent, true)
    try {
      const session = new Session(program, options, this.newSandbox(), sink, this.makeAccessFold, segment)
      const ending = session.run()
      sink.flush()
      if (session.hasLeftSegment) this.putBack(segment, lent, spares)
      this.port.send({ type: 'ended', run, ...ending, sparesLeft: spares.length })
    } catch (error) {
      if (!(error instanceof RestartInterleaved)) throw error
      this.putBack(segment, lent, spares)
      this.port.send({ type: 'restarted', run })
      this.run(run, program, { ...options, interleaved: true }, spares)
    }
  }

  /** The runner's own segment, for a run that is given none. */
  private takeOwn(): Segment | null {
    const { own } = this
    this.own = null
    return own ?? (this.port.sharesMemory ? Segment.make() : null)
  }

  private putBack(segment: Segment | null, lent: SharedArrayBuffer | undefined, spares: SharedArrayBuffer[]): void {
    if (lent !== undefined) spares.push(lent)
    else if (segment !== null) this.own = new Segment(segment.buffer, true)
  }
}

class StreamingSink implements RunSink {
  private tables: SideTables = emptyTables()
  private rows = 0
  private pending = 0

  constructor(
    private readonly run: number,
    private readonly port: RunnerPort,
  ) {}

  started(machine: Parameters<RunSink['started']>[0]): void {
    this.port.send({ type: 'started', run: this.run, machine })
  }
  opened(chunk: TraceChunk): void {
    this.flush()
    if (this.port.sharesMemory) this.port.send({ type: 'opened', run: this.run, chunk: message(chunk) })
  }
  closed(chunk: TraceChunk): void {
    this.flush()
    this.port.send({ type: 'closed', run: this.run, chunk: message(chunk) })
  }
  task(task: SideTables['tasks'][number]): void {
    this.tables.tasks.push(task)
    this.added()
  }
  cache(cache: SideTables['caches'][number]): void {
    const { id, name, objectSize, stride, firstObject, order, objects, parts } = cache
    this.tables.caches.push({
      id,
      name,
      objectSize,
      stride,
      firstObject,
      order,
      objects,
      ...(parts === undefined ? {} : { parts }),
    })
    // They come together, when a chunk is full or the run has ended: that sends them.
    this.pending++
  }
  log(line: SideTables['log'][number]): void {
    this.tables.log.push(line)
    this.added()
  }
  string(text: string): void {
    this.tables.strings.push(text)
    this.added()
  }

  private added(): void {
    this.rows++
    this.pending++
    if (this.rows <= EAGER_ROWS || this.pending >= BATCH_ROWS) this.flush()
  }

  /** Sends what the tables gained. */
  flush(): void {
    if (this.pending === 0) return
    this.port.send({ type: 'tables', run: this.run, tables: this.tables })
    this.tables = emptyTables()
    this.pending = 0
  }
}

function emptyTables(): SideTables {
  return { tasks: [], caches: [], log: [], strings: [] }
}

function message(chunk: TraceChunk): ChunkMessage {
  const { index, firstStep, firstAllocation, ops, deltas, allocations, arena } = chunk
  const { opCount, deltaCount, allocationCount, arenaCount } = chunk
  return {
    index,
    firstStep,
    firstAllocation,
    ops,
    deltas,
    allocations,
    arena,
    opCount,
    deltaCount,
    allocationCount,
    arenaCount,
  }
}
