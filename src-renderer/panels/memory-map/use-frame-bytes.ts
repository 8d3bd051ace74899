/** Reads bytes and their origins for the memory map, and says which step wrote the byte under the pointer. */
import { shallowRef } from 'vue'
import type { StepRow } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSessionStore } from '../../stores/session.ts'
import { FrameBytesCache, nextRun, type FocusedBytes, type FrameBytes } from './frame-bytes.ts'

/** What the core gives the origins of at once. */
const PART = 4096

/** The byte under the pointer. */
export interface ByteHover {
  readonly pfn: number
  readonly offset: number
  readonly value: number
  /** `Painted`. */
  readonly painted: number
  /** `ByteRegion`. */
  readonly region: number
  /** Step that changed it last; 0 = as it was at boot. */
  readonly step: number
  /** That step as a row; null until it is known, or if there is none. */
  readonly row: StepRow | null
}

type Session = ReturnType<typeof useSessionStore>

/** Bytes of a frame after a step. `pageSize` in bytes. */
export async function readFrame(session: Session, step: number, pfn: number, pageSize: number): Promise<FrameBytes> {
  const run = session.runId
  const answer = {
    bytes: new Uint8Array(pageSize),
    steps: new Uint32Array(pageSize),
    painted: new Uint8Array(pageSize),
    regions: new Uint8Array(pageSize),
  }
  for (let at = 0; at < pageSize; at += PART) {
    const ask = { run, step, address: pfn * pageSize + at, length: Math.min(PART, pageSize - at) }
    const [{ bytes }, origins] = await Promise.all([session.call('bytes', ask), session.call('origins', ask)])
    answer.bytes.set(bytes, at)
    answer.steps.set(origins.steps, at)
    answer.painted.set(origins.painted, at)
    answer.regions.set(origins.regions, at)
  }
  return answer
}

export function useFrameBytes(pageSize: () => number, changed: () => void) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const byte = shallowRef<ByteHover | null>(null)
  /** The stretch that the keyboard is at. */
  const focused = shallowRef<FocusedBytes | null>(null)
  const cache = new FrameBytesCache((pfn) => readFrame(session, cursor.step, pfn, pageSize()), changed)
  const writer = new Latest<{ run: number; from: number; count: number }, { readonly rows: readonly StepRow[] }>(
    (ask) => session.call('steps', ask),
    ({ rows }, ask) => {
      if (byte.value?.step === ask.from && ask.run === session.runId)
        byte.value = { ...byte.value, row: rows[0] ?? null }
    },
    () => undefined,
  )
  const bytesOf = (pfn: number): FrameBytes | null => cache.of(session.runId, cursor.step, pfn)

  /** The pointer is on a byte of a frame; `offset` -1 = on none. */
  function hoverByte(pfn: number, offset: number): void {
    const data = offset < 0 ? null : bytesOf(pfn)
    if (data === null) {
      byte.value = null
      return
    }
    if (byte.value?.pfn === pfn && byte.value.offset === offset) return
    const step = data.steps[offset]!
    const row = byte.value?.step === step ? byte.value.row : null
    const [value, painted, region] = [data.bytes[offset]!, data.painted[offset]!, data.regions[offset]!]
    byte.value = { pfn, offset, value, painted, region, step, row }
    if (step > 0 && row === null) writer.ask({ run: session.runId, from: step, count: 1 })
  }

  /** Goes to the next stretch of a frame (`by` 1) or the one before it; null while its bytes are not known. */
  function focusBytes(pfn: number, by: 1 | -1): FocusedBytes | null {
    const data = bytesOf(pfn)
    if (data === null) return null
    const at = focused.value?.pfn === pfn ? focused.value.offset : -1
    const { offset, length } = nextRun(data, at, by)
    focused.value = { pfn, offset, length }
    changed()
    return focused.value
  }

  return { byte, bytesOf, hoverByte, focused, focusBytes, cache, writer }
}
