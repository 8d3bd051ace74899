/**
 * State of the memory map: the core's answers for the part on screen, and what follows the playhead and the selection.
 * Bulk data stays outside Vue's reactivity; `revision` tells the template that it changed.
 */
import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { Inspection, MapCells, Target } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { drawnAsSvg } from '../../canvas/svg-context.ts'
import { reducedMotion, useCanvas } from '../../canvas/use-canvas.ts'
import { registerView } from '../../canvas/views.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { palette } from '../../theme/states.ts'
import { describeMap } from './describe-map.ts'
import type { SlabObject } from './draw-cells.ts'
import { drawMap, GUTTER, type FrameRun, type MapScene } from './draw-map.ts'
import { byteAt } from './byte-geometry.ts'
import { cellRect, frameAt, showsBytes, type MapLayout, type VisibleRange } from './geometry.ts'
import { legendOf, type LegendEntry } from './legend.ts'
import { drawMinimap, minimapCells } from './minimap.ts'
import { findProgramMemory } from './program-memory.ts'
import { SlabObjects } from './slab-objects.ts'
import { useFrameBytes } from './use-frame-bytes.ts'
import { useMapView } from './use-map-view.ts'
import type { ColourBy } from './colour-by.ts'
import { factsAt, type CellFacts, type MapWindow } from './windows.ts'

const FLASH_MS = 120
/** Cells from this width on show their slab's objects, which can be hit. */
const OBJECTS_FROM = 40

interface WindowsAsk {
  readonly run: number
  readonly step: number
  readonly framesPerCell: number
  readonly ranges: readonly VisibleRange[]
}

/** What is under the pointer. */
export interface MapHover {
  readonly facts: CellFacts
  readonly inspection: Inspection | null
}

