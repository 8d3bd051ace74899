/** A second run beside the one on screen: the same text in another era, or another program. Its playhead is tied. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import type { RunRequest, StepRow } from '../../src-core/protocol/messages.ts'
import type { Report } from '../../src-core/report/report.ts'
import { examples } from '../core/examples.ts'
import { tie, untie } from '../panels/compare/tie.ts'
import { useCursorStore } from './cursor.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'
import { useTrailStore } from './trail.ts'

/** `era:v6.14`, `program:slab-uaf/fixed`, `original`. */
export type Choice = string

interface OtherRun {
  readonly title: string
  readonly entry: string
  readonly files: readonly SourceFile[]
  readonly rows: readonly StepRow[]
  readonly report: Report
}

const AT_ONCE = 500
const MOST_ROWS = 4_000

export const useCompareStore = defineStore('compare', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const cursor = useCursorStore()
  const trail = useTrailStore()
  const choice = shallowRef<Choice>('')
  const other = shallowRef<OtherRun | null>(null)
  /** Why there is nothing beside; null if there is, or nothing was chosen. */
  const failure = shallowRef<string | null>(null)
  const busy = shallowRef(false)
  let asked = 0

  const choices = computed(() => {
    const era = session.report?.era ?? ''
    const folder = document.programId.split('/')[0] ?? ''
    const near = examples().filter(({ id }) => id.startsWith(`${folder}/`) && id !== document.programId)
    return [
      ...session.eras
        .filter(({ id }) => id !== era)
        .map(({ id }) => ({ id: `era:${id}`, title: `this text in ${id}` })),
      ...(document.edited ? [{ id: 'original', title: 'the text as it came' }] : []),
      ...near.map(({ id, title }) => ({ id: `program:${id}`, title })),
    ]
  })
  const tied = computed(() => tie(trail.rows, other.value?.rows ?? []))
  /** Step of the other run at the playhead. */
  const step = computed(() => tied.value[Math.min(cursor.step, tied.value.length - 1)] ?? 0)
  const row = computed<StepRow | null>(() => other.value?.rows[step.value - 1] ?? null)

  function requestOf(wish: Choice): { request: RunRequest; title: string } | null {
    const mine = document.request()
    if (wish.startsWith('era:')) {
      const era = wish.slice(4)
      return { request: { ...mine, era }, title: `${document.title} in ${era}` }
    }
    const found = wish === 'original' ? document.original : examples().find(({ id }) => `program:${id}` === wish)
    if (!found) return null
    const request = { ...mine, entry: found.entry, files: found.files, era: session.report?.era ?? null }
    return { request, title: wish === 'original' ? `${found.title}, as it came` : found.title }
  }

  /** Runs what was chosen. Waits for the verdicts of the run on screen: the core runs one program at a time. */
  async function load(): Promise<void> {
    const wish = requestOf(choice.value)
    other.value = null
    failure.value = null
    const ticket = ++asked
    if (wish === null || !session.settledVerdicts || session.stale) return
    busy.value = true
    try {
      const { run, report, steps } = await session.call('run', wish.request)
      const rows: StepRow[] = []
      while (report.outcome !== 'compile-error' && rows.length < Math.min(steps, MOST_ROWS)) {
        const answer = await session.call('steps', { run, from: rows.length + 1, count: AT_ONCE })
        if (answer.rows.length === 0) break
        rows.push(...answer.rows)
      }
      if (ticket !== asked) return
      if (report.outcome === 'compile-error')
        failure.value = report.errors?.[0]?.message ?? 'It does not compile there.'
      other.value = { title: wish.title, entry: wish.request.entry, files: wish.request.files, rows, report }
    } catch {
      if (ticket === asked) failure.value = 'Another run came in between. Choose again, or run again.'
    } finally {
      if (ticket === asked) busy.value = false
    }
  }
  watch([choice, () => session.settledVerdicts, () => session.runId], () => {
    if (choice.value !== '') void load()
  })
  watch(
    () => document.programId,
    () => {
      choice.value = ''
      other.value = null
    },
  )

  /** Moves the playhead to the step that is tied to a step of the other run. */
  function seekOther(to: number): void {
    cursor.seek(untie(tied.value, to))
  }

  return { choice, choices, other, failure, busy, step, row, seekOther }
})
