/**
 * What `sim.access_set` answers: a ledger beside the run that folds the trace written so far. The host of a runner
 * hands it in (runtime does not know this layer); only programs that ask have one.
 */
import type { TraceChunk } from '../trace/chunk.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { Right } from './access-sets.ts'
import { Ledger } from './ledger.ts'

/** A right that reaches memory now. */
export interface ReachingRight {
  /** `owner`, `page-reference`, `pte`, `kmap`, `vmap`, `dma-mapping`, `lru` …: the words of `rights_left`. */
  readonly kind: string
  readonly on: 'page' | 'bytes'
  /** Task that took it. */
  readonly task: number
  /** Site that took it. */
  readonly site: number
}

export class AccessReader {
  private readonly ledger: Ledger
  private folded = 0

  constructor(machine: MachineInfo) {
    this.ledger = new Ledger(machine)
  }

  /** Folds what a chunk gained since the last call. Chunks come in their order. */
  feed(chunk: TraceChunk): void {
    const from = Math.max(0, this.folded + 1 - chunk.firstStep)
    if (from >= chunk.opCount) return
    this.ledger.feed(chunk, from, chunk.opCount)
    this.folded = chunk.firstStep + chunk.opCount - 1
  }

  /** Rights that reach an allocation, the owner first. */
  ofAllocation(allocation: number): ReachingRight[] {
    return this.rows(this.ledger.accessSet(allocation, this.ledger.step))
  }

  /** Rights that reach a frame, the owner first. */
  ofFrame(pfn: number): ReachingRight[] {
    return this.rows(this.ledger.accessSetOfFrame(pfn, this.ledger.step))
  }

  private rows(rights: readonly Right[]): ReachingRight[] {
    return rights
      .filter((right) => right.to === 0)
      .map(({ kind, on, task, from }) => ({ kind, on, task, site: this.ledger.steps.site(from) }))
  }
}

/** Makes the reader of one run. */
export function newAccessReader(machine: MachineInfo): AccessReader {
  return new AccessReader(machine)
}
