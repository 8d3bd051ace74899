/**
 * What a person points at, for a find step: the step of the playhead, the memory selected, or a line: that of the
 * playhead or of the editor's caret, whichever moved last. A line without a step can be meant, too. What was shown
 * before the question was asked does not count.
 */
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { keysOf, keysText, type CommandId } from '../core/commands.ts'
import { useBreakpointsStore } from '../stores/breakpoints.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'

const WORDS = { line: 'line', step: 'step', memory: 'the memory' } as const

export interface Pointed {
  /** Line, step or variable; empty if nothing is pointed at. */
  readonly pointed: ComputedRef<string>
  readonly word: ComputedRef<string>
  /** How to point, before anything is pointed at. */
  readonly how: ComputedRef<string>
}

export function usePointed(): Pointed {
  const lessons = useLessonsStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const session = useSessionStore()
  const breakpoints = useBreakpointsStore()
  const memory = shallowRef('')
  const line = shallowRef(0)
  const step = shallowRef(0)
  const target = computed(() => (lessons.step?.kind === 'find' ? lessons.step.target : 'line'))
  // What is selected already could not be selected again.
  if (target.value === 'memory') selection.select(null)

  watch(
    () => [selection.target, cursor.step, session.runId] as const,
    async ([selected, step, run]) => {
      memory.value = ''
      if (selected === null || run === 0 || target.value !== 'memory') return
      const about = await session.call('inspect', { run, step, target: selected }).catch(() => null)
      if (about !== null && selection.target === selected) memory.value = about.title.split(' · ')[0] ?? ''
    },
  )
  watch(
    () => cursor.step,
    (now) => {
      step.value = now
    },
  )
  watch(
    () => cursor.row?.line ?? 0,
    (now) => {
      if (now > 0) line.value = now
    },
  )
  watch(
    () => breakpoints.caret,
    (now) => {
      line.value = now
    },
  )
  const pointed = computed(() => {
    if (target.value === 'memory') return memory.value
    const at = target.value === 'step' ? step.value : line.value
    return at > 0 ? String(at) : ''
  })
  const how = computed(() => {
    if (target.value === 'line') return `Click the line in the editor, or go to it (${nameOf('focus-editor')}).`
    if (target.value === 'step') return `Click the step in the timeline, or step forward (${nameOf('step-forward')}).`
    return `Click it in the map or the timeline (${nameOf('next-panel')} goes there, up and down choose).`
  })
  return { pointed, word: computed(() => WORDS[target.value]), how }
}

function nameOf(id: CommandId): string {
  const keys = keysOf(id)[0]
  return keys === undefined ? 'no keys' : keysText(keys)
}
