/**
 * State of the memory map: what it shows, what it is coloured by, and how it follows the playhead and the selection.
 * Bulk data stays outside Vue's reactivity; `revision` tells the template that it changed.
 */
import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import { HIGHMEM_ZONE } from '../../../src-core/trace/record.ts'
import { KeptLayer } from '../../canvas/kept-layer.ts'
import { drawnAsSvg } from '../../canvas/svg-context.ts'
import { useCanvas, type CanvasSize } from '../../canvas/use-canvas.ts'
import { registerView } from '../../canvas/views.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useMapSpaceStore } from '../../stores/map-space.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { palette } from '../../theme/states.ts'
import { describeMap } from './describe-map.ts'
import { CellLayer } from './cell-layer.ts'
import type { SlabObject } from './draw-cells.ts'
import { drawFlash, fadeFlash } from './draw-flash.ts'
import { drawMap, linearAddress, type MapScene } from './draw-map.ts'
import { byteLegend } from './byte-legend.ts'
import { shownBytes } from './frame-bytes.ts'
import { showsBytes, type MapLayout } from './geometry.ts'
import { InkPicture } from './ink-picture.ts'
import { joinEntries, legendOf, sameEntries, seenOfCells, seenOfInks, type LegendEntry } from './legend.ts'
import { MinimapPicture } from './minimap.ts'
import { SlabObjects } from './slab-objects.ts'
import { useFrameBytes } from './use-frame-bytes.ts'
import { useCellFacts } from './use-cell-facts.ts'
import { useMapColour } from './use-map-colour.ts'
import { showsInks, useMapCells } from './use-map-cells.ts'
import { useMapHover } from './use-map-hover.ts'
import { useMapSelection } from './use-map-selection.ts'
import { useMapView } from './use-map-view.ts'
import { useProgramMemory } from './use-program-memory.ts'
import { factsAt, type CellFacts } from './windows.ts'

/** The canvas of the map, the one of what a step changed above it, and the strip of the whole machine. */
export interface MapCanvases {
  readonly canvas: Ref<HTMLCanvasElement | null>
  readonly flashes: Ref<HTMLCanvasElement | null>
  readonly strip: Ref<HTMLCanvasElement | null>
}

