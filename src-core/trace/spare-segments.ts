/**
 * Buffers of segments that nobody reads any more, for later runs. Memory that was written before is written again
 * without the page faults of fresh memory, which are a third to a half of what a long run costs.
 */
import { SEGMENT_BYTES } from './segment.ts'
import type { TraceChunk } from './chunk.ts'
import type { RunRecord } from './record.ts'

/** Most buffers kept: of about 360 MB each, of which a run touches what it writes. */
const MOST = 1

export class SpareSegments {
  private buffers: SharedArrayBuffer[] = []
  private lent: readonly SharedArrayBuffer[] = []

  /** Buffers kept now. */
  get size(): number {
    return this.buffers.length
  }

  /** Takes the segment of a record that nobody will read again; it has no chunks afterwards. */
  keep(record: Pick<RunRecord, 'chunks' | 'outcome'>): void {
    const chunks = record.chunks as TraceChunk[]
    const buffer = chunks[0]?.ops.kind.buffer
    // A runner that was stopped may still be writing for a moment.
    const isOver = record.outcome !== 'budget'
    if (isOver && this.buffers.length < MOST && buffer !== undefined && isSegment(buffer)) this.buffers.push(buffer)
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

function isSegment(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
  return (
    typeof SharedArrayBuffer === 'function' &&
    buffer instanceof SharedArrayBuffer &&
    buffer.byteLength === SEGMENT_BYTES
  )
}
