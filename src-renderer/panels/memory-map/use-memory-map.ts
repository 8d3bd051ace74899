/**
 * State of the memory map: what part is on screen, the core's answers for it, and what follows the playhead and the
 * selection. Bulk data stays outside Vue's reactivity; `revision` tells the template that it changed.
 */
import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { Inspection, MapCells, Target } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { reducedMotion, useCanvas } from '../../canvas/use-canvas.ts'
import { registerView } from '../../canvas/views.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { palette } from '../../theme/states.ts'
import type { SlabObject } from './draw-cells.ts'
import { drawMap, GUTTER, type FrameRun } from './draw-map.ts'
import {
  cellRect, clampLevel, clampScroll, fitAll, fitFrames, frameAt, interestingStretch, layoutMap, visibleRanges, zoomAbout,
  type MapLayout, type VisibleRange,
} from './geometry.ts'
import { legendOf, type LegendEntry } from './legend.ts'
import { drawMinimap, minimapCells } from './minimap.ts'
import { describeMap } from './describe-map.ts'
import { factsAt, type CellFacts, type ColourBy, type MapWindow } from './windows.ts'
import { SlabObjects } from './slab-objects.ts'

const FLASH_MS = 120
/** Bars of a run that are looked up to find the part of the machine worth showing first. */
const PROBES = 24
const COMFORTABLE_CELL = 24

interface WindowsAsk {
  readonly run: number
  readonly step: number
  readonly framesPerCell: number
  readonly ranges: readonly VisibleRange[]
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
  const level = shallowRef(0)
  const scroll = shallowRef(0)
  const focus = shallowRef(-1)
  const focused = shallowRef(false)
  const legend = shallowRef<readonly LegendEntry[]>([])
  const failure = shallowRef<string | null>(null)
  const hover = shallowRef<{ readonly facts: CellFacts; readonly inspection: Inspection | null } | null>(null)
  const revision = shallowRef(0)

  let windows: readonly MapWindow[] = []
  let overview: MapCells | null = null
  let selected: FrameRun | null = null
  let selectedAllocation = 0
  let flashFrom = -Infinity
  let shownStep = -1
  let asked = ''
  let overviewAsked = ''
  let moved = false
  let wantFit: 'program' | null = null
  let probes: readonly FrameRun[] = []
  let layout: MapLayout | null = null

  const slabs = new SlabObjects(
    (pfn) => session.call('inspect', { run: session.runId, step: cursor.step, target: { pfn } }),
    () => main.redraw.request(),
  )

