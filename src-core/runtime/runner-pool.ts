/**
 * Runs programs on runners: one works, a warm spare stands by. A run that lasts too long or is cancelled ends by
 * killing its runner; what it streamed is kept, and the spare takes over. While nobody needs it the spare runs what
 * nobody waits for (`runAside`), so that a run that somebody waits for begins at once.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { SpareSegments } from '../trace/spare-segments.ts'
import { settleChunk } from '../trace/store.ts'
import type { BudgetEnd, MachineInfo, Outcome, RunRecord } from '../trace/record.ts'
import type { RunOptions } from './run-options.ts'
import type { FromRunner, SideTables, ToRunner } from './runner-messages.ts'

/** A runner as its host gives it. */
export interface RunnerHandle {
  post(message: ToRunner): void
  onMessage(handler: (message: FromRunner) => void): void
  /** Called once if the runner dies by itself. */
  onDeath(handler: (reason: string) => void): void
  kill(): void
}

/** What a host gives to the pool. */
export interface PoolHost {
  /** Whether a second runner stands by: where a person waits for the next run. */
  readonly keepsSpare: boolean
  spawnRunner(): RunnerHandle
  /** Calls back after some milliseconds unless cancelled. The only clock the core has. */
  after(milliseconds: number, call: () => void): () => void
  /** Calls back in another turn of the event loop, as soon as what waits there had its turn: no timer. */
  soon(call: () => void): void
}

/** The small tables beside the trace, as they are so far. */
export type GatheredTables = Pick<RunRecord, 'tasks' | 'caches' | 'strings'>

/** Follows a run while it goes on. */
export interface RunWatcher {
  /** The machine stands. The tables are those of the run so far, whenever they are read. */
  started?(machine: MachineInfo, tables: GatheredTables): void
  /** A chunk came or grew. */
  chunk?(chunk: TraceChunk): void
  /** The run started again from the beginning. */
  restarted?(): void
}

interface Current {
  readonly run: number
  readonly handle: RunnerHandle
  readonly finish: (outcome: Outcome, budget: BudgetEnd | null) => void
  readonly fail: (error: Error) => void
  /** Buffers that the run was given and did not use. */
  sparesLeft: number
}

/** A runner and the run that it has. */
interface Lane {
  handle: RunnerHandle | null
  current: Current | null
}

/** Longest time that a runner may need to load, ms. */
const LOAD_MS = 60_000
/** How long after the first run the spare is started, ms: the views of that run come first. */
const SPARE_AFTER_MS = 500
/** How long the memory of old traces is kept for the next run, ms. */
const KEEP_MS = 60_000
/** How long a run that nobody wants any more may go on, ms: a new runner costs more than the end of most runs. */
const GRACE_MS = 300

export class RunnerPool {
  private readonly main: Lane = { handle: null, current: null }
  /** The spare. */
  private readonly aside: Lane = { handle: null, current: null }
  private runs = 0
  private readonly spares = new SpareSegments()
  private stopKeeping = (): void => undefined
  private stopSpare = (): void => undefined
  /** Called when a runner was killed or died, with the reason in words. */
  onReplaced: (reason: string) => void = () => undefined
  /** Called when the memory that `recycle` took is given back. */
  onSparesDropped: () => void = () => undefined

  constructor(private readonly host: PoolHost) {}

  /** Gets a runner ready before it is needed. The spare follows when the first run is over. */
  warm(): void {
    this.main.handle ??= this.host.spawnRunner()
  }

  /** Kills everything. */
  close(): void {
    this.stopSpare()
    this.main.handle?.kill()
    this.aside.handle?.kill()
    this.main.handle = this.aside.handle = null
    this.dropSpares()
  }

  /**
   * Takes the memory of a run's trace for later runs. Nobody may read the record again, nor a chunk of it; it has no
   * chunks afterwards.
   */
  recycle(record: RunRecord): void {
    this.spares.keep(record)
    this.stopKeeping()
    this.stopKeeping = () => undefined
    if (this.spares.size > 0) this.stopKeeping = this.host.after(KEEP_MS, () => this.dropSpares())
  }

