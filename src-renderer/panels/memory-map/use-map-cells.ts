/**
 * The core's answers that the memory map draws: cells with their marks where they are large enough, colours of all
 * cells where they are not, and colours of the whole machine for the small map beside it. Bulk data stays outside
 * Vue's reactivity.
 */
import type { MapInks } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { reducedMotion } from '../../canvas/use-canvas.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { ColourBy } from './colour-by.ts'
import { FLASH_MS } from './draw-flash.ts'
import { WHOLE_PIXELS_FROM, type MapLayout, type VisibleRange } from './geometry.ts'
import { InkedCells } from './inked-cells.ts'
import { minimapShare } from './minimap.ts'
import { changedIn, type MapWindow } from './windows.ts'

interface WindowsAsk {
  readonly run: number
  readonly step: number
  readonly ranges: readonly VisibleRange[]
}
interface InksAsk {
  readonly run: number
  readonly step: number
  readonly cells: InkedCells
}

export interface CellPorts {
  /** Cells to draw came. */
  readonly cellsCame: () => void
  /** The whole machine came. */
  readonly overviewCame: () => void
  /** Another step is shown, and it changed frames. */
  readonly stepCame: () => void
  readonly fail: (error: unknown) => void
}

/** True where cells are colours only. */
export const showsInks = (layout: MapLayout): boolean => layout.cellWidth < WHOLE_PIXELS_FROM

export function useMapCells({ cellsCame, overviewCame, stepCame, fail }: CellPorts) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  let windows: readonly MapWindow[] = []
  let inks: InkedCells | null = null
  let overview: InkedCells | null = null
  /** False while `inks`, or `overview`, are those of an older run: they are drawn until the new ones come. */
  let inksFresh = false
  let overviewFresh = false
  let changed: Uint32Array = new Uint32Array(0)
  let flashFrom = -Infinity
  let shownStep = -1
  let asked = ''
  let overviewAsked = ''

  const windowsQuestion = new Latest<WindowsAsk, MapWindow[]>(
    ({ run, step, ranges }) =>
      Promise.all(
        ranges.map(async ({ from, to }) => ({
          from,
          to,
          cells: await session.call('map', { run, step, from, to, cells: to - from }),
        })),
      ),
    (answer, { run, step }) => {
      if (run !== session.runId) return
      windows = answer
      show(step, () => changedIn(windows))
    },
    fail,
  )
  const inksQuestion = new Latest<InksAsk, MapInks>(
    askInks,
    (answer, { run, step, cells }) => {
      if (run !== session.runId) return
      cells.take(answer, inks)
      inks = cells
      inksFresh = true
      show(step, () => cells.changed.map((cell) => cell * cells.framesPerCell))
    },
    fail,
  )
  const overviewQuestion = new Latest<InksAsk, MapInks>(
    askInks,
    (answer, { run, cells }) => {
      if (run !== session.runId) return
      cells.take(answer, overview)
      overview = cells
      overviewFresh = true
      overviewCame()
    },
    fail,
  )

  function askInks({ run, step, cells }: InksAsk): Promise<MapInks> {
    const { by, framesPerCell, version } = cells
    return session.call('inks', { run, step, by, framesPerCell, since: version })
  }

  /** Cells of a step came; `flashes` are the first frames of those that it changed. */
  function show(step: number, flashes: () => Uint32Array): void {
    const first = shownStep < 0
    if (step !== shownStep) {
      shownStep = step
      if (!first && !reducedMotion()) {
        flashFrom = performance.now()
        changed = flashes()
        stepCame()
      }
    }
    cellsCame()
  }

  /** Asks for what a layout draws of these ranges at the playhead, unless it was asked for. */
  function ask(layout: MapLayout, by: ColourBy, ranges: readonly VisibleRange[]): void {
    const { runId: run } = session
    const { step } = cursor
    if (run === 0) return
    const spans = ranges.map((each) => `${each.from}-${each.to}`).join(',')
    const what = showsInks(layout) ? `${by}/${layout.framesPerCell}` : spans
    const key = `${run}/${step}/${what}`
    if (key === asked) return
    asked = key
    if (!showsInks(layout)) {
      windowsQuestion.ask({ run, step, ranges })
      return
    }
    const same = inksFresh && inks?.by === by && inks.framesPerCell === layout.framesPerCell
    const cells = same ? inks! : new InkedCells(by, layout.framesPerCell)
    inksQuestion.ask({ run, step, cells })
  }

  /** Asks for the whole machine of `frames` frames, for a strip of `height` pixels, in the colours of the map. */
  function askOverview(frames: number, height: number, by: ColourBy): void {
    const key = `${session.runId}/${cursor.step}/${height}/${by}`
    if (key === overviewAsked || frames === 0 || height === 0) return
    overviewAsked = key
    const framesPerCell = minimapShare(frames, height)
    const same = overviewFresh && overview?.framesPerCell === framesPerCell && overview.by === by
    const cells = same ? overview! : new InkedCells(by, framesPerCell)
    overviewQuestion.ask({ run: session.runId, step: cursor.step, cells })
  }

  /**
   * Forgets the run: its answers are not taken any more. What is drawn of it stays until the next run's cells come, if
   * `keep`: a map that went blank with every key would flicker.
   */
  function forget(keep: boolean): void {
    const questions = [windowsQuestion, inksQuestion, overviewQuestion]
    for (const question of questions) question.drop()
    if (!keep) {
      windows = []
      inks = null
      overview = null
    }
    inksFresh = false
    overviewFresh = false
    changed = new Uint32Array(0)
    asked = ''
    overviewAsked = ''
    shownStep = -1
  }

  return {
    windows: () => windows,
    inks: () => inks,
    overview: () => overview,
    /** The step that is drawn; -1 before the first answer. */
    shownStep: () => shownStep,
    /** First frames of the cells that the step changed. */
    changed: () => changed,
    /** How bright what changed is at a time of `performance.now()`: 1 right after a step, 0 when it is over. */
    flash: (now: number) => Math.max(0, 1 - (now - flashFrom) / FLASH_MS),
    ask,
    askOverview,
    forget,
    questions: [windowsQuestion, inksQuestion, overviewQuestion] as const,
  }
}