  const fail = (error: unknown): void => {
    failure.value = error instanceof Error ? error.message : String(error)
  }
  const windowsQuestion = new Latest<WindowsAsk, MapWindow[]>(
    ({ run, step, framesPerCell, ranges }) =>
      Promise.all(
        ranges.map(async ({ from, to }) => ({
          from, to,
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
      legend.value = legendOf(windows, ask.ranges, by.value, session.summary?.tasks ?? [], colours.value)
      revision.value += 1
      main.redraw.request()
    },
    fail,
  )
  const overviewQuestion = new Latest<{ run: number; step: number; frames: number; cells: number }, MapCells>(
    ({ run, step, frames, cells }) => session.call('map', { run, step, from: 0, to: frames, cells: Math.min(cells, frames) }),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      overview = answer
      mini.redraw.request()
    },
    fail,
  )
  const locateQuestion = new Latest<{ run: number; step: number; target: Target }, FrameRun & { allocation: number }>(
    (ask) => session.call('locate', ask),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      const { target } = ask
      // A frame stays where it is, whatever occupies it.
      selected = 'pfn' in target ? { pfn: target.pfn, frames: 1 } : answer.pfn < 0 ? null : answer
      selectedAllocation = 'allocation' in target ? target.allocation : 0
      revision.value += 1
      main.redraw.request()
    },
    () => {
      selected = null
      main.redraw.request()
    },
  )
  const hoverQuestion = new Latest<{ run: number; step: number; pfn: number }, Inspection>(
    ({ run, step, pfn }) => session.call('inspect', { run, step, target: { pfn } }),
    (inspection, { pfn }) => {
      if (hover.value?.facts.pfn === pfn) hover.value = { facts: hover.value.facts, inspection }
    },
    () => undefined,
  )
  /** Where the program's memory lay: asked once a run. */
  const probeQuestion = new Latest<{ run: number; steps: number }, FrameRun[]>(
    async ({ run, steps }) => {
      const found = new Map<number, number>()
      for (const { memory, step } of session.report?.diagnoses ?? []) {
        if (memory !== null && memory.allocation > 0 && found.size < 8) found.set(memory.allocation, Math.max(1, step - 1))
      }
      const { bars } = await session.call('timeline', { run, from: 0, to: steps + 1, width: 200, maxBars: PROBES })
      for (const bar of bars.slice(0, PROBES)) found.set(bar.allocation, bar.from)
      const places = await Promise.allSettled(
        [...found].map(([allocation, step]) => session.call('locate', { run, step, target: { allocation } })),
      )
      return places.flatMap((each) => (each.status === 'fulfilled' && each.value.pfn >= 0 ? [each.value] : []))
    },
    (answer, ask) => {
      if (ask.run !== session.runId) return
      probes = answer
      if (wantFit === 'program') fitProgram()
    },
    () => undefined,
  )

  function draw(context: CanvasRenderingContext2D, now: number): void {
    const info = machine.value
    const size = main.size.value
    if (info === null) return
    const width = Math.max(40, size.width - GUTTER - 4)
    layout = layoutMap(info.zones, width, level.value)
    scroll.value = clampScroll(layout, scroll.value, size.height)
    askWindows(layout, size.height)
    const flash = Math.max(0, 1 - (now - flashFrom) / FLASH_MS)
    drawMap(context, size, {
      layout, scroll: scroll.value, windows, colours: colours.value, by: by.value, pageSize: pageSize.value, selected,
      selectedAllocation, hovered: hoveredRun(), focus: focused.value ? focus.value : -1, flash, objectsOf,
    })
    if (flash > 0) main.redraw.request()
  }

  function objectsOf(pfn: number): readonly SlabObject[] | null {
    return slabs.of(session.runId, cursor.step, pfn)
  }

  function hoveredRun(): FrameRun | null {
    const target = selection.hovered
    return target !== null && 'pfn' in target ? { pfn: target.pfn, frames: 1 } : null
  }

  /** Asks for the rows on screen and half a screen around them, if they changed. */
  function askWindows(at: MapLayout, height: number): void {
    const run = session.runId
    if (run === 0) return
    const margin = height / 2
    const ranges = visibleRanges(at, scroll.value - margin, scroll.value + height + margin)
    const spans = ranges.map((each) => `${each.from}-${each.to}`).join(',')
    const key = `${run}/${cursor.step}/${at.framesPerCell}/${spans}`
    if (key === asked) return
    asked = key
    windowsQuestion.ask({ run, step: cursor.step, framesPerCell: at.framesPerCell, ranges })
  }

  function drawStrip(context: CanvasRenderingContext2D): void {
    const info = machine.value
    const size = mini.size.value
    if (info === null || session.runId === 0) return
    const key = `${session.runId}/${cursor.step}/${size.height}`
    if (key !== overviewAsked) {
      overviewAsked = key
      const cells = minimapCells(size.height)
      overviewQuestion.ask({ run: session.runId, step: cursor.step, frames: info.frames, cells })
    }
    if (overview === null || layout === null) return
    const ranges = visibleRanges(layout, scroll.value, scroll.value + main.size.value.height)
    const view = { from: ranges[0]?.from ?? 0, to: ranges.at(-1)?.to ?? 0 }
    drawMinimap(context, size, overview, colours.value, view)
  }

  const main = useCanvas(canvas, (context, _size, now) => draw(context, now))
  const mini = useCanvas(strip, (context) => drawStrip(context))

  function redraw(): void {
    main.redraw.request()
    mini.redraw.request()
  }

  function zoomTo(next: number, point?: { readonly x: number; readonly y: number }): void {
    const info = machine.value
    const to = clampLevel(next)
    if (info === null || layout === null || to === level.value) return
    const height = main.size.value.height
    const about = point ?? selectedPoint() ?? { x: layout.cellWidth * (layout.columns / 2), y: height / 2 }
    const target = layoutMap(info.zones, Math.max(40, main.size.value.width - GUTTER - 4), to)
    scroll.value = zoomAbout(layout, scroll.value, about, target, height)
    level.value = to
    moved = true
    redraw()
  }

  /** The middle of the selected frame if it is on screen: what keyboard zooming keeps in place. */
  function selectedPoint(): { x: number; y: number } | null {
    const rect = layout === null || selected === null ? null : cellRect(layout, selected.pfn)
    if (rect === null) return null
    const y = rect.y - scroll.value + rect.height / 2
    return y >= 0 && y <= main.size.value.height ? { x: rect.x + rect.width / 2, y } : null
  }

  function panBy(pixels: number): void {
    if (layout === null) return
    scroll.value = clampScroll(layout, scroll.value + pixels, main.size.value.height)
    moved = true
    redraw()
  }

  /** Scrolls so that a frame is on screen. */
  function reveal(pfn: number): void {
    const rect = layout === null ? null : cellRect(layout, pfn)
    if (layout === null || rect === null) return
    const { height } = main.size.value
    const margin = Math.min(rect.height + 24, height / 3)
    if (rect.y < scroll.value + margin) scroll.value = clampScroll(layout, rect.y - margin, height)
    else if (rect.y + rect.height > scroll.value + height - margin / 2) {
      scroll.value = clampScroll(layout, rect.y + rect.height + margin / 2 - height, height)
    }
    redraw()
  }

  function centreOn(pfn: number): void {
    const rect = layout === null ? null : cellRect(layout, pfn)
    if (layout === null || rect === null) return
    scroll.value = clampScroll(layout, rect.y - main.size.value.height / 2, main.size.value.height)
    moved = true
    redraw()
  }

  function fitMachine(): void {
    const info = machine.value
    const { width, height } = main.size.value
    if (info === null || width === 0) return
    level.value = fitAll(info.zones, width - GUTTER - 4, height)
    scroll.value = 0
    moved = true
    redraw()
  }

  function fitProgram(): void {
    const info = machine.value
    const { width, height } = main.size.value
    if (info === null || width === 0) {
      wantFit = 'program'
      return
    }
    wantFit = null
    const room = Math.floor((width - GUTTER) / COMFORTABLE_CELL) * Math.floor((height - 24) / COMFORTABLE_CELL)
    const stretch = interestingStretch(probes, selected?.pfn ?? probes[0]?.pfn ?? -1, room)
    if (stretch === null) fitMachine()
    else ({ level: level.value, scroll: scroll.value } = fitFrames(info.zones, width - GUTTER - 4, height, stretch.from, stretch.to))
    moved = false
    redraw()
  }

  /** The frame under a point of the canvas, and the slab object if one was hit. */
  function targetAt(x: number, y: number): { readonly pfn: number; readonly allocation: number } | null {
    if (layout === null) return null
    const pfn = frameAt(layout, x - GUTTER, y + scroll.value)
    if (pfn < 0) return null
    const rect = cellRect(layout, pfn)
    const objects = rect !== null && rect.width >= 40 ? objectsOf(pfn) : null
    if (objects === null || rect === null) return { pfn, allocation: 0 }
    const offset = ((x - GUTTER - rect.x - 3) / (rect.width - 6)) * pageSize.value
    const inBody = y + scroll.value - rect.y > 16
    const hit = inBody ? objects.find((each) => offset >= each.offset && offset < each.offset + each.bytes) : undefined
    return { pfn, allocation: hit?.allocation ?? 0 }
  }

  function hoverAt(x: number, y: number): void {
    const hit = targetAt(x, y)
    const facts = hit === null ? null : factsAt(windows, hit.pfn)
    if (hit === null || facts === null) {
      leave()
      return
    }
    if (hover.value?.facts.pfn === hit.pfn) return
    hover.value = { facts: { ...facts, pfn: hit.pfn }, inspection: null }
    selection.hovered = { pfn: hit.pfn }
    hoverQuestion.ask({ run: session.runId, step: cursor.step, pfn: hit.pfn })
  }

  function leave(): void {
    if (hover.value === null) return
    hover.value = null
    selection.hovered = null
  }

  function selectAt(x: number, y: number): void {
    const hit = targetAt(x, y)
    if (hit === null) return
    focus.value = hit.pfn
    selection.select(hit.allocation > 0 ? { allocation: hit.allocation } : { pfn: hit.pfn })
  }

  function selectFrame(pfn: number): void {
    selection.select({ pfn })
  }

  /** Where the keyboard starts: the selection, else the first frame on screen. */
  function firstFocus(): number {
    if (selected !== null) return selected.pfn
    return layout === null ? -1 : (visibleRanges(layout, scroll.value, scroll.value + 1)[0]?.from ?? -1)
  }

  function factsOf(pfn: number): CellFacts | null {
    return factsAt(windows, pfn)
  }

  function locateSelection(): void {
    const { target } = selection
    if (target === null || session.runId === 0) {
      selected = null
      selectedAllocation = 0
      redraw()
      return
    }
    locateQuestion.ask({ run: session.runId, step: cursor.step, target })
  }

  watch(() => session.runId, (run) => {
    for (const question of [windowsQuestion, overviewQuestion, locateQuestion, probeQuestion]) question.drop()
    windows = []
    probes = []
    asked = ''
    overviewAsked = ''
    shownStep = -1
    hover.value = null
    if (run === 0) return
    if (!moved) wantFit = 'program'
    probeQuestion.ask({ run, steps: cursor.steps })
    locateSelection()
    redraw()
  }, { immediate: true })
  watch(machine, (next, before) => {
    if (before !== null && next !== null && before.frames !== next.frames) moved = false
  }, { flush: 'sync' })
  watch(() => cursor.step, () => {
    if (selection.target !== null) locateSelection()
    redraw()
  })
  watch(() => selection.target, locateSelection)
  watch([main.size, mini.size], () => {
    if (wantFit === 'program' && probes.length > 0) fitProgram()
    redraw()
  })
  watch([colours, by, focus, focused, () => selection.hovered], () => {
    if (layout !== null) {
      const ranges = visibleRanges(layout, scroll.value, scroll.value + main.size.value.height)
      legend.value = legendOf(windows, ranges, by.value, session.summary?.tasks ?? [], colours.value)
    }
    redraw()
  })

  async function settled(): Promise<void> {
    const waits = [windowsQuestion, overviewQuestion, locateQuestion, probeQuestion, main.redraw, mini.redraw, slabs]
    do await Promise.all(waits.map((each) => each.settled()))
    while (waits.some((each) => each.pending))
  }
  onMounted(() => {
    onBeforeUnmount(registerView('map', {
      settled,
      describe: () => describeMap({
        layout, scroll: scroll.value, height: main.size.value.height, windows, selected, selectedAllocation,
        step: shownStep, by: by.value,
      }),
    }))
  })

  return {
    machine, pageSize, colours, by, level, focus, focused, legend, failure, hover, revision, overview: () => overview,
    miniSize: mini.size, size: main.size, zoomTo, panBy, reveal, centreOn, fitMachine, fitProgram, hoverAt, leave,
    selectAt, selectFrame, firstFocus, factsOf, framesPerRow: () => layout?.framesPerRow ?? 1, framesPerCell: () => layout?.framesPerCell ?? 1,
  }
}