export function useMemoryMap(canvas: Ref<HTMLCanvasElement | null>, strip: Ref<HTMLCanvasElement | null>) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()

  const machine = computed(() => session.summary?.machine ?? null)
  const pageSize = computed(() => 2 ** (machine.value?.pageShift ?? 12))
  const colours = computed(() => palette(settings.dark ? 'dark' : 'light'))
  const by = shallowRef<ColourBy>('owner')
  const focus = shallowRef(-1)
  const focused = shallowRef(false)
  const legend = shallowRef<readonly LegendEntry[]>([])
  const failure = shallowRef<string | null>(null)
  const hover = shallowRef<MapHover | null>(null)
  const revision = shallowRef(0)

  let windows: readonly MapWindow[] = []
  let overview: MapCells | null = null
  let selected: FrameRun | null = null
  let selectedAllocation = 0
  let selectedAddress = -1
  let addressOf = ''
  let memory: readonly FrameRun[] = []
  let flashFrom = -Infinity
  let shownStep = -1
  let asked = ''
  let overviewAsked = ''
  let legendKey = ''
  let wantFit = false
  let wantReveal = false

  const main = useCanvas(canvas, (context, size, now) => {
    const layout = view.update()
    if (layout === null) return
    if (wantFit && memory.length > 0) fitProgram()
    askWindows()
    updateLegend()
    const flash = Math.max(0, 1 - (now - flashFrom) / FLASH_MS)
    drawMap(context, size, scene(view.update() ?? layout, flash))
    if (flash > 0) main.redraw.request()
  })
  function scene(layout: MapLayout, flash: number): MapScene {
    return {
      layout,
      scroll: view.scroll.value,
      windows,
      colours: colours.value,
      by: by.value,
      pageSize: pageSize.value,
      selected,
      selectedAllocation,
      selectedAddress,
      hovered: hoveredRun(),
      focus: focused.value ? focus.value : -1,
      flash,
      objectsOf,
      step: cursor.step,
      bytesOf: frames.bytesOf,
    }
  }
  const mini = useCanvas(strip, (context, size) => {
    askOverview(size.height)
    const ranges = view.visible()
    if (overview === null || ranges.length === 0) return
    drawMinimap(context, size, overview, colours.value, { from: ranges[0]!.from, to: ranges.at(-1)!.to })
  })
  const view = useMapView({ machine, size: () => main.size.value, selected: () => selected, redraw })

  const slabs = new SlabObjects(
    (pfn) => session.call('inspect', { run: session.runId, step: cursor.step, target: { pfn } }),
    () => main.redraw.request(),
  )
  const frames = useFrameBytes(
    () => pageSize.value,
    () => {
      revision.value += 1
      main.redraw.request()
    },
  )
  const fail = (error: unknown): void => {
    failure.value = error instanceof Error ? error.message : String(error)
  }
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
      failure.value = null
      if (ask.step !== shownStep) {
        if (shownStep >= 0 && !reducedMotion()) flashFrom = performance.now()
        shownStep = ask.step
      }
      revision.value += 1
      main.redraw.request()
    },
    fail,
  )
  const overviewQuestion = new Latest<{ run: number; step: number; frames: number; cells: number }, MapCells>(
    ({ run, step, frames, cells }) => session.call('map', { run, step, from: 0, to: frames, cells }),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      overview = answer
      mini.redraw.request()
    },
    fail,
  )
  const locateQuestion = new Latest<{ run: number; step: number; target: Target }, FrameRun>(
    (ask) => session.call('locate', ask),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      const { target } = ask
      // A frame stays where it is, whatever occupies it.
      selected = 'pfn' in target ? { pfn: target.pfn, frames: 1 } : answer.pfn < 0 ? null : answer
      selectedAllocation = 'allocation' in target ? target.allocation : 0
      askAddress(ask.run, ask.step, selectedAllocation)
      if (wantReveal && selected !== null) view.reveal(selected.pfn)
      wantReveal = false
      revision.value += 1
      redraw()
    },
    () => {
      selected = null
      redraw()
    },
  )
  const addressQuestion = new Latest<{ run: number; step: number; allocation: number }, Inspection>(
    ({ run, step, allocation }) => session.call('inspect', { run, step, target: { allocation } }),
    (inspection, { run, allocation }) => {
      if (addressOf !== `${run}/${allocation}`) return
      selectedAddress = inspection.physical === '' ? -1 : Number(inspection.physical)
      main.redraw.request()
    },
    () => undefined,
  )
  const hoverQuestion = new Latest<{ run: number; step: number; pfn: number }, Inspection>(
    ({ run, step, pfn }) => session.call('inspect', { run, step, target: { pfn } }),
    (inspection, { pfn }) => {
      if (hover.value?.facts.pfn === pfn) hover.value = { facts: hover.value.facts, inspection }
    },
    () => undefined,
  )
  const memoryQuestion = new Latest<{ run: number; steps: number }, FrameRun[]>(
    ({ run, steps }) => findProgramMemory(session, run, steps),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      memory = answer
      main.redraw.request()
    },
    () => undefined,
  )

  /** Memory does not move: its address is asked for once. */
  function askAddress(run: number, step: number, allocation: number): void {
    const key = `${run}/${allocation}`
    if (key === addressOf) return
    addressOf = key
    selectedAddress = -1
    if (allocation > 0) addressQuestion.ask({ run, step, allocation })
  }

  function redraw(): void {
    main.redraw.request()
    mini.redraw.request()
  }

  function fitProgram(): void {
    wantFit = main.size.value.width === 0
    if (!wantFit) view.fitProgram(memory)
  }

  function objectsOf(pfn: number): readonly SlabObject[] | null {
    return slabs.of(session.runId, cursor.step, pfn)
  }

  function hoveredRun(): FrameRun | null {
    const target = selection.hovered
    return target !== null && 'pfn' in target ? { pfn: target.pfn, frames: 1 } : null
  }

  /** Asks for the rows on screen and half a screen around them, if they changed. */
  function askWindows(): void {
    const layout = view.update()
    if (layout === null || session.runId === 0) return
    const ranges = view.visible(main.size.value.height / 2)
    const spans = ranges.map((each) => `${each.from}-${each.to}`).join(',')
    const key = `${session.runId}/${cursor.step}/${layout.framesPerCell}/${spans}`
    if (key === asked) return
    asked = key
    windowsQuestion.ask({ run: session.runId, step: cursor.step, framesPerCell: layout.framesPerCell, ranges })
  }

  function askOverview(height: number): void {
    const frames = machine.value?.frames ?? 0
    const key = `${session.runId}/${cursor.step}/${height}`
    if (key === overviewAsked || frames === 0) return
    overviewAsked = key
    const cells = Math.min(frames, minimapCells(height))
    overviewQuestion.ask({ run: session.runId, step: cursor.step, frames, cells })
  }

  function updateLegend(): void {
    const ranges = view.visible()
    const spans = ranges.map((each) => `${each.from}-${each.to}`).join(',')
    const key = `${revision.value}/${by.value}/${colours.value.theme}/${spans}`
    if (key === legendKey) return
    legendKey = key
    const { summary } = session
    if (summary === null) return
    legend.value = legendOf(windows, ranges, by.value, summary.tasks, summary.machine, colours.value)
  }

  /** The frame under a point of the canvas, and the slab object if one was hit. */
  function targetAt(
    x: number,
    y: number,
  ): { readonly pfn: number; readonly allocation: number; readonly byte: number } | null {
    const layout = view.layout()
    if (layout === null) return null
    const [left, top] = [x - GUTTER, y + view.scroll.value]
    const pfn = frameAt(layout, left, top)
    if (pfn < 0) return null
    const rect = cellRect(layout, pfn)
    const objects = rect !== null && rect.width >= OBJECTS_FROM ? objectsOf(pfn) : null
    const byte = rect !== null && showsBytes(layout) ? byteAt(rect, left, top, pageSize.value) : -1
    if (objects === null || rect === null || (byte < 0 && (showsBytes(layout) || top - rect.y < 16))) {
      return { pfn, allocation: 0, byte }
    }
    const offset = byte >= 0 ? byte : ((left - rect.x - 3) / (rect.width - 6)) * pageSize.value
    const hit = objects.find((each) => offset >= each.offset && offset < each.offset + each.bytes)
    return { pfn, allocation: hit?.allocation ?? 0, byte }
  }

  function hoverAt(x: number, y: number): void {
    const hit = targetAt(x, y)
    const facts = hit === null ? null : factsAt(windows, hit.pfn)
    if (hit === null || facts === null) {
      leave()
      return
    }
    frames.hoverByte(hit.pfn, hit.byte)
    if (hover.value?.facts.pfn === hit.pfn) return
    hover.value = { facts, inspection: null }
    selection.hovered = { pfn: hit.pfn }
    hoverQuestion.ask({ run: session.runId, step: cursor.step, pfn: hit.pfn })
  }

  function leave(): void {
    if (hover.value === null) return
    hover.value = null
    frames.byte.value = null
    selection.hovered = null
  }

  function selectAt(x: number, y: number): void {
    const hit = targetAt(x, y)
    if (hit === null) return
    focus.value = hit.pfn
    selection.select(hit.allocation > 0 ? { allocation: hit.allocation } : { pfn: hit.pfn })
  }

  /** What is on screen as an SVG file. */
  function svg(): string {
    const layout = view.update()
    if (layout === null) return ''
    const title = `Memory map of ${session.report?.program ?? 'a run'}, step ${cursor.step} of ${cursor.steps}`
    return drawnAsSvg(main.size.value, { title, ground: colours.value.ground.css }, (context) =>
      drawMap(context, { ...main.size.value, ratio: 1 }, scene(layout, 0)),
    )
  }

  /** Where the keyboard starts: the selection, else the first frame on screen. */
  function firstFocus(): number {
    return selected?.pfn ?? view.visible()[0]?.from ?? -1
  }

  function locateSelection(): void {
    const { target } = selection
    if (target !== null && session.runId !== 0) {
      locateQuestion.ask({ run: session.runId, step: cursor.step, target })
      return
    }
    locateQuestion.drop()
    selected = null
    selectedAllocation = 0
    selectedAddress = -1
    addressOf = ''
    redraw()
  }

  watch(
    () => session.runId,
    (run) => {
      for (const question of [windowsQuestion, overviewQuestion, locateQuestion, memoryQuestion]) question.drop()
      windows = []
      memory = []
      asked = ''
      overviewAsked = ''
      shownStep = -1
      hover.value = null
      wantFit = !view.moved()
      if (run === 0) return
      memoryQuestion.ask({ run, steps: cursor.steps })
      locateSelection()
      redraw()
    },
    { immediate: true },
  )
  watch(
    () => machine.value?.frames,
    (frames, before) => {
      if (before !== undefined && frames !== before) view.forget()
    },
    { flush: 'sync' },
  )
  watch(
    () => cursor.step,
    () => {
      if (selection.target !== null) locateSelection()
      redraw()
    },
  )
  watch(
    () => selection.target,
    () => {
      wantReveal = true
      locateSelection()
    },
  )
  watch([colours, by, focus, focused, main.size, mini.size, () => selection.hovered], redraw)

  async function settled(): Promise<void> {
    const waits = [
      windowsQuestion,
      overviewQuestion,
      locateQuestion,
      addressQuestion,
      memoryQuestion,
      main.redraw,
      mini.redraw,
      slabs,
      frames.cache,
      frames.writer,
    ]
    do await Promise.all(waits.map((each) => each.settled()))
    while (waits.some((each) => each.pending))
  }
  let unregister = (): void => undefined
  onMounted(() => {
    unregister = registerView('map', {
      settled,
      describe: () =>
        describeMap({
          layout: view.layout(),
          scroll: view.scroll.value,
          height: main.size.value.height,
          windows,
          selected,
          selectedAllocation,
          step: shownStep,
          by: by.value,
          bytesOf: frames.bytesOf,
        }),
    })
  })
  onBeforeUnmount(() => unregister())

  return {
    ...view,
    machine,
    colours,
    by,
    focus,
    focused,
    legend,
    failure,
    hover,
    byte: frames.byte,
    /** The frame whose bytes the table lists; -1 where the map shows frames. */
    bytesFrame: () => {
      void revision.value
      const layout = view.layout()
      if (layout === null || !showsBytes(layout)) return -1
      return focus.value >= 0 ? focus.value : firstFocus()
    },
    pageSize,
    revision,
    overview: () => overview,
    size: main.size,
    miniSize: mini.size,
    fitProgram,
    hoverAt,
    leave,
    selectAt,
    svg,
    selectFrame: (pfn: number) => selection.select({ pfn }),
    firstFocus,
    factsOf: (pfn: number) => factsAt(windows, pfn),
    framesPerRow: () => view.layout()?.framesPerRow ?? 1,
    framesPerCell: () => view.layout()?.framesPerCell ?? 1,
  }
}
