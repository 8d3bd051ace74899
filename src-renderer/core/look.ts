/** Where an example's `look` sends the views: to a line, some panels in front; and a sentence that says what to see. */
import type { PanelId } from '../stores/layout.ts'
import { isRecord } from './storage.ts'

export interface ExampleLook {
  readonly file: string
  readonly line: number
  readonly panels: readonly PanelId[]
  readonly text: string
  /** The exploration that the text speaks of: at most so many preemptions, in an era. */
  readonly explore: { readonly bound: number; readonly era: string } | null
}

const PANELS: readonly PanelId[] = [
  ...(['memory-map', 'inspector', 'timeline', 'problems', 'console', 'eras', 'schedules', 'graph', 'editor'] as const),
]

/** What is well-formed of a row's `look`; null if there is none. */
export function parseLook(value: unknown, entry: string): ExampleLook | null {
  if (!isRecord(value) || !Number.isSafeInteger(value['line'])) return null
  const panels: unknown[] = Array.isArray(value['panels']) ? value['panels'] : []
  return {
    file: typeof value['file'] === 'string' ? value['file'] : entry,
    line: Number(value['line']),
    panels: PANELS.filter((each) => panels.includes(each)),
    text: typeof value['text'] === 'string' ? value['text'] : '',
    explore: parseExplore(value['explore']),
  }
}

function parseExplore(value: unknown): ExampleLook['explore'] {
  if (!isRecord(value)) return null
  const { bound, era } = value
  return typeof bound === 'number' && Number.isSafeInteger(bound) && typeof era === 'string' ? { bound, era } : null
}
