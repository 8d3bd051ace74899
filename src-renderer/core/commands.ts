/**
 * Every command of the app with its keys: the `?` sheet, tooltips, the desktop's menu and the keyboard all read this
 * table. Keys are physical (`KeyboardEvent.code`), so that they lie in the same place on every layout.
 */
import { replacedKeys } from './key-bindings.ts'

export type CommandId =
  | 'run'
  | 'explore'
  | 'step-forward'
  | 'step-back'
  | 'to-start'
  | 'to-end'
  | 'next-of-selection'
  | 'previous-of-selection'
  | 'next-problem'
  | 'previous-problem'
  | 'back'
  | 'theme'
  | 'shortcuts'
  | 'examples'
  | 'lessons'
  | 'lesson'
  | 'lesson-next'
  | 'lesson-previous'
  | 'problems'
  | 'console'
  | 'eras'
  | 'focus-editor'
  | 'reset-layout'
  | 'palette'
  | 'settings'
  | 'undo-last'
  | 'new-snippet'
  | 'next-panel'
  | 'previous-panel'
  | 'maximise-panel'
  | 'close-panel'
  | 'step-over-line'
  | 'step-into-line'
  | 'step-out-line'
  | 'step-back-line'
  | 'breakpoint'
  | 'to-breakpoint'
  | 'back-to-breakpoint'
  | 'present'
  | 'share'
  | 'reference'
  | 'open-file'
  | 'lesson-folder'

export interface Keys {
  readonly code: string
  /** Control, or Command on a Mac. */
  readonly mod?: boolean
  readonly shift?: boolean
  readonly alt?: boolean
  /** Also while typing in the editor or a field. */
  readonly whileTyping?: boolean
}

export interface Command {
  readonly id: CommandId
  readonly label: string
  readonly keys: readonly Keys[]
}

export const COMMANDS: readonly Command[] = [
  { id: 'run', label: 'Run', keys: [{ code: 'Enter', mod: true, whileTyping: true }] },
  {
    id: 'explore',
    label: 'Explore the schedules',
    keys: [{ code: 'Enter', mod: true, shift: true, whileTyping: true }],
  },
  {
    id: 'step-forward',
    label: 'Step forward',
    keys: [{ code: 'F10', whileTyping: true }, { code: 'Period' }, { code: 'Period', alt: true, whileTyping: true }],
  },
  {
    id: 'step-back',
    label: 'Step back',
    keys: [
      { code: 'F10', shift: true, whileTyping: true },
      { code: 'Comma' },
      { code: 'Comma', alt: true, whileTyping: true },
    ],
  },
  { id: 'next-of-selection', label: 'Next step of the selection', keys: [{ code: 'Period', shift: true }] },
  { id: 'previous-of-selection', label: 'Previous step of the selection', keys: [{ code: 'Comma', shift: true }] },
  { id: 'to-start', label: 'To the start of the run', keys: [{ code: 'Home', alt: true, whileTyping: true }] },
  { id: 'to-end', label: 'To the end of the run', keys: [{ code: 'End', alt: true, whileTyping: true }] },
  { id: 'next-problem', label: 'Next problem', keys: [{ code: 'F8', whileTyping: true }] },
  { id: 'previous-problem', label: 'Previous problem', keys: [{ code: 'F8', shift: true, whileTyping: true }] },
  { id: 'back', label: 'Back to the selection before', keys: [{ code: 'Escape' }] },
  { id: 'problems', label: 'Show problems', keys: [{ code: 'Digit1', alt: true, whileTyping: true }] },
  { id: 'console', label: 'Show the console', keys: [{ code: 'Digit2', alt: true, whileTyping: true }] },
  { id: 'eras', label: 'Show the eras', keys: [{ code: 'Digit3', alt: true, whileTyping: true }] },
  { id: 'focus-editor', label: 'Go to the editor', keys: [{ code: 'KeyE', alt: true, whileTyping: true }] },
  { id: 'examples', label: 'Show or hide the examples', keys: [{ code: 'KeyB', mod: true, whileTyping: true }] },
  { id: 'lessons', label: 'Show or hide the lessons', keys: [{ code: 'KeyL', alt: true, whileTyping: true }] },
  { id: 'lesson', label: 'Go to the open lesson', keys: [{ code: 'Digit4', alt: true, whileTyping: true }] },
  {
    id: 'lesson-next',
    label: 'Next step of the lesson',
    keys: [{ code: 'PageDown', alt: true, whileTyping: true }],
  },
  {
    id: 'lesson-previous',
    label: 'Step of the lesson before',
    keys: [{ code: 'PageUp', alt: true, whileTyping: true }],
  },
  {
    id: 'palette',
    label: 'Command palette',
    keys: [
      { code: 'F1', whileTyping: true },
      { code: 'KeyP', mod: true, shift: true, whileTyping: true },
    ],
  },
  { id: 'settings', label: 'Settings', keys: [{ code: 'Comma', mod: true, whileTyping: true }] },
  {
    id: 'step-over-line',
    label: 'Step over: the next line, past what it calls',
    keys: [{ code: 'F11', alt: true, whileTyping: true }],
  },
  {
    id: 'step-into-line',
    label: 'Step into: the next line, in whatever function',
    keys: [{ code: 'F12', alt: true, whileTyping: true }],
  },
  {
    id: 'step-out-line',
    label: 'Step out: back in the caller',
    keys: [{ code: 'F12', alt: true, shift: true, whileTyping: true }],
  },
  {
    id: 'step-back-line',
    label: 'Step back: the line before',
    keys: [{ code: 'F11', alt: true, shift: true, whileTyping: true }],
  },
  { id: 'breakpoint', label: 'Set or clear a breakpoint', keys: [{ code: 'F9', whileTyping: true }] },
  { id: 'to-breakpoint', label: 'Forward to a breakpoint', keys: [{ code: 'F9', alt: true, whileTyping: true }] },
  {
    id: 'back-to-breakpoint',
    label: 'Back to a breakpoint',
    keys: [{ code: 'F9', alt: true, shift: true, whileTyping: true }],
  },
  { id: 'next-panel', label: 'Go to the next panel', keys: [{ code: 'F6', whileTyping: true }] },
  { id: 'previous-panel', label: 'Go to the panel before', keys: [{ code: 'F6', shift: true, whileTyping: true }] },
  {
    id: 'maximise-panel',
    label: 'Maximise the panel, or put it back',
    keys: [{ code: 'KeyM', alt: true, whileTyping: true }],
  },
  { id: 'close-panel', label: 'Close the panel', keys: [{ code: 'KeyW', alt: true, whileTyping: true }] },
  { id: 'new-snippet', label: 'New snippet', keys: [{ code: 'KeyN', alt: true, whileTyping: true }] },
  { id: 'undo-last', label: 'Undo what was deleted or reset', keys: [] },
  { id: 'present', label: 'Presentation: large type, or back', keys: [{ code: 'KeyP', alt: true, whileTyping: true }] },
  { id: 'reference', label: 'API reference', keys: [{ code: 'KeyR', alt: true, whileTyping: true }] },
  { id: 'open-file', label: 'Open a program from a file', keys: [] },
  { id: 'lesson-folder', label: 'Open a lesson folder of your own', keys: [] },
  { id: 'share', label: 'Share this program', keys: [] },
  { id: 'theme', label: 'Switch the theme', keys: [] },
  { id: 'reset-layout', label: 'Reset the layout', keys: [] },
  {
    id: 'shortcuts',
    label: 'Keyboard shortcuts',
    keys: [
      { code: 'Slash', shift: true },
      { code: 'F1', shift: true, whileTyping: true },
    ],
  },
]

