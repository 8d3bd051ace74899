/** What a trace file may hold. A file that passes cannot bring the readers of a trace out of step. */
import { ALLOCATION_KIND_NAMES } from './allocation-kind.ts'
import type { TraceChunk } from './chunk.ts'
import { Field, LAST_FIELD } from './fields.ts'
import { OP_NAMES } from './ops.ts'
import type { MachineInfo, RunRecord } from './record.ts'
import type { TraceSource } from './format.ts'
import { SLOT_PART_NAMES } from './slot-parts.ts'

/** The bytes are no trace of this format, or a damaged one. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError'
}

/** The JSON header of a trace file. */
export interface Header extends Omit<RunRecord, 'machine' | 'chunks'> {
  readonly schema: string
  readonly machine: Omit<MachineInfo, 'pageOffset' | 'vmallocStart'> & {
    readonly pageOffset: string
    readonly vmallocStart: string
  }
  /** Names by operation kind, of the version that wrote the trace. */
  readonly operations: readonly string[]
  readonly chunks: readonly {
    readonly operations: number
    readonly deltas: number
    readonly allocations: number
    readonly arena: number
  }[]
  readonly source: TraceSource | null
}

type Check = (value: unknown, at: string) => void
type Shape = Readonly<Record<string, Check>>

function fail(at: string, wanted: string): never {
  throw new TraceFormatError(`the header of the trace is wrong: ${at} has to be ${wanted}`)
}

const text: Check = (value, at) => {
  if (typeof value !== 'string') fail(at, 'a string')
}
const whole: Check = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(at, 'a whole number from 0')
}
const flag: Check = (value, at) => {
  if (typeof value !== 'boolean') fail(at, 'true or false')
}
const address: Check = (value, at) => {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,16}$/.test(value)) fail(at, 'a hexadecimal address')
}
const oneOf =
  (...words: readonly string[]): Check =>
  (value, at) => {
    if (!words.includes(value as string)) fail(at, `one of ${words.join(', ')}`)
  }
const list =
  (check: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value)) fail(at, 'a list')
    value.forEach((entry, i) => check(entry, `${at}[${i}]`))
  }
const orNull =
  (check: Check): Check =>
  (value, at) => {
    if (value !== null) check(value, at)
  }
const ifGiven =
  (check: Check): Check =>
  (value, at) => {
    if (value !== undefined) check(value, at)
  }
const object =
  (shape: Shape): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(at === '' ? 'it' : at, 'an object')
    const entries = value as Readonly<Record<string, unknown>>
    for (const [name, check] of Object.entries(shape)) check(entries[name], at === '' ? name : `${at}.${name}`)
  }

const HEADER = object({
  era: text,
  machine: object({
    memory: whole,
    cpus: whole,
    arch: oneOf('x86_64', 'arm64-16k', 'i386-highmem'),
    debug: flag,
    iommu: flag,
    seed: whole,
    pagePoison: ifGiven(flag),
    frames: whole,
    pageShift: whole,
    pageOffset: address,
    vmallocStart: address,
    zones: list(object({ name: text, start: whole, end: whole })),
  }),
  tasks: list(object({ id: whole, name: text, pid: whole, context: oneOf('process', 'softirq', 'irq', 'user') })),
  caches: list(
    object({
      id: whole,
      name: text,
      objectSize: whole,
      stride: whole,
      firstObject: whole,
      order: whole,
      objects: whole,
      parts: ifGiven(list(object({ name: oneOf(...SLOT_PART_NAMES), bytes: whole }))),
    }),
  ),
  log: list(object({ step: whole, level: oneOf('info', 'warn', 'err'), text })),
  strings: list(text),
  outcome: oneOf('completed', 'oops', 'deadlock', 'budget', 'compile-error'),
  budget: orNull(
    object({
      limit: oneOf('steps', 'turns', 'depth', 'memory', 'seconds', 'interrupted'),
      reproducible: flag,
      at: orNull(object({ file: text, line: whole })),
    }),
  ),
  operations: list(text),
  chunks: list(object({ operations: whole, deltas: whole, allocations: whole, arena: whole })),
  source: orNull(
    object({
      files: list(text),
      sites: list(
        object({
          file: whole,
          line: whole,
          column: whole,
          endLine: whole,
          endColumn: whole,
          text,
          callee: text,
          assigned: orNull(text),
          receiver: orNull(text),
          args: list(text),
          within: orNull(text),
        }),
      ),
    }),
  ),
})

/** Largest machine: 4 GiB in pages of 4 KiB. */
const MAX_FRAMES = 1 << 20

