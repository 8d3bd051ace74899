/** Carries out commands, from the keyboard, the desktop's menu and buttons. */
import { onBeforeUnmount, onMounted } from 'vue'
import type { CommandId } from '../core/commands.ts'
import { commandFor } from '../core/commands.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useLayoutStore } from '../stores/layout.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'

export type RunCommand = (id: CommandId) => void

export function useCommands(showShortcuts: () => void): RunCommand {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const layout = useLayoutStore()

  const neighbour = (direction: 'next' | 'previous'): void => {
    const target = selection.target
    if (target === null) (direction === 'next' ? cursor.stepForward : cursor.stepBack)()
    else void cursor.seekNeighbour(target, direction)
  }
  const actions: Record<CommandId, () => void> = {
    run: () => void session.run(),
    'step-forward': cursor.stepForward,
    'step-back': cursor.stepBack,
    'to-start': cursor.toStart,
    'to-end': cursor.toEnd,
    'next-of-selection': () => neighbour('next'),
    'previous-of-selection': () => neighbour('previous'),
    'next-problem': () => selection.nextProblem(1),
    'previous-problem': () => selection.nextProblem(-1),
    back: selection.back,
    theme: settings.nextTheme,
    shortcuts: showShortcuts,
    examples: () => layout.toggle('examples'),
    lessons: () => layout.toggle('lessons'),
    lesson: () => layout.show('lesson'),
    problems: () => layout.show('problems'),
    console: () => layout.show('console'),
    eras: () => layout.show('eras'),
    'focus-editor': () =>
      window.document.querySelector<HTMLElement>('.monaco-editor textarea, .native-edit-context')?.focus(),
    'reset-layout': layout.reset,
  }
  const run: RunCommand = (id) => actions[id]()

  function key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const id = commandFor(event, isTyping(event.target))
    if (id === null || (id === 'back' && window.document.querySelector('dialog[open]') !== null)) return
    event.preventDefault()
    event.stopPropagation()
    run(id)
  }

  // In the capture phase: the editor has other uses for some of these keys.
  onMounted(() => {
    window.addEventListener('keydown', key, true)
    window.pageward?.onCommand((id) => {
      if (id in actions) run(id as CommandId)
    })
  })
  onBeforeUnmount(() => window.removeEventListener('keydown', key, true))
  return run
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('.monaco-editor') !== null
  )
}
