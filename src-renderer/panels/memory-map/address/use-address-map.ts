/**
 * State of the map of an address space: what the core said of it at the playhead, where it is scrolled to, and what is
 * pointed at. Bulk data stays outside Vue's reactivity; `revision` tells the template that it changed.
 */
import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { MapCells, SpaceView } from '../../../../src-core/protocol/messages.ts'
import { Latest } from '../../../canvas/latest.ts'
import { drawnAsSvg } from '../../../canvas/svg-context.ts'
import { useCanvas, type CanvasSize } from '../../../canvas/use-canvas.ts'
import { registerView } from '../../../canvas/views.ts'
import { useCursorStore } from '../../../stores/cursor.ts'
import { useMapSpaceStore } from '../../../stores/map-space.ts'
import { useSelectionStore } from '../../../stores/selection.ts'
import { useSessionStore } from '../../../stores/session.ts'
import { useSettingsStore } from '../../../stores/settings.ts'
import { palette } from '../../../theme/states.ts'
import type { LegendEntry } from '../legend.ts'
import { useMapColour } from '../use-map-colour.ts'
import { useMapSelection } from '../use-map-selection.ts'
import { indexPages, keepPlace, layoutAddresses, rowOf, type AddressLayout, type PagesIndex } from './address-layout.ts'
import { addressLegend } from './address-legend.ts'
import { placesFor, type AddressScene } from './address-scene.ts'
import { describeAddresses } from './describe-address.ts'
import { drawAddresses } from './draw-address.ts'
import { stripCells } from './machine-strip.ts'
import { hitAt, type AddressHit } from './address-hit.ts'

interface SpaceAsk {
  readonly run: number
  readonly step: number
  readonly space: string
}