  /** Gives back the memory that `recycle` took. */
  dropSpares(): void {
    this.stopKeeping()
    this.stopKeeping = () => undefined
    this.spares.drop()
    this.onSparesDropped()
  }

  /** Ends the run going on, keeping its trace so far. */
  cancel(limit: BudgetEnd['limit'] = 'interrupted'): void {
    this.cut(this.main, limit)
  }

  /** Nobody waits for the run aside any more: it may end by itself, but not go on for long. */
  leaveAside(): void {
    this.cutLater(this.aside)
  }

  /** The same of the run that somebody waited for: a newer one waits for its runner. */
  leave(): void {
    this.cutLater(this.main)
  }

  private cutLater(lane: Lane): void {
    const { current } = lane
    if (current === null) return
    this.host.after(GRACE_MS, () => {
      if (lane.current === current) this.cut(lane, 'interrupted')
    })
  }

  private cut(lane: Lane, limit: BudgetEnd['limit']): void {
    const { current } = lane
    if (current === null) return
    this.discard(current.handle)
    current.finish('budget', { limit, reproducible: false, at: null })
  }

  /** Runs a program. One run at a time. Rejects only if the simulator itself failed. */
  async run(program: CompiledProgram, options: RunOptions, watcher: RunWatcher = {}): Promise<RunRecord> {
    if (this.main.current !== null) throw new Error('a run is going on already')
    this.main.handle ??= this.takeSpare()
    try {
      return await this.runIn(this.main, program, options, watcher, this.spares.lend())
    } finally {
      this.ended()
    }
  }

  /** The run is over: what it left of the spares goes back. */
  private ended(): void {
    this.spares.returned(this.main.current?.sparesLeft ?? 0)
    this.main.current = null
    if (this.host.keepsSpare && this.aside.handle === null) this.spareSoon()
  }

  /** Runs a program on the spare, beside what `run` does. One run at a time. The host keeps a spare. */
  async runAside(program: CompiledProgram, options: RunOptions, watcher: RunWatcher = {}): Promise<RunRecord> {
    if (this.aside.current !== null) throw new Error('a run is going on aside already')
    this.aside.handle ??= this.host.spawnRunner()
    try {
      return await this.runIn(this.aside, program, options, watcher, [])
    } finally {
      this.aside.current = null
    }
  }

  /** The next run is on the spare, whose code V8 has compiled by now; between runs. */
  swap(): void {
    if (this.main.current !== null || this.aside.current !== null || this.aside.handle === null) return
    const { handle } = this.main
    this.main.handle = this.aside.handle
    this.aside.handle = handle
  }

  private async runIn(
    lane: Lane,
    program: CompiledProgram,
    options: RunOptions,
    watcher: RunWatcher,
    spares: readonly SharedArrayBuffer[],
  ): Promise<RunRecord> {
    const handle = lane.handle!
    const run = ++this.runs
    const gathered = new GatheredRun(options.era, watcher)
    let stopTimer = (): void => undefined
    try {
      return await new Promise<RunRecord>((resolve, reject) => {
        lane.current = {
          run,
          handle,
          finish: (outcome, budget) => {
            // Cancelled before the machine stood: there is no run to speak of.
            const record = gathered.record(outcome, budget)
            if (record === null) reject(new Error('the run ended before it started'))
            else resolve(record)
          },
          fail: reject,
          sparesLeft: 0,
        }
        handle.onMessage((message) => {
          this.received(lane, message, gathered)
          // The run's time begins when it does: a new runner may still have to load.
          if (message.type !== 'started') return
          stopTimer()
          stopTimer = this.host.after(options.budgets.seconds * 1000, () => this.cut(lane, 'seconds'))
        })
        handle.onDeath((reason) => this.died(handle, reason))
        stopTimer = this.host.after(LOAD_MS, () => this.cut(lane, 'seconds'))
        handle.post({ type: 'run', run, program, options, spares })
      })
    } finally {
      stopTimer()
    }
  }