export const MAC = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)
const NAMES: Readonly<Record<string, string>> = {
  Period: '.',
  Comma: ',',
  Slash: '/',
  Escape: 'Esc',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  Enter: MAC ? '⏎' : 'Enter',
}

/** Keys as a person reads them: `Ctrl+Enter`, `Shift+F10`. */
export function keysText(keys: Keys): string {
  if (keys.code === 'Slash' && keys.shift) return '?'
  const name = NAMES[keys.code] ?? keys.code.replace(/^(Key|Digit)/, '')
  const parts = [
    keys.mod ? (MAC ? '⌘' : 'Ctrl') : '',
    keys.alt ? (MAC ? '⌥' : 'Alt') : '',
    keys.shift ? 'Shift' : '',
    name,
  ]
  return parts.filter((part) => part !== '').join('+')
}

/** Keys of a command or action: those a person chose, else those of the table. */
export function keysOf(id: string): readonly Keys[] {
  return replacedKeys.value[id] ?? COMMANDS.find((each) => each.id === id)?.keys ?? []
}

/** Label and first keys of a command, for tooltips: `Run (Ctrl+Enter)`. */
export function tip(id: CommandId): string {
  const command = COMMANDS.find((each) => each.id === id)
  if (command === undefined) return ''
  const first = keysOf(id)[0]
  return first === undefined ? command.label : `${command.label} (${keysText(first)})`
}

export interface KeyPress {
  readonly code: string
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** The command or action a key press means; null if none. `typing`: the focus is in a text. */
export function commandFor(press: KeyPress, typing: boolean): string | null {
  if (press.key === '?' && !typing && !press.ctrlKey && !press.altKey && !press.metaKey) return 'shortcuts'
  const mod = MAC ? press.metaKey : press.ctrlKey
  const other = MAC ? press.ctrlKey : press.metaKey
  if (other) return null
  for (const id of boundIds()) {
    for (const each of keysOf(id)) {
      if (typing && !each.whileTyping) continue
      if (each.code !== press.code || mod !== (each.mod ?? false)) continue
      if (press.altKey === (each.alt ?? false) && press.shiftKey === (each.shift ?? false)) return id
    }
  }
  return null
}

/** Everything that may have keys: what a person gave keys to comes first. */
function boundIds(): Set<string> {
  return new Set([...Object.keys(replacedKeys.value), ...COMMANDS.map(({ id }) => id)])
}

/** Who has these keys already, other than `id`; null if nobody. */
export function holderOf(keys: Keys, id: string): string | null {
  const wanted = keysText(keys)
  for (const each of boundIds()) {
    if (each !== id && keysOf(each).some((other) => keysText(other) === wanted)) return each
  }
  return null
}
