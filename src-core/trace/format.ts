/**
 * A run as a file: `.pwtrace`, format `pageward.trace/1` (docs/trace-format.md). A short binary head, a JSON header
 * with the small tables, then the columns of every chunk as they lie in memory. All numbers are little-endian.
 */
import type { TraceChunk } from './chunk.ts'
import { chunkColumns, type Column } from './format-columns.ts'
import { checkChunk, checkHeader, TraceFormatError, type Header } from './format-check.ts'
import { OP_NAMES } from './ops.ts'
import type { RunRecord } from './record.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

export { TraceFormatError }

export const TRACE_SCHEMA = 'pageward.trace/1'
/** `PWTRACE` and a line end that a text transfer would damage. */
const MAGIC = [0x50, 0x57, 0x54, 0x52, 0x41, 0x43, 0x45, 0x0a]
const VERSION = 1
/** Magic, version, header bytes, body bytes (two words), checksum. */
const HEAD_BYTES = 28

/** Where the operations stand in the source; `site` columns count into it. */
export interface TraceSource {
  readonly files: readonly string[]
  readonly sites: readonly TraceSite[]
}

/** The compiler's site, as far as a trace keeps it. */
export interface TraceSite {
  readonly file: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly text: string
  readonly callee: string
  readonly assigned: string | null
  readonly receiver: string | null
  readonly args: readonly string[]
  readonly within: string | null
}

export interface DecodedTrace {
  readonly record: RunRecord
  /** null if the file has none. */
  readonly source: TraceSource | null
}

/** A run as the bytes of a `.pwtrace` file. The same run gives the same bytes. */
export function encodeTrace(record: RunRecord, source: TraceSource | null = null): Uint8Array {
  const header = encodeUtf8(JSON.stringify(headerOf(record, source)))
  const body: Column[] = record.chunks.flatMap((chunk) =>
    chunkColumns(chunk).map(({ column, count }) => used(column, count)),
  )
  const bodyBytes = body.reduce((sum, column) => sum + padded(column.byteLength), 0)
  const start = HEAD_BYTES + padded(header.length)
  const out = new Uint8Array(start + bodyBytes)
  const view = new DataView(out.buffer)
  out.set(MAGIC)
  view.setUint32(8, VERSION, true)
  view.setUint32(12, header.length, true)
  view.setUint32(16, bodyBytes >>> 0, true)
  view.setUint32(20, Math.floor(bodyBytes / 2 ** 32), true)
  out.set(header, HEAD_BYTES)
  let at = start
  for (const column of body) {
    out.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += padded(column.byteLength)
  }
  view.setUint32(24, checksum(out.subarray(HEAD_BYTES)), true)
  return out
}

