/**
 * Judges a run while it goes on: full chunks are folded as they come, on the supervisor's thread, while the runner
 * writes the next ones on its own. One chunk a turn of the event loop, so that messages and the clock are not kept
 * waiting; what is left at the end is folded then. The findings are those of judging the whole run at once.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Finding } from '../ownership/finding.ts'
import type { SpareRows } from '../ownership/allocation-table.ts'
import { Judge } from '../ownership/judge.ts'
import type { Ledger } from '../ownership/ledger.ts'
import type { GatheredTables, RunWatcher } from '../runtime/runner-pool.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { MachineInfo, RunRecord } from '../trace/record.ts'

export class LiveJudge implements RunWatcher {
  private judge: Judge | null = null
  private machine: MachineInfo | null = null
  private tables: GatheredTables | null = null
  private waiting: TraceChunk[] = []
  private pumping = false

  constructor(
    private readonly program: CompiledProgram,
    private readonly era: string,
    /** Calls back in another turn of the event loop. */
    private readonly later: (call: () => void) => void,
    /** Rows of an older ledger, for that of this run. */
    private spareRows: SpareRows | null = null,
  ) {}

  started(machine: MachineInfo, tables: GatheredTables): void {
    this.machine = machine
    this.tables = tables
    this.judge = this.newJudge(machine, tables)
  }

  restarted(): void {
    this.waiting = []
    if (this.machine !== null && this.tables !== null) this.judge = this.newJudge(this.machine, this.tables)
  }

  chunk(chunk: TraceChunk): void {
    this.waiting.push(chunk)
    if (this.pumping) return
    this.pumping = true
    this.later(() => this.pump())
  }

  private pump(): void {
    const next = this.waiting.shift()
    this.pumping = this.waiting.length > 0
    if (next !== undefined) this.judge?.feed(next)
    if (this.pumping) this.later(() => this.pump())
  }

  /** Folds what is left and judges what only the end shows. */
  finish(record: RunRecord): { readonly findings: readonly Finding[]; readonly ledger: Ledger } {
    this.waiting = []
    const judge = this.judge ?? this.newJudge(record.machine, record)
    this.judge = null
    for (const chunk of record.chunks) judge.feed(chunk)
    return { findings: judge.finish(record.outcome), ledger: judge.ledger }
  }

  private newJudge(machine: MachineInfo, tables: GatheredTables): Judge {
    const { spareRows } = this
    this.spareRows = null
    return new Judge({
      spareRows,
      sites: this.program.sites,
      files: this.program.files,
      machine,
      era: this.era,
      tasks: () => tables.tasks,
      caches: () => tables.caches,
      strings: () => tables.strings,
    })
  }
}
