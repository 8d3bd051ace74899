/** State of the timeline: the steps on screen, the core's answer for them, and what follows playhead and selection. */
import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { StepRow, Target, Timeline } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { drawnAsSvg } from '../../canvas/svg-context.ts'
import { useCanvas } from '../../canvas/use-canvas.ts'
import { registerView } from '../../canvas/views.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { palette } from '../../theme/states.ts'
import { clampAxis, panAxis, pixelsPerStep, revealStep, stepToX, wholeRun, zoomAxis, type Axis } from './axis.ts'
import { describeTimeline } from './describe-timeline.ts'
import { bodyTop, drawTimeline, plotWidth, STEP_NAMES_FROM, GUTTER } from './draw-timeline.ts'
import { hitTest, type Hit, type HitScene } from './hit.ts'
import { timelineProblems } from './problems.ts'
import { layoutRows, type RowLayout } from './rows.ts'

const MOST_BARS = 400
const MOST_STEP_ROWS = 120
const NOTHING: Timeline = { lanes: [], bars: [], hidden: 0 }

interface TimelineAsk {
  readonly run: number
  readonly from: number
  readonly to: number
  readonly width: number
}

export function useTimeline(canvas: Ref<HTMLCanvasElement | null>) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const colours = computed(() => palette(settings.dark ? 'dark' : 'light'))
  const axis = shallowRef<Axis>(wholeRun(0))
  const scroll = shallowRef(0)
  const failure = shallowRef<string | null>(null)
  const hovered = shallowRef<Hit>({ on: 'nothing' })
  /** Counts the answers: tells the template that the plain data below changed. */
  const revision = shallowRef(0)

  let data: Timeline = NOTHING
  let layout: RowLayout = layoutRows([], new Map())
  let stepRows: readonly StepRow[] = []
  let asked = ''
  let askedRows = ''
  let selectedAllocation = 0
  let moved = false

  const problems = computed(() => timelineProblems(session.report?.diagnoses ?? []))
  const uses = computed(() => problems.value.uses)

  const question = new Latest<TimelineAsk, Timeline>(
    (ask) => session.call('timeline', { ...ask, maxBars: MOST_BARS }),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      data = answer
      failure.value = null
      layout = layoutRows(answer.bars, uses.value)
      revision.value += 1
      revealRow()
      live.redraw.request()
    },
    (error) => {
      failure.value = error instanceof Error ? error.message : String(error)
    },
  )
  const rowsQuestion = new Latest<{ run: number; from: number; count: number }, readonly StepRow[]>(
    async (ask) => (await session.call('steps', ask)).rows,
    (rows, ask) => {
      if (ask.run !== session.runId) return
      stepRows = rows
      live.redraw.request()
    },
    () => undefined,
  )
  const locateQuestion = new Latest<{ run: number; step: number; target: Target }, number>(
    async (ask) => (await session.call('locate', ask)).allocation,
    (allocation, ask) => {
      if (ask.run === session.runId) setSelected(allocation)
    },
    () => setSelected(0),
  )

  const live = useCanvas(canvas, (context, size) => {
    if (session.runId === 0) return
    ask(plotWidth(size))
    scroll.value = clampScroll(scroll.value)
    drawTimeline(context, size, scene())
  })

  function scene(): Parameters<typeof drawTimeline>[2] {
    return {
      axis: axis.value,
      steps: cursor.steps,
      step: cursor.step,
      lanes: data.lanes,
      stepRows,
      layout,
      scroll: scroll.value,
      colours: colours.value,
      problems: problems.value,
      selectedAllocation,
      hoveredStep: 'step' in hovered.value ? hovered.value.step : -1,
      hoveredAllocation: 'placed' in hovered.value ? hovered.value.placed.bar.allocation : hoveredAllocation(),
    }
  }

  /** What is on screen as an SVG file. */
  function svg(): string {
    const title = `Timeline of ${session.report?.program ?? 'a run'}, step ${cursor.step} of ${cursor.steps}`
    return drawnAsSvg(live.size.value, { title, ground: colours.value.ground.css }, (context) =>
      drawTimeline(context, { ...live.size.value, ratio: 1 }, scene()),
    )
  }

  function hoveredAllocation(): number {
    const target = selection.hovered
    return target !== null && 'allocation' in target ? target.allocation : 0
  }

  function ask(width: number): void {
    const run = session.runId
    const { from, to } = axis.value
    const span = to - from
    const left = Math.max(0, Math.floor(from - span / 4))
    const right = Math.min(cursor.steps + 1, Math.ceil(to + span / 4))
    const key = `${run}/${left}/${right}/${width}`
    if (key !== asked) {
      asked = key
      question.ask({ run, from: left, to: right, width: Math.max(1, Math.round((width * (right - left)) / span)) })
    }
    if (pixelsPerStep(axis.value, width) < STEP_NAMES_FROM) return
    const first = Math.max(1, left)
    const count = Math.min(MOST_STEP_ROWS, cursor.steps - first + 1, right - first + 1)
    const rowsKey = `${run}/${first}/${count}`
    if (count <= 0 || rowsKey === askedRows) return
    askedRows = rowsKey
    rowsQuestion.ask({ run, from: first, count })
  }

  function clampScroll(to: number): number {
    const room = live.size.value.height - bodyTop(data.lanes.length)
    return Math.max(0, Math.min(to, layout.height - room))
  }

  function setSelected(allocation: number): void {
    if (selectedAllocation === allocation) return
    selectedAllocation = allocation
    revealRow()
    live.redraw.request()
  }

  /** Scrolls the selected bar into view. */
  function revealRow(): void {
    const placed = layout.bars.find((each) => each.bar.allocation === selectedAllocation)
    if (placed === undefined) return
    const room = live.size.value.height - bodyTop(data.lanes.length)
    const row = layout.rows[placed.row]!
    if (row.top < scroll.value) scroll.value = row.top
    else if (row.top + row.height > scroll.value + room) scroll.value = clampScroll(row.top + row.height - room)
  }

  function setAxis(next: Axis): void {
    axis.value = next
    moved = true
    live.redraw.request()
  }

  const width = (): number => plotWidth(live.size.value)

  function zoomBy(factor: number, x = stepToX(axis.value, cursor.step, width())): void {
    const about = x < 0 || x > width() ? width() / 2 : x
    setAxis(zoomAxis(axis.value, factor, about, width(), cursor.steps))
  }

  function panBy(pixels: number): void {
    setAxis(panAxis(axis.value, pixels, width(), cursor.steps))
  }

  function scrollBy(pixels: number): void {
    scroll.value = clampScroll(scroll.value + pixels)
    live.redraw.request()
  }

  function fit(): void {
    axis.value = wholeRun(cursor.steps)
    moved = false
    live.redraw.request()
  }

  function hitScene(): HitScene {
    return {
      axis: axis.value,
      steps: cursor.steps,
      step: cursor.step,
      width: width(),
      lanes: data.lanes,
      layout,
      scroll: scroll.value,
      uses: uses.value,
    }
  }

  function hitAt(x: number, y: number): Hit {
    return session.runId === 0 ? { on: 'nothing' } : hitTest(hitScene(), x, y)
  }

  function hover(hit: Hit): void {
    hovered.value = hit
    selection.hovered = 'placed' in hit ? { allocation: hit.placed.bar.allocation } : null
    live.redraw.request()
  }

  /** Selects the bar above or below the selected one. */
  function selectNext(direction: 1 | -1): void {
    const bars = layout.bars
    if (bars.length === 0) return
    const at = bars.findIndex((each) => each.bar.allocation === selectedAllocation)
    const next = bars[at < 0 ? 0 : Math.max(0, Math.min(bars.length - 1, at + direction))]!
    selection.select({ allocation: next.bar.allocation })
  }

  function follow(): void {
    const { target } = selection
    if (target === null || session.runId === 0) setSelected(0)
    else if ('allocation' in target) {
      locateQuestion.drop()
      setSelected(target.allocation)
    } else locateQuestion.ask({ run: session.runId, step: cursor.step, target })
  }

  watch(
    () => session.runId,
    () => {
      for (const each of [question, rowsQuestion, locateQuestion]) each.drop()
      stepRows = []
      asked = ''
      askedRows = ''
      hovered.value = { on: 'nothing' }
      axis.value = moved ? clampAxis(axis.value, cursor.steps) : wholeRun(cursor.steps)
      follow()
      live.redraw.request()
    },
    { immediate: true },
  )
  watch(
    () => cursor.step,
    (step) => {
      const next = revealStep(axis.value, step, cursor.steps)
      if (next !== axis.value) axis.value = next
      if (selection.pfn !== null) follow()
      live.redraw.request()
    },
  )
  watch(() => selection.target, follow)
  watch(uses, () => {
    layout = layoutRows(data.bars, uses.value)
  })
  watch(live.size, revealRow)
  watch([colours, live.size, problems, () => selection.hovered], () => live.redraw.request())

  async function settled(): Promise<void> {
    const waits = [question, rowsQuestion, locateQuestion, live.redraw]
    do await Promise.all(waits.map((each) => each.settled()))
    while (waits.some((each) => each.pending))
  }
  onMounted(() => {
    onBeforeUnmount(
      registerView('timeline', {
        settled,
        describe: () =>
          describeTimeline({ ...hitScene(), problems: problems.value, selectedAllocation, hidden: data.hidden }),
      }),
    )
  })

  return {
    axis,
    failure,
    hovered,
    revision,
    zoomBy,
    panBy,
    scrollBy,
    fit,
    svg,
    hitAt,
    hover,
    selectNext,
    data: () => data,
    layout: () => layout,
    uses,
    overflows: () => layout.height > live.size.value.height - bodyTop(data.lanes.length),
    width,
    GUTTER,
  }
}
