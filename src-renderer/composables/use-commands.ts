/** Carries out commands, from the keyboard, the desktop's menu and buttons. */
import { onBeforeUnmount, onMounted } from 'vue'
import type { CommandId } from '../core/commands.ts'
import { commandFor } from '../core/commands.ts'
import { recordingKeys } from '../core/key-bindings.ts'
import { useBreakpointsStore } from '../stores/breakpoints.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useShellStore } from '../stores/shell.ts'
import { useTrailStore } from '../stores/trail.ts'
import { takeLessonFolder } from '../lessons/lesson-folder.ts'
import { useExploration } from '../panels/schedules/use-exploration.ts'
import { takeProgram } from '../shell/take-file.ts'
import { useActions, type Action } from './use-actions.ts'

export type RunCommand = (id: CommandId) => void

export interface Commands {
  readonly run: RunCommand
  /** Everything that can be done, as things are now. */
  readonly actions: () => Action[]
}

export function useCommands(showShortcuts: () => void): Commands {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const layout = useLayoutStore()
  const lessons = useLessonsStore()
  const document = useDocumentStore()
  const shell = useShellStore()
  const trail = useTrailStore()
  const breakpoints = useBreakpointsStore()
  const exploration = useExploration()

  const onActive = (act: 'maximise' | 'close'): void => {
    const active = layout.dock?.active() ?? null
    if (active !== null) layout.dock?.[act](active)
  }
  const neighbour = (direction: 'next' | 'previous'): void => {
    const target = selection.target
    if (target === null) (direction === 'next' ? cursor.stepForward : cursor.stepBack)()
    else void cursor.seekNeighbour(target, direction)
  }
  const withLesson = (go: () => void): void => {
    layout.goTo('lesson')
    if (lessons.lesson !== null) go()
  }
  const actions: Record<CommandId, () => void> = {
    run: () => void session.run(),
    explore: () => {
      layout.choose('schedules')
      if (!exploration.busy.value) void exploration.explore()
    },
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
    lesson: () => layout.goTo('lesson'),
    'lesson-next': () => withLesson(() => lessons.next()),
    'lesson-previous': () => withLesson(() => lessons.previous()),
    problems: () => layout.goTo('problems'),
    console: () => layout.goTo('console'),
    eras: () => layout.goTo('eras'),
    'focus-editor': () =>
      window.document.querySelector<HTMLElement>('.monaco-editor textarea, .native-edit-context')?.focus(),
    'reset-layout': layout.reset,
    palette: () => shell.show('palette'),
    settings: () => shell.show('settings'),
    reference: () => shell.show('reference'),
    'open-file': () => void takeProgram(),
    'lesson-folder': takeLessonFolder,
    share: () => shell.show('share'),
    'undo-last': () => (document.undo === null ? layout.undoReplaced : document.undoLast)(),
    'new-snippet': () => document.newSnippet(),
    'next-panel': () => layout.dock?.focusNeighbour(1),
    'previous-panel': () => layout.dock?.focusNeighbour(-1),
    'maximise-panel': () => onActive('maximise'),
    'close-panel': () => onActive('close'),
    'step-over-line': () => trail.stepCall('over'),
    'step-into-line': () => trail.stepLine(1),
    'step-out-line': () => trail.stepCall('out'),
    'step-back-line': () => trail.stepLine(-1),
    breakpoint: () => breakpoints.toggle(document.active, breakpoints.caret),
    'to-breakpoint': () => void breakpoints.seek(1),
    'back-to-breakpoint': () => void breakpoints.seek(-1),
    present: () => {
      settings.presenting = !settings.presenting
    },
  }
  const run: RunCommand = (id) => actions[id]()
  const list = useActions(run)
  const runAny = (id: string): void => {
    if (Object.hasOwn(actions, id)) run(id as CommandId)
    else
      list()
        .find((each) => each.id === id && each.off === null)
        ?.run()
  }

  function key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || recordingKeys.value || isForView(event)) return
    const id = commandFor(event, isTyping(event.target))
    // A sheet that is open has the keyboard for itself.
    if (id === null || window.document.querySelector('dialog[open]') !== null) return
    event.preventDefault()
    event.stopPropagation()
    runAny(id)
  }

  // In the capture phase: the editor has other uses for some of these keys.
  onMounted(() => {
    window.addEventListener('keydown', key, true)
    window.pageward?.onCommand((id) => {
      if (id in actions) run(id as CommandId)
    })
  })
  onBeforeUnmount(() => window.removeEventListener('keydown', key, true))
  return { run, actions: list }
}

/** A view says in `data-own-keys` which keys mean something of its own while it has the focus. */
function isForView({ target, code, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  if (shiftKey || ctrlKey || altKey || metaKey || !(target instanceof HTMLElement)) return false
  return target.dataset['ownKeys']?.split(' ').includes(code) === true
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('.monaco-editor') !== null
  )
}
