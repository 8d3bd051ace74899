/**
 * Times random seeks in a trace of a million deltas on a machine with 64 MiB: page, slab and byte traffic over the
 * 1,024 frames that a driver works with, and the worst case, the same traffic strewn over all frames.
 */
import { Cursor } from '../src-core/trace/cursor.ts'
import { Field, FrameKind, packUse } from '../src-core/trace/fields.ts'
import { NO_SUBJECT, Op } from '../src-core/trace/ops.ts'
import type { MachineInfo } from '../src-core/trace/record.ts'
import { randomNumbers, recording } from '../src-core/trace/testing/random-trace.ts'

const DELTAS = 1_000_000
const SEEKS = 400

const MACHINE: MachineInfo = {
  memory: 64 << 20,
  cpus: 1,
  arch: 'x86_64',
  debug: true,
  iommu: false,
  seed: 1,
  frames: 16_384,
  pageShift: 12,
  pageOffset: 0xffff_8880_0000_0000n,
  vmallocStart: 0xffff_c900_0000_0000n,
  zones: [
    { name: 'DMA', start: 256, end: 4096 },
    { name: 'DMA32', start: 4096, end: 16_384 },
  ],
}

export interface SeekFigures {
  readonly frames: number
  readonly deltas: number
  readonly steps: number
  readonly buildMs: number
  readonly seeks: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly maxMs: number
}

/** One measurement. The first way through the trace (`buildMs`) makes the keyframes. */
export function measureSeek(now: () => number, frames: number): SeekFigures {
  const random = randomNumbers(11)
  const { writer, store } = recording()
  let deltas = 0
  while (deltas < DELTAS) {
    writer.begin(random(40))
    const pfn = 256 + random(frames)
    const what = random(4)
    if (what < 2) {
      writer.delta(Field.REFCOUNT, pfn, 0, 1)
      writer.delta(Field.USE, pfn, packUse(FrameKind.PCP, 0), packUse(FrameKind.PAGE, 1))
      deltas += 2
    } else if (what === 2) {
      writer.delta(Field.OBJECT, pfn * 512 + random(16) * 32, 0, 1)
      deltas++
    } else {
      writer.byte(pfn * 4096 + random(4096), 0, random(256))
      deltas++
    }
    writer.end(Op.other, 0, NO_SUBJECT, 0, 0, 0)
  }
  const trace = store()
  const cursor = new Cursor(trace, MACHINE)
  const begun = now()
  cursor.seek(trace.steps)
  const buildMs = now() - begun
  const times: number[] = []
  for (let i = 0; i < SEEKS; i++) {
    const step = random(trace.steps + 1)
    const start = now()
    cursor.seek(step)
    times.push(now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => Number(times[Math.floor(share * (times.length - 1))]!.toFixed(3))
  return {
    frames,
    deltas,
    steps: trace.steps,
    buildMs: Number(buildMs.toFixed(1)),
    seeks: SEEKS,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    maxMs: at(1),
  }
}