export function useMemoryMap({ canvas, flashes, strip }: MapCanvases) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const space = useMapSpaceStore()

  const isLinear = computed(() => space.shown === 'linear')
  /** The machine as it is shown: the linear map ends where high memory begins. */
  const machine = computed(() => {
    const all = session.summary?.machine ?? null
    return all === null || !isLinear.value
      ? all
      : { ...all, zones: all.zones.filter(({ name }) => name !== HIGHMEM_ZONE) }
  })
  const pageSize = computed(() => 2 ** (machine.value?.pageShift ?? 12))
  const colours = computed(() => palette(settings.dark ? 'dark' : 'light'))
  const { by } = useMapColour()
  const focus = shallowRef(-1)
  const focused = shallowRef(false)
  const legend = shallowRef<readonly LegendEntry[]>([])
  const failure = shallowRef<string | null>(null)
  const revision = shallowRef(0)

  const picture = new InkPicture()
  const layer = new CellLayer()
  const labels = new KeptLayer()
  const smallMap = new MinimapPicture()
  let legendKey = ''
  /** What the legend was made for last, and the size of the map then. */
  let legendAbout = ''
  let legendSize: CanvasSize | null = null
  let wantFit = false
  /** Frames of the machine whose cells are drawn. */
  let drawnFrames = 0

  const main = useCanvas(canvas, (context, size, now) => {
    const layout = view.update()
    if (layout === null) return
    if (wantFit && memory.runs().length > 0) fitProgram()
    askCells()
    // Bytes flash in their cells; frames do in a canvas of their own.
    const flash = showsBytes(layout) ? cells.flash(now) : 0
    drawMap(context, size, scene(view.update() ?? layout, flash, layer))
    updateLegend()
    if (flash > 0) main.redraw.request()
  })
  const flashCanvas = useCanvas(flashes, (context, size) => {
    const layout = view.layout()
    if (layout === null || showsBytes(layout)) return
    drawFlash(context, size, layout, view.scroll.value, colours.value, cells.changed())
    if (flashes.value !== null) fadeFlash(flashes.value)
  })
  function scene(layout: MapLayout, flash: number, kept: CellLayer | null): MapScene {
    return {
      layout,
      scroll: view.scroll.value,
      windows: cells.windows(),
      inks: cells.inks(),
      picture,
      layer: kept,
      labels: kept === null ? null : labels,
      colours: colours.value,
      by: by.value,
      pageSize: pageSize.value,
      selected: selected.frames(),
      selectedAllocation: selected.allocation(),
      selectedAddress: selected.address(),
      hovered: pointer.run(),
      focus: focused.value ? focus.value : -1,
      flash,
      objectsOf,
      step: cursor.step,
      linear: isLinear.value ? (machine.value?.pageOffset ?? 0n) : null,
      bytesOf: frames.bytesOf,
      bytesFocus: focused.value ? frames.focused.value : null,
    }
  }
  const mini = useCanvas(strip, (context, size) => {
    askOverview(size.height)
    const ranges = view.visible()
    const overview = cells.overview()
    if (overview === null || ranges.length === 0) return
    smallMap.draw(context, size, overview, colours.value, { from: ranges[0]!.from, to: ranges.at(-1)!.to })
  })
  const view = useMapView({
    machine,
    size: () => main.size.value,
    selected: () => selected.frames(),
    selectedAddress: () => selected.address(),
    redraw,
  })

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
  const cells = useMapCells({
    cellsCame: () => {
      failure.value = null
      revision.value += 1
      main.redraw.request()
    },
    overviewCame: () => mini.redraw.request(),
    stepCame: () => flashCanvas.redraw.request(),
    fail: (error) => (failure.value = error instanceof Error ? error.message : String(error)),
  })
  const selected = useMapSelection({
    reveal: (pfn) => view.reveal(pfn),
    moved: () => {
      revision.value += 1
      redraw()
    },
    addressed: () => {
      view.revealBytes()
      main.redraw.request()
    },
  })
  const facts = useCellFacts(() => {
    revision.value += 1
    pointer.refresh()
  })
  function factsOf(pfn: number): CellFacts | null {
    const layout = view.layout()
    return layout !== null && showsInks(layout) ? facts.of(pfn, layout.framesPerCell) : factsAt(cells.windows(), pfn)
  }
  const pointer = useMapHover({
    layout: () => view.layout(),
    scroll: () => view.scroll.value,
    pageSize: () => pageSize.value,
    objectsOf,
    factsOf,
    hoverByte: (pfn, byte) => frames.hoverByte(pfn, byte),
    leaveByte: () => (frames.byte.value = null),
  })
  const memory = useProgramMemory(() => main.redraw.request())

  function redraw(): void {
    main.redraw.request()
    mini.redraw.request()
  }

  /** Asks for what is on screen at another step or in other colours: it is drawn when that came. */
  function follow(): void {
    const layout = view.update()
    if (layout === null || showsBytes(layout) || main.size.value.width === 0) {
      redraw()
      return
    }
    askCells()
    askOverview(mini.size.value.height)
  }

  function askOverview(height: number): void {
    cells.askOverview(machine.value?.frames ?? 0, height, by.value)
  }

  function fitProgram(): void {
    wantFit = main.size.value.width === 0
    if (!wantFit) view.fitProgram(memory.runs())
  }

  function objectsOf(pfn: number): readonly SlabObject[] | null {
    return slabs.of(session.runId, cursor.step, pfn)
  }

  /** Asks for the rows on screen and half a screen around them, if they changed. */
  function askCells(): void {
    const layout = view.update()
    if (layout !== null) cells.ask(layout, by.value, view.visible(main.size.value.height / 2))
  }

  function updateLegend(): void {
    const layout = view.layout()
    const { summary } = session
    if (layout === null || summary === null) return
    const ranges = view.visible()
    const spans = ranges.map((each) => `${each.from}-${each.to}`).join(',')
    const key = `${revision.value}/${by.value}/${colours.value.theme}/${spans}`
    if (key === legendKey) return
    legendKey = key
    const inked = showsInks(layout) ? cells.inks() : null
    const colouring = inked?.by ?? by.value
    const seen =
      inked === null ? seenOfCells(cells.windows(), ranges, colouring) : seenOfInks(picture.counts, colouring)
    const entries = legendOf(seen, colouring, summary.tasks, summary.machine, colours.value)
    if (showsBytes(layout)) entries.push(...byteLegend(shownBytes(ranges, frames.bytesOf), cursor.step))
    const about = [session.runId, cells.shownStep(), layout.level, colouring, colours.value.theme].join('/')
    const grown = about === legendAbout && main.size.value !== legendSize
    legendAbout = about
    legendSize = main.size.value
    const shown = grown ? joinEntries(entries, legend.value) : entries
    // Most steps change nothing of it.
    if (!sameEntries(shown, legend.value)) legend.value = shown
  }

  function selectAt(x: number, y: number): void {
    const hit = pointer.targetAt(x, y)
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
      drawMap(context, { ...main.size.value, ratio: 1 }, scene(layout, 0, null)),
    )
  }

  /** Where the keyboard starts: the selection, else the first frame on screen. */
  function firstFocus(): number {
    return selected.frames()?.pfn ?? view.visible()[0]?.from ?? -1
  }

  watch(
    () => session.runId,
    (run) => {
      const { frames } = machine.value ?? { frames: 0 }
      cells.forget(run !== 0 && frames === drawnFrames)
      drawnFrames = frames
      selected.drop()
      memory.follow(run)
      pointer.hover.value = null
      wantFit = !view.moved()
      if (run === 0) return
      selected.locate()
      follow()
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
      if (selection.target !== null) selected.locate()
      follow()
    },
  )
  watch(
    () => selection.target,
    () => {
      if (!focused.value) focus.value = -1 // The keyboard comes in where the selection is.
      selected.locateAndReveal()
    },
  )
  watch([colours, main.size, mini.size, isLinear], redraw)
  watch(by, () => {
    follow()
    // Of large cells all colours are known.
    const layout = view.layout()
    if (layout !== null && !showsInks(layout)) main.redraw.request()
  })
  watch([focus, focused, () => selection.hovered], () => main.redraw.request())

  async function settled(): Promise<void> {
    const waits = [
      ...cells.questions,
      ...selected.questions,
      memory.question,
      main.redraw,
      mini.redraw,
      flashCanvas.redraw,
      facts,
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
          windows: cells.windows(),
          inks: cells.inks(),
          colours: colours.value,
          selected: selected.frames(),
          selectedAllocation: selected.allocation(),
          step: cells.shownStep(),
          by: by.value,
          linear: isLinear.value ? (machine.value?.pageOffset ?? 0n) : null,
          pageSize: pageSize.value,
          bytesOf: frames.bytesOf,
        }),
    })
  })
  onBeforeUnmount(() => unregister())

  return {
    ...view,
    machine,
    isLinear,
    /** Frames above the linear map: they have no address there. */
    highFrames: computed(() => {
      const high = session.summary?.machine.zones.find(({ name }) => name === HIGHMEM_ZONE)
      return isLinear.value && high !== undefined ? high.end - high.start : 0
    }),
    colours,
    by,
    focus,
    focused,
    legend,
    failure,
    hover: pointer.hover,
    byte: frames.byte,
    focusBytes: frames.focusBytes,
    focusedBytes: frames.focused,
    /** The frame whose bytes the table lists; -1 where the map shows frames. */
    bytesFrame: () => {
      void revision.value
      const layout = view.layout()
      if (layout === null || !showsBytes(layout)) return -1
      return focus.value >= 0 ? focus.value : firstFocus()
    },
    pageSize,
    revision,
    overview: () => cells.overview(),
    size: main.size,
    miniSize: mini.size,
    fitProgram,
    hoverAt: pointer.hoverAt,
    leave: pointer.leave,
    selectAt,
    svg,
    selectFrame: (pfn: number) => selection.select({ pfn }),
    firstFocus,
    factsOf,
    /** Linear address of a frame, `0x…`. */
    addressOf: (pfn: number) => `0x${linearAddress(machine.value?.pageOffset ?? 0n, pageSize.value, pfn)}`,
  }
}