  private spareSoon(): void {
    this.stopSpare()
    this.stopSpare = this.host.after(SPARE_AFTER_MS, () => (this.aside.handle ??= this.host.spawnRunner()))
  }

  /** A runner that stands by; another one if the spare has something to do. */
  private takeSpare(): RunnerHandle {
    const { handle, current } = this.aside
    if (handle === null || current !== null) return this.host.spawnRunner()
    this.aside.handle = null
    return handle
  }

  private received(lane: Lane, message: FromRunner, gathered: GatheredRun): void {
    const { current } = lane
    if (message.type === 'ready' || current === null || message.run !== current.run) return
    if (message.type === 'ended') {
      current.sparesLeft = message.sparesLeft ?? 0
      current.finish(message.outcome, message.budget)
      // What a program that went too far left on the heap is not the next one's: that gets another runner.
      if (message.outcome === 'budget') this.discard(current.handle)
    } else if (message.type === 'failed') current.fail(new Error(message.message))
    else gathered.add(message)
  }

  /** The runner died by itself: out of memory, most likely. The run ends with what it had sent. */
  private died(handle: RunnerHandle, reason: string): void {
    const lane = [this.main, this.aside].find((each) => each.handle === handle)
    if (lane === undefined) return
    const { current } = lane
    this.discard(handle)
    if (lane === this.main) this.onReplaced(reason)
    current?.finish('budget', { limit: 'memory', reproducible: false, at: null })
  }

  private discard(handle: RunnerHandle): void {
    const { host } = this
    handle.kill()
    if (this.main.handle === handle) this.main.handle = host.keepsSpare ? this.takeSpare() : null
    else if (this.aside.handle === handle) this.aside.handle = null
    if (host.keepsSpare) this.aside.handle ??= host.spawnRunner()
  }
}

/** Puts together what a runner streams. */
class GatheredRun {
  private machine: MachineInfo | null = null
  private chunks: TraceChunk[] = []
  private tables: SideTables = emptyTables()

  constructor(
    private readonly era: string,
    private readonly watcher: RunWatcher,
  ) {}

  add(message: Exclude<FromRunner, { type: 'ready' | 'ended' | 'failed' }>): void {
    switch (message.type) {
      case 'started':
        this.machine = message.machine
        this.watcher.started?.(message.machine, this.liveTables())
        break
      case 'restarted':
        this.chunks = []
        this.tables = emptyTables()
        this.watcher.restarted?.()
        break
      case 'opened':
      case 'closed': {
        const chunk: TraceChunk = { ...message.chunk }
        this.chunks[chunk.index] = chunk
        if (message.type === 'closed') this.watcher.chunk?.(chunk)
        break
      }
      case 'tables':
        for (const key of Object.keys(message.tables) as (keyof SideTables)[]) {
          const rows: unknown[] = this.tables[key]
          for (const row of message.tables[key]) rows.push(row)
        }
    }
  }

  private liveTables(): GatheredTables {
    const gathered = this
    return {
      get tasks() {
        return gathered.tables.tasks
      },
      get caches() {
        return gathered.tables.caches
      },
      get strings() {
        return gathered.tables.strings
      },
    }
  }

  /** The run so far; null if it did not start. */
  record(outcome: Outcome, budget: BudgetEnd | null): RunRecord | null {
    if (this.machine === null) return null
    // A runner that was killed had no time to say how far it came.
    const last = this.chunks.at(-1)
    if (last !== undefined) settleChunk(last)
    return { era: this.era, machine: this.machine, chunks: this.chunks, ...this.tables, outcome, budget }
  }
}

function emptyTables(): SideTables {
  return { tasks: [], caches: [], log: [], strings: [] }
}
