/**
 * Traces for tests: a writer that keeps its chunks, a small machine, and a seeded random run that changes every kind
 * of column, with a plain model of the state to compare with.
 */
import type { TraceChunk } from '../chunk.ts'
import { Field } from '../fields.ts'
import { Op } from '../ops.ts'
import type { MachineInfo } from '../record.ts'
import { TraceStore } from '../store.ts'
import { TraceWriter } from '../writer.ts'

/** A 16 MiB machine: frames 0 … 255 reserved, the rest one zone. */
export const SMALL_MACHINE: MachineInfo = {
  memory: 16 << 20,
  cpus: 1,
  arch: 'x86_64',
  debug: true,
  iommu: false,
  seed: 1,
  frames: 4096,
  pageShift: 12,
  pageOffset: 0xffff_8880_0000_0000n,
  vmallocStart: 0xffff_c900_0000_0000n,
  zones: [{ name: 'DMA', start: 256, end: 4096 }],
}

/** A writer and the chunks it made so far. Call `store()` when the trace is written. */
export function recording(): { readonly writer: TraceWriter; store(): TraceStore } {
  const chunks: TraceChunk[] = []
  const keep = (chunk: TraceChunk): void => {
    chunks[chunk.index] = chunk
  }
  const writer = new TraceWriter({ opened: keep, closed: keep })
  return {
    writer,
    store() {
      writer.finish()
      return TraceStore.of(chunks)
    },
  }
}

/** Numbers 0 … n-1 from a seed (xorshift32). */
export function randomNumbers(seed: number): (n: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1
  return (n) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % n
  }
}

/** Columns as plain maps: field → index → value. */
export type PlainState = Map<string, number>

const WORDS = [
  Field.REFCOUNT,
  Field.MAPCOUNT,
  Field.USE,
  Field.FLAGS,
  Field.ORDER,
  Field.HEAD,
  Field.SLAB,
  Field.OBJECT,
  Field.VMAP,
  Field.RIGHTS,
  Field.PRIVATE,
  Field.TASK,
  Field.PINCOUNT,
  Field.MAPPING,
  Field.PRIVATE_HIGH,
  Field.MAPPING_HIGH,
] as const

/** Key of a value in `PlainState`. */
export function plainKey(field: Field, index: number): string {
  return `${field}:${index}`
}

/** Writes `steps` operations with about `perStep` deltas each over `frames` frames. Calls `after` after each step. */
export function writeRandomRun(
  writer: TraceWriter,
  seed: number,
  steps: number,
  perStep: number,
  frames: number,
  boot: (field: Field, index: number) => number,
  after: (step: number, state: PlainState) => void,
): PlainState {
  const random = randomNumbers(seed)
  const state: PlainState = new Map()
  const memory = (address: number): number => state.get(plainKey(Field.BYTES, address)) ?? 0
  for (let i = 0; i < steps; i++) {
    const step = writer.begin(random(50))
    for (let n = random(perStep * 2 + 1); n > 0; n--) {
      const what = random(WORDS.length + 2)
      if (what < WORDS.length) {
        const field = WORDS[what]!
        const index = random(frames)
        const key = plainKey(field, index)
        const old = state.get(key) ?? boot(field, index)
        const value = random(1 << 30)
        writer.delta(field, index, old >>> 0, value)
        state.set(key, value)
        continue
      }
      const address = random(frames * 16)
      const length = 1 + random(random(50) === 0 ? 2000 : 24)
      const old = Uint8Array.from({ length }, (_, k) => memory(address + k))
      const byte = random(256)
      const next = new Uint8Array(length).map((_, k) => (what === WORDS.length ? (byte + k) & 255 : byte))
      if (what === WORDS.length) writer.bytes(address, old, next)
      else writer.fill(address, length, byte, old.every((value) => value === 0) ? null : old)
      next.forEach((value, k) => state.set(plainKey(Field.BYTES, address + k), value))
    }
    writer.end(Op.other, 0, 0xffff_ffff, 0, 0, 0)
    after(step, state)
  }
  return state
}