export function useAddressMap(canvas: Ref<HTMLCanvasElement | null>) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const space = useMapSpaceStore()
  const { by } = useMapColour()

  const colours = computed(() => palette(settings.dark ? 'dark' : 'light'))
  const focusPage = shallowRef(-1)
  const focused = shallowRef(false)
  const hit = shallowRef<AddressHit | null>(null)
  const failure = shallowRef<string | null>(null)
  const legend = shallowRef<readonly LegendEntry[]>([])
  const revision = shallowRef(0)

  let view: SpaceView | null = null
  let shownStep = -1
  let index: PagesIndex = new Map()
  let overview: MapCells | null = null
  let scroll = 0
  let layout: AddressLayout | null = null
  let layoutKey = ''
  let layoutSpace = ''
  /** Page to bring on screen as soon as there is a layout; -1 = none. */
  let reveal = -1

  const main = useCanvas(canvas, (context, size) => {
    if (view === null) return
    askOverview(size.height)
    drawAddresses(context, size, scene(view, size))
  })

  function scene(of: SpaceView, size: CanvasSize): AddressScene {
    const places = placesFor(of, size.width)
    const now = layoutFor(of, places.columns, size.height)
    if (reveal >= 0) scrollTo(now, size.height)
    scroll = Math.max(0, Math.min(scroll, now.height - size.height))
    const hovered = selection.hovered
    return {
      view: of,
      index,
      layout: now,
      places,
      scroll,
      colours: colours.value,
      by: by.value,
      frameBytes: 2 ** (session.summary?.machine.pageShift ?? 12),
      selected: selected.frames(),
      hoveredPfn: hovered !== null && 'pfn' in hovered ? hovered.pfn : -1,
      hoveredArea: hit.value !== null && hit.value.entry < 0 ? hit.value.area : -1,
      focusPage: focused.value ? focusPage.value : -1,
      overview,
    }
  }

  /** The layout for a width; at another width it shows the same place as before. */
  function layoutFor(of: SpaceView, columns: number, height: number): AddressLayout {
    const key = `${revision.value}/${columns}`
    if (layout === null || key !== layoutKey) {
      layoutKey = key
      const next = layoutAddresses(of, index, columns)
      if (layout !== null && layoutSpace === of.id && layout.columns !== columns)
        scroll = keepPlace(layout, scroll, next, focusHeight(layout, height))
      layout = next
      layoutSpace = of.id
    }
    return layout
  }

  /** Height in the view of the row that has the focus, or the selection; 0 if it is not on screen. */
  function focusHeight(of: AddressLayout, height: number): number {
    const row = of.rows[rowOf(of, focusPage.value >= 0 ? focusPage.value : firstPage())]
    const y = row === undefined ? -1 : row.y - scroll
    return y >= 0 && y < height ? y : 0
  }

  function scrollTo(now: AddressLayout, height: number): void {
    const row = now.rows[rowOf(now, reveal)]
    reveal = -1
    if (row === undefined) return
    if (row.y < scroll + 24 || row.y + row.height > scroll + height) scroll = row.y - Math.min(60, height / 3)
  }

  const question = new Latest<SpaceAsk, SpaceView | null>(
    (ask) => session.call('space', ask),
    (answer, ask) => {
      if (ask.run !== session.runId || ask.space !== space.shown) return
      failure.value = null
      if (view?.id !== ask.space) scroll = 0
      view = answer
      shownStep = ask.step
      index = answer === null ? new Map() : indexPages(answer)
      revision.value += 1
      takeWanted()
      updateLegend()
      main.redraw.request()
    },
    (error) => (failure.value = error instanceof Error ? error.message : String(error)),
  )
  const overviewQuestion = new Latest<{ run: number; step: number; frames: number; cells: number }, MapCells>(
    ({ run, step, frames, cells }) => session.call('map', { run, step, from: 0, to: frames, cells }),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      overview = answer
      main.redraw.request()
    },
    () => undefined,
  )
  let overviewAsked = ''
  function askOverview(height: number): void {
    const frames = session.summary?.machine.frames ?? 0
    const key = `${session.runId}/${cursor.step}/${height}`
    if (key === overviewAsked || frames === 0) return
    overviewAsked = key
    const cells = Math.min(frames, stripCells(height))
    overviewQuestion.ask({ run: session.runId, step: cursor.step, frames, cells })
  }
  const selected = useMapSelection({
    reveal: (pfn) => {
      const at = view?.pfn.indexOf(pfn) ?? -1
      if (view !== null && at >= 0) revealPage(view.page[at]!)
    },
    moved: () => {
      revision.value += 1
      main.redraw.request()
    },
    addressed: () => undefined,
  })

  function ask(): void {
    if (session.runId !== 0) question.ask({ run: session.runId, step: cursor.step, space: space.shown })
  }

  function updateLegend(): void {
    const { summary } = session
    legend.value = view === null || summary === null ? [] : addressLegend(view, by.value, summary, colours.value)
  }

  function revealPage(page: number): void {
    reveal = page
    main.redraw.request()
  }

  /** A page that the search found. */
  function takeWanted(): void {
    const { wanted } = space
    if (wanted === null || wanted.space !== view?.id) return
    focusPage.value = wanted.page
    space.wanted = null
    revealPage(wanted.page)
  }

  function panBy(pixels: number): void {
    scroll += pixels
    main.redraw.request()
  }

  function current(): AddressScene | null {
    return view === null || main.size.value.width === 0 ? null : scene(view, main.size.value)
  }

  function hoverAt(x: number, y: number): void {
    const now = current()
    hit.value = now === null ? null : hitAt(now, main.size.value.height, x, y)
    const pfn = hit.value?.pfn ?? -1
    selection.hovered = pfn >= 0 ? { pfn } : null
  }

  function leave(): void {
    hit.value = null
    selection.hovered = null
  }

  function selectAt(x: number, y: number): void {
    const now = current()
    const found = now === null ? null : hitAt(now, main.size.value.height, x, y)
    if (found === null) return
    if (found.page >= 0) focusPage.value = found.page
    if (found.pfn >= 0) selection.select({ pfn: found.pfn })
    else if (found.isHead && (view?.areas[found.area]?.allocation ?? 0) > 0)
      selection.select({ allocation: view!.areas[found.area]!.allocation })
  }

  /** Moves the keyboard focus by pages along a row or by rows. */
  function moveFocus(columns: number, rows: number): void {
    const now = current()
    if (now === null) return
    const lines = now.layout.rows.filter((row) => row.kind !== 'head')
    if (lines.length === 0) return
    const at = rowOf(now.layout, focusPage.value)
    const row = now.layout.rows[at]
    if (row === undefined || row.kind === 'head') focusPage.value = firstPage()
    else if (columns !== 0) {
      const next = focusPage.value + columns
      const inRow = row.kind === 'pages' && next >= row.page && next < row.page + row.count
      if (inRow) focusPage.value = next
      else {
        const other = lines[lines.indexOf(row) + Math.sign(columns)]
        if (other !== undefined) focusPage.value = columns > 0 ? other.page : lastOf(other)
      }
    } else {
      const other = lines[Math.max(0, Math.min(lines.length - 1, lines.indexOf(row) + rows))]!
      const column = row.kind === 'pages' ? focusPage.value - row.page : 0
      focusPage.value = other.kind === 'pages' ? other.page + Math.min(column, other.count - 1) : other.page
    }
    revealPage(focusPage.value)
  }
  const lastOf = (row: { readonly kind: string; readonly page: number; readonly count: number }): number =>
    row.kind === 'pages' ? row.page + row.count - 1 : row.page

  /** Where the keyboard starts: a page of the selection, else the first that leads somewhere. */
  function firstPage(): number {
    const run = selected.frames()
    const at = run === null || view === null ? -1 : view.pfn.indexOf(run.pfn)
    return view?.page[Math.max(0, at)] ?? view?.areas[0]?.page ?? -1
  }

  function selectFocus(): void {
    const entry = index.get(focusPage.value)?.[0]
    if (view !== null && entry !== undefined) selection.select({ pfn: view.pfn[entry]! })
  }

  function svg(): string {
    const now = current()
    if (now === null) return ''
    const title = `${space.name} of ${session.report?.program ?? 'a run'}, step ${cursor.step} of ${cursor.steps}`
    return drawnAsSvg(main.size.value, { title, ground: colours.value.ground.css }, (context) =>
      drawAddresses(context, { ...main.size.value, ratio: 1 }, now),
    )
  }

  watch(
    [() => session.runId, () => cursor.step, () => space.shown],
    () => {
      ask()
      if (selection.target !== null) selected.locate()
    },
    { immediate: true },
  )
  watch(
    () => selection.target,
    () => selected.locateAndReveal(),
    { immediate: true },
  )
  watch(() => space.wanted, takeWanted)
  watch([colours, by], updateLegend)
  watch([colours, by, focusPage, focused, main.size, hit, () => selection.hovered], () => main.redraw.request())

  async function settled(): Promise<void> {
    const waits = [question, overviewQuestion, ...selected.questions, main.redraw]
    do await Promise.all(waits.map((each) => each.settled()))
    while (waits.some((each) => each.pending))
  }
  let unregister = (): void => undefined
  onMounted(() => {
    unregister = registerView('space', {
      settled,
      describe: () => {
        const now = current()
        return now === null ? null : describeAddresses(now, main.size.value.height, shownStep)
      },
    })
  })
  onBeforeUnmount(() => {
    unregister()
    for (const each of [question, overviewQuestion, ...selected.questions]) each.drop()
    leave()
  })

  return {
    by,
    legend,
    failure,
    hit,
    focusPage,
    focused,
    revision,
    size: main.size,
    view: () => view,
    entriesAt: (page: number): readonly number[] => index.get(page) ?? [],
    /** Pages of this space that lead to a frame. */
    pagesTo: (pfn: number): number => view?.pfn.reduce((sum, each) => sum + (each === pfn ? 1 : 0), 0) ?? 0,
    panBy,
    hoverAt,
    leave,
    selectAt,
    moveFocus,
    selectFocus,
    firstPage,
    revealPage,
    svg,
  }
}
