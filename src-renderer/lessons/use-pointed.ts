/** What a person points at in the views, for a find step: the line or step of the playhead, or the memory selected. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useCursorStore } from '../stores/cursor.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'

export function usePointed(): { pointed: ComputedRef<string>; word: ComputedRef<string> } {
  const lessons = useLessonsStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const session = useSessionStore()
  const memory = shallowRef('')
  const target = computed(() => (lessons.step?.kind === 'find' ? lessons.step.target : 'line'))
  const word = computed(() => (target.value === 'memory' ? 'piece of memory' : target.value))

  watch(
    () => [selection.target, cursor.step, session.runId] as const,
    async ([selected, step, run]) => {
      memory.value = ''
      if (selected === null || run === 0 || target.value !== 'memory') return
      const about = await session.call('inspect', { run, step, target: selected }).catch(() => null)
      if (about !== null && selection.target === selected) memory.value = about.title.split(' · ')[0] ?? ''
    },
    { immediate: true },
  )
  const pointed = computed(() => {
    if (target.value === 'memory') return memory.value
    if (target.value === 'step') return cursor.step > 0 ? String(cursor.step) : ''
    const line = cursor.row?.line ?? 0
    return line > 0 ? String(line) : ''
  })
  return { pointed, word }
}
