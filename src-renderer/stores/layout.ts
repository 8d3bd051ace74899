/**
 * Which panels are open and where. The dock (dock/use-dock.ts) carries it out; what a person arranged is kept between
 * starts and can be exported.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { isRecord, readStored, writeStored } from '../core/storage.ts'

export type PanelId =
  | 'editor'
  | 'memory-map'
  | 'inspector'
  | 'timeline'
  | 'problems'
  | 'console'
  | 'eras'
  | 'schedules'
  | 'graph'
  | 'examples'
  | 'files'
  | 'compare'
  | 'lessons'
  | 'lesson'

/** What the dock does for others. */
export interface DockControl {
  /** Opens a panel if it is closed and brings it to the front. */
  show(id: PanelId): void
  /** Brings an open panel to the front of its tabs; the active panel and the focus stay. Not in a maximised window. */
  bringForward(id: PanelId): void
  /** Shows a panel and gives it the focus. */
  goTo(id: PanelId): void
  /** True if the panel is open and no other tab lies before it. */
  inFront(id: PanelId): boolean
  close(id: PanelId): void
  /** The first layout. */
  reset(): void
  /** The panel that has the focus; null if none. */
  active(): PanelId | null
  /** Gives the focus to the panel after the active one (`1`) or before it (`-1`). */
  focusNeighbour(direction: 1 | -1): void
  /** The panel alone in the window, or all of them again. */
  maximise(id: PanelId): void
  /** Puts a panel at an edge of the window. */
  move(id: PanelId, edge: Edge): void
  /** Takes an arrangement that was exported. Answers whether it could be read. */
  load(arrangement: Arrangement): boolean
}

/** Much room, or little: a small window, or a large interface. Each has an arrangement of its own. */
export type Room = 'large' | 'small'

type Arrangement = Readonly<Record<string, unknown>>

export type Edge = 'left' | 'right' | 'top' | 'bottom'

/** Version of what is stored: an older layout is dropped. */
const VERSION = 3
/** What the memory map shows at first: frames. */
const FIRST_SPACE = 'physical'

export const useLayoutStore = defineStore('layout', () => {
  const stored = readStored('layout')
  const kept = (key: string): Arrangement | null =>
    stored['version'] === VERSION && isRecord(stored[key]) ? stored[key] : null
  const arrangements = shallowRef<Readonly<Record<Room, Arrangement | null>>>({
    large: kept('dock'),
    small: kept('small'),
  })
  /** The room that there is now. */
  const room = shallowRef<Room>('large')
  /** The arrangement of this room as the dock wrote it; null = the first layout. */
  const arrangement = computed(() => arrangements.value[room.value])
  const open = ref<readonly PanelId[]>([])
  /** Id of the address space that the memory map shows. */
  const mapSpace = shallowRef(typeof stored['mapSpace'] === 'string' ? stored['mapSpace'] : FIRST_SPACE)
  const dock = shallowRef<DockControl | null>(null)
  /** Tab beside the problems that the person chose since the program was opened. */
  let chosen: PanelId | null = null
  /** What lay here before the last reset or import; null when there is nothing to bring back. */
  const before = shallowRef<Arrangement | null>(null)

  function keep(next: Arrangement, panels: readonly PanelId[]): void {
    arrangements.value = { ...arrangements.value, [room.value]: next }
    open.value = panels
    store()
  }

  function store(): void {
    const { large, small } = arrangements.value
    writeStored('layout', { version: VERSION, dock: large, small, mapSpace: mapSpace.value })
  }

  function keepMapSpace(id: string): void {
    mapSpace.value = id
    store()
  }

  function isOpen(id: PanelId): boolean {
    return open.value.includes(id)
  }

  function show(id: PanelId): void {
    dock.value?.show(id)
  }

  /** The person asked for a panel: it stays before the problems until another program is opened. */
  function choose(id: PanelId): void {
    chosen = id
    show(id)
  }

  /** A tab was brought to the front by the person. */
  function noteChoice(id: PanelId): void {
    chosen = id
  }

  function forgetChoice(): void {
    chosen = null
  }

  /** A run found problems: their panel comes to the front, unless the person chose another of its tabs. */
  function bringProblems(): void {
    const { value: control } = dock
    if (control === null) return
    if (chosen !== null && chosen !== 'problems' && control.inFront(chosen)) return
    control.bringForward('problems')
  }

  /** Shows a panel to a person who asked for it: the focus goes along. */
  function goTo(id: PanelId): void {
    dock.value?.goTo(id)
  }

  /** Closes a panel that is seen; shows one that is closed or behind another tab. */
  function toggle(id: PanelId): void {
    if (dock.value?.inFront(id)) dock.value.close(id)
    else goTo(id)
  }

  /** The first layout; `undoReplaced` brings back what lay here. */
  function reset(): void {
    if (dock.value === null) return
    before.value = arrangement.value
    mapSpace.value = FIRST_SPACE
    dock.value.reset()
  }

  /** Takes an exported arrangement; `undoReplaced` brings back what lay here. If it cannot be read nothing changes. */
  function load(next: Arrangement): boolean {
    if (dock.value === null) return false
    const old = arrangement.value
    const taken = dock.value.load(next)
    if (taken) before.value = old
    return taken
  }

  function undoReplaced(): void {
    const old = before.value
    before.value = null
    if (old !== null) dock.value?.load(old)
  }

  function forgetReplaced(): void {
    before.value = null
  }

  return {
    arrangement,
    room,
    open,
    dock,
    before,
    mapSpace,
    keep,
    keepMapSpace,
    isOpen,
    show,
    choose,
    noteChoice,
    forgetChoice,
    bringProblems,
    goTo,
    toggle,
    reset,
    load,
    undoReplaced,
    forgetReplaced,
  }
})
