/**
 * The bytes of the frames on screen at the nearest zoom, with the step that changed each last. Asked for once a step;
 * bulk data, outside Vue's reactivity.
 */

/** Bytes of one frame at a step. */
export interface FrameBytes {
  readonly bytes: Uint8Array
  /** Step that changed each byte last; 0 = none since boot. */
  readonly steps: Uint32Array
  /** `Painted`, of each byte. */
  readonly painted: Uint8Array
  /** `ByteRegion`, of each byte. */
  readonly regions: Uint8Array
}

/** Frames that are kept; more than a screen shows. */
const MOST = 16

export class FrameBytesCache {
  readonly #ask: (pfn: number) => Promise<FrameBytes>
  readonly #changed: () => void
  readonly #known = new Map<number, { readonly key: string; value: FrameBytes | null }>()
  #open = 0
  #waiting: (() => void)[] = []

  /** `ask` reads a frame at the step of now; `changed` is called when an answer is there. */
  constructor(ask: (pfn: number) => Promise<FrameBytes>, changed: () => void) {
    this.#ask = ask
    this.#changed = changed
  }

  /** Bytes of a frame at a step. Null until they are known: bytes of another step are never shown. */
  of(run: number, step: number, pfn: number): FrameBytes | null {
    const key = `${run}/${step}`
    const known = this.#known.get(pfn)
    if (known?.key === key) return known.value
    this.#known.delete(pfn)
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value!)
    const entry: { readonly key: string; value: FrameBytes | null } = { key, value: null }
    this.#known.set(pfn, entry)
    this.#open += 1
    this.#ask(pfn)
      .then((value) => {
        entry.value = value
        this.#changed()
      })
      .catch(() => undefined)
      .finally(() => {
        this.#open -= 1
        if (this.#open === 0) for (const done of this.#waiting.splice(0)) done()
      })
    return null
  }

  get pending(): boolean {
    return this.#open > 0
  }

  settled(): Promise<void> {
    return this.pending ? new Promise((done) => this.#waiting.push(done)) : Promise.resolve()
  }
}

/** A stretch of bytes of one region that one step changed last and that the allocator's debugging left the same. */
export interface ByteRun {
  readonly offset: number
  readonly length: number
  readonly step: number
  readonly painted: number
  readonly region: number
}

/** A stretch of a frame's bytes. */
export interface FocusedBytes {
  readonly pfn: number
  readonly offset: number
  readonly length: number
}

/** The runs of a frame in address order: what the table of bytes lists. */
export function byteRuns({ steps, painted, regions }: FrameBytes): ByteRun[] {
  const runs: ByteRun[] = []
  const same = (a: number, b: number): boolean =>
    steps[a] === steps[b] && painted[a] === painted[b] && regions[a] === regions[b]
  for (let offset = 0; offset < steps.length;) {
    let end = offset + 1
    while (end < steps.length && same(end, offset)) end++
    const [step, paint, region] = [steps[offset]!, painted[offset]!, regions[offset]!]
    runs.push({ offset, length: end - offset, step, painted: paint, region })
    offset = end
  }
  return runs
}

/** The stretch that comes `by` (1 or -1) stretches after the one with the byte at an offset; the first one from -1. */
export function nextRun(data: FrameBytes, offset: number, by: 1 | -1): ByteRun {
  const runs = byteRuns(data)
  const at = runs.findIndex((run) => offset >= run.offset && offset < run.offset + run.length)
  return runs[Math.max(0, Math.min(runs.length - 1, at + by))]!
}

/** Bytes of the frames of these ranges, as far as they came. */
export function shownBytes(
  ranges: readonly { readonly from: number; readonly to: number }[],
  bytesOf: (pfn: number) => FrameBytes | null,
): FrameBytes[] {
  const out: FrameBytes[] = []
  for (const { from, to } of ranges) {
    for (let pfn = from; pfn < to; pfn++) {
      const data = bytesOf(pfn)
      if (data !== null) out.push(data)
    }
  }
  return out
}
