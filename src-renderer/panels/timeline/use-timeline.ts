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
import {
  clampAxis,
  panAxis,
  pixelsPerStep,
  revealStep,
  stepToX,
  wholeRun,
  xToStep,
  zoomAxis,
  type Axis,
} from './axis.ts'
import { describeTimeline } from './describe-timeline.ts'
import { STEP_NAMES_FROM } from './draw-head.ts'
import { drawTimeline } from './draw-timeline.ts'
import { headRows, showsAlways, type Head } from './head-rows.ts'
import { hitTest, type Hit, type HitScene } from './hit.ts'
import { timelineProblems } from './problems.ts'
import { layoutRows, type RowLayout } from './rows.ts'
import { bodyTop, GUTTER, plotWidth, RULER, type TimelineScene } from './scene.ts'
import { useTimelineWishes } from './use-timeline-wishes.ts'

const MOST_BARS = 400
const MOST_STEP_ROWS = 120
const NOTHING: Timeline = { lanes: [], tracks: [], bars: [], hidden: 0 }

interface TimelineAsk {
  readonly run: number
  readonly from: number
  readonly to: number
  readonly width: number
  readonly filter: string
  readonly pinned: readonly number[]
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
  let head: Head = { rows: [], fixed: 0, scrolled: 0 }
  /** The task whose lane was fetched into sight last: it stays until one runs that is out of sight. */
  let running = -1
  let stepRows: readonly StepRow[] = []
  let asked = ''
  let askedRows = ''
  let selectedAllocation = 0
  let moved = false

  const problems = computed(() => timelineProblems(session.report?.diagnoses ?? []))
  const uses = computed(() => problems.value.uses)
  const taskNames = computed(() => new Map((session.summary?.tasks ?? []).map(({ id, name }) => [id, name] as const)))
  const wishes = useTimelineWishes(() => {
    arrange()
    live.redraw.request()
  })

  const question = new Latest<TimelineAsk, Timeline>(
    (ask) => session.call('timeline', { ...ask, maxBars: MOST_BARS }),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      data = answer
      failure.value = null
      arrange()
      followTask()
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

  /** Puts the answer into rows: after an answer, a wish or a change of size. */
  function arrange(): void {
    layout = layoutRows(data.bars, uses.value, wishes)
    const { pinnedLanes, hiddenGroups, filter } = wishes
    const room = live.size.value.height - RULER
    head = headRows(data.lanes, data.tracks, { pinned: pinnedLanes, hiddenGroups, filter, running }, room)
    revision.value += 1
  }

  /** Fetches the lane of the task at the playhead into sight. */
  function followTask(): void {
    const task = cursor.row?.task ?? -1
    if (task < 0 || showsAlways(head, task)) return
    running = task
    arrange()
    live.redraw.request()
  }

  function scene(): TimelineScene {
    return {
      axis: axis.value,
      steps: cursor.steps,
      step: cursor.step,
      head,
      area: wishes.area,
      taskNames: taskNames.value,
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
    const pinned = [...wishes.pinned]
    const { filter } = wishes
    const key = `${run}/${left}/${right}/${width}/${pinned.join()}/${filter}`
    if (key !== asked) {
      asked = key
      const wide = Math.max(1, Math.round((width * (right - left)) / span))
      question.ask({ run, from: left, to: right, width: wide, filter, pinned })
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
    const room = live.size.value.height - bodyTop(head)
    return Math.max(0, Math.min(to, head.scrolled + layout.height - room))
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
    const room = live.size.value.height - bodyTop(head)
    const { top, height } = layout.rows[placed.row]!
    if (top < scroll.value) scroll.value = top
    else if (top + height > scroll.value + room) scroll.value = clampScroll(top + height - room)
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

  /** Shows the chosen area; if it is shown already, or there is none, the whole run. */
  function fit(): void {
    const { area } = wishes
    const near = area === null ? null : clampAxis({ from: area.from - 1, to: area.to + 1 }, cursor.steps)
    if (near !== null && (near.from !== axis.value.from || near.to !== axis.value.to)) {
      setAxis(near)
      return
    }
    axis.value = wholeRun(cursor.steps)
    moved = false
    live.redraw.request()
  }

  /** The step at a pixel of the plot, whole, inside the run. */
  function stepAt(x: number): number {
    return Math.max(1, Math.min(cursor.steps, Math.round(xToStep(axis.value, x - GUTTER, width()))))
  }

  /** Moves the playhead to the next or previous event of the selection; without one, by a step. */
  function nextEvent(direction: 'next' | 'previous'): void {
    const { target } = selection
    if (target !== null) void cursor.seekNeighbour(target, direction)
    else if (direction === 'next') cursor.stepForward()
    else cursor.stepBack()
  }

  /** Begins or ends the area at the playhead. */
  function areaEdge(edge: 'from' | 'to'): void {
    const at = Math.max(1, cursor.step)
    const { area } = wishes
    if (edge === 'from') wishes.choose({ from: at, to: Math.max(at, area?.to ?? cursor.steps) })
    else wishes.choose({ from: Math.min(at, area?.from ?? 1), to: at })
  }

  function hitScene(): HitScene {
    return {
      axis: axis.value,
      steps: cursor.steps,
      step: cursor.step,
      width: width(),
      head,
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
      running = -1
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
  watch(() => cursor.row, followTask)
  watch(() => selection.target, follow)
  watch(uses, arrange)
  watch(live.size, () => {
    arrange()
    revealRow()
  })
  watch([colours, live.size, problems, () => selection.hovered], () => live.redraw.request())

  async function settled(): Promise<void> {
    const waits = [question, rowsQuestion, locateQuestion, wishes.question, live.redraw]
    do await Promise.all(waits.map((each) => each.settled()))
    while (waits.some((each) => each.pending))
  }
  onMounted(() => {
    onBeforeUnmount(
      registerView('timeline', {
        settled,
        describe: () =>
          describeTimeline({
            ...hitScene(),
            problems: problems.value,
            selectedAllocation,
            hidden: data.hidden,
            area: wishes.area,
            totals: wishes.totals,
          }),
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
    head: () => head,
    wishes,
    stepAt,
    nextEvent,
    areaEdge,
    unfoldSelected: () => {
      if (selectedAllocation !== 0) wishes.unfold(selectedAllocation)
    },
    pinSelected: () => {
      if (selectedAllocation !== 0) wishes.pin(selectedAllocation)
    },
    overflows: () => head.scrolled + layout.height > live.size.value.height - bodyTop(head),
    width,
    GUTTER,
  }
}