/** The run in a `.pwtrace` file. Throws `TraceFormatError` if the bytes are not one, are cut off or damaged. */
export function decodeTrace(bytes: Uint8Array): DecodedTrace {
  if (bytes.length < HEAD_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new TraceFormatError('this is not a Pageward trace')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint32(8, true)
  if (version !== VERSION)
    throw new TraceFormatError(`the trace has format ${version}; this version reads format ${VERSION}`)
  const headerBytes = view.getUint32(12, true)
  const bodyBytes = view.getUint32(16, true) + view.getUint32(20, true) * 2 ** 32
  const start = HEAD_BYTES + padded(headerBytes)
  if (bytes.length < start + bodyBytes) {
    throw new TraceFormatError(`the trace is cut off: ${start + bodyBytes} bytes expected, ${bytes.length} found`)
  }
  if (bytes.length > start + bodyBytes) throw new TraceFormatError('there are bytes after the end of the trace')
  if (view.getUint32(24, true) !== checksum(bytes.subarray(HEAD_BYTES))) {
    throw new TraceFormatError('the trace is damaged: its checksum does not match')
  }
  const header = checkHeader(parse(decodeUtf8(bytes.subarray(HEAD_BYTES, HEAD_BYTES + headerBytes))), TRACE_SCHEMA)
  const chunks = readChunks(header, bytes.subarray(start))
  const { era, tasks, caches, log, strings, outcome, budget, machine, source } = header
  const record: RunRecord = {
    era,
    tasks,
    caches,
    log,
    strings,
    outcome,
    budget,
    chunks,
    machine: { ...machine, pageOffset: BigInt(machine.pageOffset), vmallocStart: BigInt(machine.vmallocStart) },
  }
  return { record, source }
}

function headerOf(record: RunRecord, source: TraceSource | null): Header {
  const { era, machine, tasks, caches, log, strings, outcome, budget, chunks } = record
  return {
    schema: TRACE_SCHEMA,
    era,
    machine: { ...machine, pageOffset: hex(machine.pageOffset), vmallocStart: hex(machine.vmallocStart) },
    tasks,
    caches: caches.map(plainCache),
    log,
    strings,
    outcome,
    budget,
    operations: OP_NAMES,
    chunks: chunks.map(({ opCount, deltaCount, allocationCount, arenaCount }) => ({
      operations: opCount,
      deltas: deltaCount,
      allocations: allocationCount,
      arena: arenaCount,
    })),
    source: source === null ? null : { files: source.files, sites: source.sites.map(plainSite) },
  }
}

/** Only what the format names: a cache of the running kernel has more. */
function plainCache({
  id,
  name,
  objectSize,
  stride,
  firstObject,
  order,
  objects,
  parts,
}: Header['caches'][number]): Header['caches'][number] {
  return { id, name, objectSize, stride, firstObject, order, objects, ...(parts === undefined ? {} : { parts }) }
}

function plainSite(site: TraceSite): TraceSite {
  const { file, line, column, endLine, endColumn, text, callee, assigned, receiver, args, within } = site
  return { file, line, column, endLine, endColumn, text, callee, assigned, receiver, args, within }
}

function readChunks(header: Header, body: Uint8Array): TraceChunk[] {
  let at = 0
  let firstStep = 1
  let firstAllocation = 1
  const chunks = header.chunks.map((counts, index): TraceChunk => {
    const take = <T extends Column>(Kind: new (buffer: ArrayBuffer) => T, count: number, size: number): T => {
      const bytes = count * size
      if (at + bytes > body.length) throw new TraceFormatError('the header promises more than the trace has')
      const column = new Kind(body.slice(at, at + bytes).buffer as ArrayBuffer)
      at += padded(bytes)
      return column
    }
    const chunk: TraceChunk = {
      index,
      firstStep,
      firstAllocation,
      opCount: counts.operations,
      deltaCount: counts.deltas,
      allocationCount: counts.allocations,
      arenaCount: counts.arena,
      ops: {
        kind: take(Uint16Array, counts.operations, 2),
        task: take(Uint16Array, counts.operations, 2),
        site: take(Uint32Array, counts.operations, 4),
        allocation: take(Uint32Array, counts.operations, 4),
        subject: take(Uint32Array, counts.operations, 4),
        a: take(Int32Array, counts.operations, 4),
        b: take(Int32Array, counts.operations, 4),
        flags: take(Uint8Array, counts.operations, 1),
        deltaEnd: take(Uint32Array, counts.operations, 4),
      },
      deltas: {
        field: take(Uint8Array, counts.deltas, 1),
        index: take(Uint32Array, counts.deltas, 4),
        old: take(Uint32Array, counts.deltas, 4),
        new: take(Uint32Array, counts.deltas, 4),
      },
      allocations: {
        step: take(Uint32Array, counts.allocations, 4),
        kind: take(Uint8Array, counts.allocations, 1),
        base: take(Uint32Array, counts.allocations, 4),
        size: take(Uint32Array, counts.allocations, 4),
      },
      arena: take(Uint8Array, counts.arena, 1),
    }
    checkChunk(chunk, header)
    firstStep += counts.operations
    firstAllocation += counts.allocations
    return chunk
  })
  if (at !== body.length) throw new TraceFormatError('the trace has more than its header promises')
  return chunks
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TraceFormatError('the header of the trace is no JSON')
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

function used(column: Column, count: number): Column {
  return column.subarray(0, count)
}

/** Adler-32 of some bytes. */
function checksum(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let i = 0; i < bytes.length;) {
    const end = Math.min(bytes.length, i + 3800)
    for (; i < end; i++) {
      a += bytes[i]
      b += a
    }
    a %= 65_521
    b %= 65_521
  }
  return ((b << 16) | a) >>> 0
}
