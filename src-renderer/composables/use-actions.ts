/**
 * Everything a person can do, in one list: the commands, the panels, eras, machines, programs and templates. The
 * palette shows it, the settings give keys to it, and the keyboard carries it out.
 */
import { COMMANDS, type CommandId } from '../core/commands.ts'
import { examples } from '../core/examples.ts'
import { TEMPLATES } from '../core/templates.ts'
import { PANELS } from '../dock/panels.ts'
import { takeLayout } from '../shell/take-file.ts'
import { LESSONS } from '../lessons/lesson-files.ts'
import { saveText } from '../lessons/save-text.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useEditorViewStore } from '../stores/editor-view.ts'
import { useLayoutStore, type Edge } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useMapSpaceStore } from '../stores/map-space.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'

export interface Action {
  readonly id: string
  readonly title: string
  readonly group: string
  /** Why it cannot be done now; null if it can. */
  readonly off: string | null
  run(): void
}

const MEMORIES = ['16M', '64M', '256M', '1G', '4G']
const EDGES: readonly Edge[] = ['left', 'right', 'top', 'bottom']

/** Answers a function that makes the list as things are now. */
export function useActions(command: (id: CommandId) => void): () => Action[] {
  const document = useDocumentStore()
  const session = useSessionStore()
  const settings = useSettingsStore()
  const layout = useLayoutStore()
  const lessons = useLessonsStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const editorView = useEditorViewStore()
  const mapSpace = useMapSpaceStore()
  const action = (group: string, id: string, title: string, run: () => void, off: string | null = null): Action => ({
    id,
    title,
    group,
    off,
    run,
  })

  function whyOff(id: CommandId): string | null {
    const none = session.runId === 0 ? 'Nothing has run yet' : null
    switch (id) {
      case 'step-forward':
      case 'to-end':
      case 'step-over-line':
      case 'step-into-line':
      case 'step-out-line':
        return none ?? (cursor.atEnd ? 'You are at the last step' : null)
      case 'step-back':
      case 'to-start':
      case 'step-back-line':
        return none ?? (cursor.atStart ? 'You are before the first step' : null)
      case 'next-problem':
      case 'previous-problem':
        return none ?? (selection.order.length === 0 ? 'This run has no problem' : null)
      case 'undo-last':
        return document.undo === null && layout.before === null ? 'Nothing to undo' : null
      default:
        return null
    }
  }

  function commands(): Action[] {
    return COMMANDS.filter(({ id }) => id !== 'palette').map(({ id, label }) =>
      action('Commands', id, label, () => command(id), whyOff(id)),
    )
  }

  function panels(): Action[] {
    return PANELS.flatMap(({ id, title }) => {
      const closed = layout.isOpen(id) ? null : 'This panel is closed'
      const never = id === 'editor' ? 'The editor stays open' : closed
      return [
        action('Panels', `show:${id}`, `Show panel: ${title}`, () => layout.goTo(id)),
        action('Panels', `close:${id}`, `Close panel: ${title}`, () => layout.dock?.close(id), never),
        action('Panels', `maximise:${id}`, `Maximise panel: ${title}`, () => layout.dock?.maximise(id)),
        ...EDGES.map((edge) =>
          action('Panels', `move:${id}:${edge}`, `Move panel to the ${edge}: ${title}`, () =>
            layout.dock?.move(id, edge),
          ),
        ),
      ]
    })
  }

  function files(): Action[] {
    const own = Object.entries(document.kept).filter(([, program]) => program.own)
    const here = (id: string): string | null => (id === document.programId ? 'It is open' : null)
    return [
      ...TEMPLATES.map(({ id, title, line, text }) =>
        action('New', `new:${id}`, `New snippet: ${title} (${line})`, () => document.newSnippet(text)),
      ),
      ...own.map(([id, { title }]) =>
        action('Open', `open:${id}`, `Open: ${title}`, () => void document.open(id), here(id)),
      ),
      ...examples().map(({ id, title }) =>
        action('Open', `open:${id}`, `Open example: ${title}`, () => void document.open(id), here(id)),
      ),
    ]
  }

  function lessonList(): Action[] {
    return LESSONS.map(({ id, title }) =>
      action('Open', `lesson:${id}`, `Open lesson: ${title}`, () => void lessons.open(id, lessons.firstOpenStep(id))),
    )
  }

  function spaces(): Action[] {
    return mapSpace.choices.map(({ id, name }) =>
      action(
        'Memory map',
        `map-space:${id}`,
        `Memory map: show ${id === 'physical' ? 'physical memory' : name}`,
        () => {
          mapSpace.choose(id)
          layout.goTo('memory-map')
        },
        id === mapSpace.shown ? 'It is shown' : null,
      ),
    )
  }

  function choices(): Action[] {
    return [
      action('Era', 'era:own', `Era: the program's own`, () => document.chooseEra(null)),
      ...session.eras.map(({ id, title }) =>
        action('Era', `era:${id}`, `Era: ${id}${title === id ? '' : ` (${title})`}`, () => document.chooseEra(id)),
      ),
      ...MEMORIES.map((size) =>
        action('Machine', `memory:${size}`, `Machine memory: ${size.replace(/([MG])/, ' $1iB')}`, () =>
          document.chooseMemory(size),
        ),
      ),
      action('View', 'zoom-in', 'Larger text', () => settings.zoomBy(1), settings.zoom >= 200 ? 'At 200 %' : null),
      action('View', 'zoom-out', 'Smaller text', () => settings.zoomBy(-1), settings.zoom <= 80 ? 'At 80 %' : null),
      action('View', 'zoom-reset', 'Text at 100 %', () => {
        settings.zoom = 100
      }),
      ...(['system', 'light', 'dark'] as const).map((theme) =>
        action('View', `theme:${theme}`, `Theme: ${theme === 'system' ? 'as the system' : theme}`, () => {
          settings.theme = theme
        }),
      ),
      action('View', 'contrast', settings.highContrast ? 'Normal contrast' : 'High contrast', () => {
        settings.contrast = settings.highContrast ? 'normal' : 'more'
      }),
      action('View', 'effects', settings.effects ? 'Hide what each line did' : 'Show what each line did', () => {
        settings.effects = !settings.effects
      }),
      action('View', 'badges', settings.badges ? 'Hide what variables are' : 'Show what variables are', () => {
        settings.badges = !settings.badges
      }),
      action('View', 'view:c', 'Show the open file as C', () => editorView.show('c')),
      action('View', 'view:rust', 'Show the open file as Rust', () => editorView.show('rust')),
      action('View', 'view:snippet', 'Show the open file as a snippet', () => editorView.show('snippet')),
      action('Run', 'live', settings.live ? 'Live: run only when asked' : 'Live: run when typing stops', () => {
        settings.live = !settings.live
      }),
      action('Layout', 'export-layout', 'Export the layout to a file', () =>
        saveText('pageward-layout.json', JSON.stringify({ format: 'pageward.layout/1', dock: layout.arrangement })),
      ),
      action('Layout', 'import-layout', 'Import a layout from a file', () => void takeLayout()),
    ]
  }

  return () => [...commands(), ...files(), ...lessonList(), ...choices(), ...spaces(), ...panels()]
}
