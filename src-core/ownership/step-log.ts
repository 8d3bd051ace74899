/** Looks up who did a step and where: the ledger keeps steps, not copies of what the trace says about them. */
import type { TraceChunk } from '../trace/chunk.ts'
import { NO_SUBJECT } from '../trace/ops.ts'

export class StepLog {
  private readonly chunks: TraceChunk[] = []

  /** Chunks come in order; the same chunk may come again after it has grown. */
  add(chunk: TraceChunk): void {
    this.chunks[chunk.index] = chunk
  }

  /** Index of the site of a step; 0 = none. */
  site(step: number): number {
    const chunk = this.chunkOf(step)
    return chunk === undefined ? 0 : chunk.ops.site[step - chunk.firstStep]
  }
  task(step: number): number {
    const chunk = this.chunkOf(step)
    return chunk === undefined ? 0 : chunk.ops.task[step - chunk.firstStep]
  }
  op(step: number): number {
    const chunk = this.chunkOf(step)
    return chunk === undefined ? 0 : chunk.ops.kind[step - chunk.firstStep]
  }

  /** Subject of a step. */
  subject(step: number): number {
    const chunk = this.chunkOf(step)
    return chunk === undefined ? NO_SUBJECT : chunk.ops.subject[step - chunk.firstStep]
  }

  /** Second detail of a step. */
  b(step: number): number {
    const chunk = this.chunkOf(step)
    return chunk === undefined ? 0 : chunk.ops.b[step - chunk.firstStep]
  }

  private chunkOf(step: number): TraceChunk | undefined {
    if (step <= 0) return undefined
    const { chunks } = this
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (chunks[middle].firstStep <= step) low = middle
      else high = middle - 1
    }
    return chunks[low]
  }
}