/** The header, or TraceFormatError. */
export function checkHeader(value: unknown, schema: string): Header {
  const named = (value as { readonly schema?: unknown } | null)?.schema
  if (named !== schema)
    throw new TraceFormatError(`the trace says it is ${String(named)}; this version reads ${schema}`)
  HEADER(value, '')
  const header = value as Header
  const { frames, pageShift } = header.machine
  if (frames > MAX_FRAMES || pageShift < 12 || pageShift > 16)
    fail('machine', `at most ${MAX_FRAMES} frames of 4 to 64 KiB`)
  header.caches.forEach((cache, i) => {
    if (cache.stride === 0 || cache.order > 10) fail(`caches[${i}]`, 'a cache with a stride and an order up to 10')
  })
  OP_NAMES.forEach((name, kind) => {
    const theirs = header.operations[kind]
    if (theirs !== undefined && theirs !== name) fail(`operations[${kind}]`, name)
  })
  return header
}

function damaged(chunk: TraceChunk, what: string): never {
  throw new TraceFormatError(`chunk ${chunk.index} of the trace is wrong: ${what}`)
}

/** Fields count from 1 to this one. */

/** Checks that the columns of a chunk agree with each other and with the machine. */
export function checkChunk(chunk: TraceChunk, header: Header): void {
  checkOperations(chunk)
  checkDeltas(chunk, header)
  const { step, kind } = chunk.allocations
  const last = chunk.firstStep + chunk.opCount
  for (let i = 0; i < chunk.allocationCount; i++) {
    if (kind[i] === 0 || kind[i] >= ALLOCATION_KIND_NAMES.length) damaged(chunk, `allocation ${i} has kind ${kind[i]}`)
    const before = i === 0 ? chunk.firstStep : step[i - 1]
    if (step[i] < before || step[i] >= last) damaged(chunk, `allocation ${i} belongs to step ${step[i]}`)
  }
}

function checkOperations(chunk: TraceChunk): void {
  const { kind, deltaEnd } = chunk.ops
  let end = 0
  for (let i = 0; i < chunk.opCount; i++) {
    if (kind[i] === 0 || kind[i] >= OP_NAMES.length)
      damaged(chunk, `operation ${i} has kind ${kind[i]}, which is unknown`)
    if (deltaEnd[i] < end) damaged(chunk, `the deltas of operation ${i} end before they begin`)
    end = deltaEnd[i]
  }
  if (end !== chunk.deltaCount) damaged(chunk, `${chunk.deltaCount} deltas, of which operations have ${end}`)
}

function checkDeltas(chunk: TraceChunk, { machine }: Header): void {
  const { field, index, old, new: value } = chunk.deltas
  const memory = machine.frames * 2 ** machine.pageShift
  for (let d = 0; d < chunk.deltaCount; d++) {
    const what = field[d]
    if (what === 0 || what > LAST_FIELD) damaged(chunk, `delta ${d} changes field ${what}, which is unknown`)
    if (what === Field.BYTES || what === Field.FILL) {
      if (index[d] + value[d] > memory) damaged(chunk, `delta ${d} writes outside the machine`)
      const need = what === Field.BYTES ? 2 * value[d] : chunk.arena[old[d] + 1] === 1 ? 2 + value[d] : 2
      if (old[d] + need > chunk.arenaCount) damaged(chunk, `delta ${d} has its bytes outside the arena`)
    } else if (what === Field.OBJECT) {
      if (index[d] * 8 >= memory) damaged(chunk, `delta ${d} is about an object outside the machine`)
    } else if (what === Field.VMAP || what === Field.VMAP_RANGE) {
      if (index[d] > MAX_VMAP) damaged(chunk, `delta ${d} is about a page far outside vmalloc space`)
    } else if (what !== Field.TASK && what !== Field.CONTEXT && isOfFrame(what) && index[d] >= machine.frames)
      damaged(chunk, `delta ${d} is about frame ${index[d]}`)
    else if (what === Field.TASK && index[d] > 0xffff) damaged(chunk, `delta ${d} is about task ${index[d]}`)
  }
}

const OTHERS_OF_FRAME: ReadonlySet<number> = new Set([
  Field.BOUNCE,
  Field.PRIVATE_HIGH,
  Field.MAPPING_HIGH,
  Field.LRU_BATCH,
])

/** True if the index of a field is, or is bounded like, the number of a frame. */
const isOfFrame = (field: number): boolean => field < Field.PTE_ADDRESS || OTHERS_OF_FRAME.has(field)

/** Pages of vmalloc space that a run may use. */
const MAX_VMAP = 1 << 26
