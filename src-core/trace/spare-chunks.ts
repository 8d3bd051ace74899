/**
 * Buffers of chunks that nobody reads any more, for the chunks of later runs. Memory that was written before is written
 * again without the page faults of fresh memory, which are a third to a half of what a long run costs.
 *
 * Only shared buffers are worth keeping: others are copied when they cross to a runner.
 */
import { FULL_CHUNK_BYTES, type TraceChunk } from './chunk.ts'
import type { RunRecord } from './record.ts'

/** Most buffers kept: about 400 MB, of which a run touches two thirds. */
const MOST = 64

export class SpareChunks {
  private buffers: SharedArrayBuffer[] = []
  private lent: readonly SharedArrayBuffer[] = []

  /** Buffers kept now. */
  get size(): number {
    return this.buffers.length
  }

  /** Takes the buffers of a record that nobody will read again; it has no chunks afterwards. */
  keep(record: Pick<RunRecord, 'chunks' | 'outcome'>): void {
    const chunks = record.chunks as TraceChunk[]
    // A runner that was stopped may still be writing for a moment.
    if (record.outcome !== 'budget') {
      for (const { ops } of chunks) {
        const { buffer } = ops.kind
        if (this.buffers.length < MOST && isWholeChunk(buffer)) this.buffers.push(buffer)
      }
    }
    chunks.length = 0
  }

  /** All of them, for one run, which takes them from the end; `returned` says how many it left. */
  lend(): readonly SharedArrayBuffer[] {
    this.lent = this.buffers
    this.buffers = []
    return this.lent
  }

  /**
   * The run that had them is over and left the first `left` of them. (Each message makes new objects for the same
   * memory, so a buffer cannot be told by its object.)
   */
  returned(left: number): void {
    this.buffers = this.lent.slice(0, left)
    this.lent = []
  }

  /** Gives the memory back. */
  drop(): void {
    this.buffers = []
  }
}

function isWholeChunk(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
  return (
    typeof SharedArrayBuffer === 'function' &&
    buffer instanceof SharedArrayBuffer &&
    buffer.byteLength === FULL_CHUNK_BYTES
  )
}
