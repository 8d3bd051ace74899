/**
 * The core's answers that the memory map draws: the cells on screen, and the whole machine for the small map beside it.
 * Bulk data stays outside Vue's reactivity.
 */
import type { MapCells } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { reducedMotion } from '../../canvas/use-canvas.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { VisibleRange } from './geometry.ts'
import { minimapCells } from './minimap.ts'
import type { MapWindow } from './windows.ts'

const FLASH_MS = 120

interface WindowsAsk {
  readonly run: number
  readonly step: number
  readonly framesPerCell: number
  readonly ranges: readonly VisibleRange[]
}

export interface CellPorts {
  /** Cells to draw came. */
  readonly cellsCame: () => void
  /** The whole machine came. */
  readonly overviewCame: () => void
  readonly fail: (error: unknown) => void
}

export function useMapCells({ cellsCame, overviewCame, fail }: CellPorts) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  let windows: readonly MapWindow[] = []
  let overview: MapCells | null = null
  let flashFrom = -Infinity
  let shownStep = -1
  let asked = ''
  let overviewAsked = ''

  const windowsQuestion = new Latest<WindowsAsk, MapWindow[]>(
    ({ run, step, framesPerCell, ranges }) =>
      Promise.all(
        ranges.map(async ({ from, to }) => ({
          from,
          to,
          cells: await session.call('map', { run, step, from, to, cells: Math.ceil((to - from) / framesPerCell) }),
        })),
      ),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      windows = answer
      if (ask.step !== shownStep) {
        if (shownStep >= 0 && !reducedMotion()) flashFrom = performance.now()
        shownStep = ask.step
      }
      cellsCame()
    },
    fail,
  )
  const overviewQuestion = new Latest<{ run: number; step: number; frames: number; cells: number }, MapCells>(
    ({ run, step, frames, cells }) => session.call('map', { run, step, from: 0, to: frames, cells }),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      overview = answer
      overviewCame()
    },
    fail,
  )

  /** Asks for these ranges at the playhead, unless they were asked for. */
  function ask(framesPerCell: number, ranges: readonly VisibleRange[]): void {
    if (session.runId === 0) return
    const spans = ranges.map((each) => `${each.from}-${each.to}`).join(',')
    const key = `${session.runId}/${cursor.step}/${framesPerCell}/${spans}`
    if (key === asked) return
    asked = key
    windowsQuestion.ask({ run: session.runId, step: cursor.step, framesPerCell, ranges })
  }

  /** Asks for the whole machine of `frames` frames, for a strip of `height` pixels. */
  function askOverview(frames: number, height: number): void {
    const key = `${session.runId}/${cursor.step}/${height}`
    if (key === overviewAsked || frames === 0) return
    overviewAsked = key
    const cells = Math.min(frames, minimapCells(height))
    overviewQuestion.ask({ run: session.runId, step: cursor.step, frames, cells })
  }

  /** Forgets the run: its answers are not taken any more. */
  function forget(): void {
    windowsQuestion.drop()
    overviewQuestion.drop()
    windows = []
    asked = ''
    overviewAsked = ''
    shownStep = -1
  }

  return {
    windows: () => windows,
    overview: () => overview,
    /** The step that is drawn; -1 before the first answer. */
    shownStep: () => shownStep,
    /** How bright what changed is at a time of `performance.now()`: 1 right after a step, 0 when it is over. */
    flash: (now: number) => Math.max(0, 1 - (now - flashFrom) / FLASH_MS),
    ask,
    askOverview,
    forget,
    questions: [windowsQuestion, overviewQuestion] as const,
  }
}
