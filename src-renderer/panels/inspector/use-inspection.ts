/** What the inspector shows: the core's answer for the selection at the playhead, and the bytes behind it. */
import { onBeforeUnmount, onMounted, shallowRef, watch } from 'vue'
import type { Inspection, Target } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { Redraw } from '../../canvas/redraw.ts'
import { registerView } from '../../canvas/views.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useMomentStore } from '../../stores/moment.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { Origins } from './hex.ts'

const MOST_BYTES = 256
/** The same of an object and what its slab keeps around it. */
const MOST_OF_SLOT = 512

interface Ask {
  readonly run: number
  readonly step: number
  readonly target: Target
  /** Pinned moment; null = the event before. */
  readonly since: number | null
}

/** Bytes at the playhead and at the moment they are compared with, and where they come from. */
export interface Bytes {
  readonly now: Uint8Array
  readonly before: Uint8Array | null
  readonly origins: Origins | null
  /** Bytes in front of the memory that are shown with it. */
  readonly lead: number
}

export interface Inspected {
  readonly step: number
  readonly target: Target
  readonly inspection: Inspection
  readonly bytes: Bytes | null
}

export function useInspection() {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const moment = useMomentStore()
  const shown = shallowRef<Inspected | null>(null)
  const failure = shallowRef<string | null>(null)

  async function look({ run, step, target, since }: Ask): Promise<Inspected> {
    const compared = since === null ? {} : { since }
    const inspection = await session.call('inspect', { run, step, target, full: true, ...compared })
    return { step, target, inspection, bytes: await readBytes(run, step, inspection) }
  }

  async function readBytes(run: number, step: number, inspection: Inspection): Promise<Bytes | null> {
    const start = Number(inspection.physical)
    if (inspection.physical === '' || !Number.isFinite(start)) return null
    const { slot } = inspection
    const lead = slot?.before ?? 0
    const address = start - lead
    const length = slot === null ? Math.min(MOST_BYTES, inspection.bytes) : Math.min(MOST_OF_SLOT, slot.bytes)
    if (length <= 0) return null
    const at = (when: number): Promise<Uint8Array> =>
      session.call('bytes', { run, step: when, address, length }).then((answer) => answer.bytes)
    const [now, before, origins] = await Promise.allSettled([
      at(step),
      at(inspection.since),
      session.call('origins', { run, step, address, length }),
    ])
    if (now.status === 'rejected') return null
    return {
      now: now.value,
      before: before.status === 'fulfilled' ? before.value : null,
      origins: origins.status === 'fulfilled' ? origins.value : null,
      lead,
    }
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
    if (target !== null && session.runId !== 0) {
      question.ask({ run: session.runId, step: cursor.step, target, since: moment.pinned })
    }
  })

  watch(
    [() => session.runId, () => selection.target, () => cursor.step, () => moment.pinned],
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

function firstAddress({ inspection, bytes }: Inspected): string {
  const { physical } = inspection
  return bytes === null || physical === '' ? physical : `0x${(Number(physical) - bytes.lead).toString(16)}`
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
  /** Step that fields, rights and bytes are compared with. */
  readonly since: number
  readonly gone: readonly string[]
  readonly structs: readonly { readonly name: string; readonly fields: Readonly<Record<string, string>> }[]
  readonly walks: readonly { readonly space: string; readonly address: string; readonly pfns: readonly number[] }[]
  readonly moreEvents: number
  readonly rights: readonly { readonly kind: string; readonly holder: string; readonly line: number }[]
  readonly pointers: readonly { readonly kind: string; readonly holder: string; readonly line: number }[]
  readonly events: readonly { readonly step: number; readonly sentence: string }[]
  readonly bytes: readonly number[]
  /** Physical address of the first of them; empty if there is none. */
  readonly physical: string
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
    since: inspection.since,
    gone: inspection.gone.map(({ kind }) => kind),
    structs: inspection.structs.map(({ name, fields }) => ({
      name,
      fields: Object.fromEntries(fields.map((each) => [each.name, each.value])),
    })),
    walks: inspection.walks.map(({ space, address, levels }) => ({
      space,
      address,
      pfns: levels.map(({ pfn: to }) => to),
    })),
    moreEvents: inspection.moreEvents,
    rights: inspection.rights.map(({ kind, holder, line }) => ({ kind, holder, line })),
    pointers: inspection.pointers.map(({ kind, holder, line }) => ({ kind, holder, line })),
    events: inspection.events.map(({ step: at, sentence }) => ({ step: at, sentence })),
    physical: firstAddress(shown),
    bytes: bytes === null ? [] : Array.from(bytes.now.subarray(0, 64)),
  }
}
