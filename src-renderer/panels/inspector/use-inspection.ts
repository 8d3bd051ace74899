/** What the inspector shows: the core's answer for the selection at the playhead, and the bytes behind it. */
import { onBeforeUnmount, onMounted, shallowRef, watch } from 'vue'
import type { Inspection, Target } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { Redraw } from '../../canvas/redraw.ts'
import { registerView } from '../../canvas/views.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'

const MOST_BYTES = 256

interface Ask {
  readonly run: number
  readonly step: number
  readonly target: Target
}

/** Bytes at the playhead and one step earlier. */
export interface Bytes {
  readonly now: Uint8Array
  readonly before: Uint8Array | null
}

export interface Inspected {
  readonly step: number
  readonly inspection: Inspection
  readonly bytes: Bytes | null
}

export function useInspection() {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const shown = shallowRef<Inspected | null>(null)
  const failure = shallowRef<string | null>(null)

  async function look({ run, step, target }: Ask): Promise<Inspected> {
    const inspection = await session.call('inspect', { run, step, target })
    return { step, inspection, bytes: await readBytes(run, step, inspection) }
  }

  async function readBytes(run: number, step: number, inspection: Inspection): Promise<Bytes | null> {
    const address = Number(inspection.physical)
    if (inspection.physical === '' || !Number.isFinite(address)) return null
    const length = Math.min(MOST_BYTES, inspection.bytes)
    if (length <= 0) return null
    const at = (when: number): Promise<Uint8Array> =>
      session.call('bytes', { run, step: when, address, length }).then((answer) => answer.bytes)
    const [now, before] = await Promise.allSettled([at(step), step > 0 ? at(step - 1) : Promise.reject(new Error())])
    if (now.status === 'rejected') return null
    return { now: now.value, before: before.status === 'fulfilled' ? before.value : null }
  }

  const question = new Latest<Ask, Inspected>(
    look,
    (answer, ask) => {
      if (ask.run !== session.runId) return
      failure.value = null
      shown.value = answer
    },
    (error) => {
      shown.value = null
      failure.value = error instanceof Error ? error.message : String(error)
    },
  )
  /** Changes of playhead and selection within one frame are one question. */
  const frame = new Redraw(() => {
    const { target } = selection
    if (target !== null && session.runId !== 0) question.ask({ run: session.runId, step: cursor.step, target })
  })

  watch(
    [() => session.runId, () => selection.target, () => cursor.step],
    ([run, target], [runBefore]) => {
      if (run !== runBefore || target === null) question.drop()
      if (target === null || run === 0) {
        shown.value = null
        failure.value = null
      }
      frame.request()
    },
    { immediate: true },
  )

  async function settled(): Promise<void> {
    do await Promise.all([frame.settled(), question.settled()])
    while (frame.pending || question.pending)
  }
  onMounted(() => {
    onBeforeUnmount(registerView('inspector', { settled, describe: () => describe(shown.value) }))
  })
  onBeforeUnmount(() => {
    frame.stop()
    question.drop()
  })
  return { shown, failure }
}

export interface InspectorDescription {
  readonly step: number
  readonly title: string
  readonly subtitle: string
  readonly pfn: number
  readonly allocation: number
  readonly state: string
  readonly fields: Readonly<Record<string, string>>
  readonly changed: readonly string[]
  readonly rights: readonly { readonly kind: string; readonly holder: string; readonly line: number }[]
  readonly pointers: readonly { readonly kind: string; readonly holder: string; readonly line: number }[]
  readonly events: readonly { readonly step: number; readonly sentence: string }[]
  readonly bytes: readonly number[]
}

function describe(shown: Inspected | null): InspectorDescription | null {
  if (shown === null) return null
  const { inspection, step, bytes } = shown
  const { title, subtitle, pfn, allocation, state } = inspection
  return {
    step,
    title,
    subtitle,
    pfn,
    allocation,
    state,
    fields: Object.fromEntries(inspection.fields.map((each) => [each.name, each.value])),
    changed: inspection.fields.filter((each) => each.changed).map((each) => each.name),
    rights: inspection.rights.map(({ kind, holder, line }) => ({ kind, holder, line })),
    pointers: inspection.pointers.map(({ kind, holder, line }) => ({ kind, holder, line })),
    events: inspection.events.map(({ step: at, sentence }) => ({ step: at, sentence })),
    bytes: bytes === null ? [] : Array.from(bytes.now.subarray(0, 64)),
  }
}
