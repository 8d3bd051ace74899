/** Carries out the layout on dockview: the first arrangement, the kept one, opening and closing panels. */
import type { DockviewApi, SerializedDockview } from 'dockview-vue'
import { onBeforeUnmount, watch } from 'vue'
import { useLayoutStore, type DockControl, type Edge, type PanelId, type Room } from '../stores/layout.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { BESIDE_EDITOR, IN_LITTLE_ROOM, PANELS, panelOf, type PanelDefinition } from './panels.ts'

/** Name of the tab component (DockTab.vue). */
export const TAB = 'dock-tab'

/**
 * In a window below this size, in pixels of the interface, panels above each other hold a few lines only. The window's
 * size, not the dock's: a notice that comes and goes rearranges nothing.
 */
const LEAST = { width: 720, height: 500 } as const

export function useDock(): (api: DockviewApi) => void {
  const layout = useLayoutStore()
  const settings = useSettingsStore()
  let stop = (): void => undefined
  onBeforeUnmount(() => stop())

  return (api) => {
    const roomNow = (): Room => {
      const scale = settings.shownZoom / 100
      const { innerWidth, innerHeight } = window
      return innerWidth < LEAST.width * scale || innerHeight < LEAST.height * scale ? 'small' : 'large'
    }
    layout.room = roomNow()
    const control = new Dock(api, layout.noteChoice, () => layout.room)
    layout.dock = control
    // The panel in it is the landmark of that name; two of one name would be read twice.
    api.onDidAddGroup((group) => group.element.setAttribute('role', 'group'))
    restore(control)
    const keep = (): void => layout.keep({ ...api.toJSON() }, control.openPanels())
    keep()
    api.onDidLayoutChange(keep)
    /** More room, or less: the arrangement of that room, with what is open now, and the focus where it was. */
    const fit = (): void => {
      const next = roomNow()
      if (next === layout.room) return
      const [open, active] = [control.openPanels(), control.active()]
      const hadFocus = window.document.activeElement?.closest('.dock') !== null
      layout.room = next
      restore(control)
      for (const id of open) if (!control.openPanels().includes(id)) control.show(id)
      if (active !== null && hadFocus) control.goTo(active)
      keep()
    }
    // The dock follows the window in the next frame.
    const later = (): void => void requestAnimationFrame(() => setTimeout(fit))
    window.addEventListener('resize', later)
    const unwatch = watch(() => settings.shownZoom, later, { flush: 'post' })
    stop = () => {
      window.removeEventListener('resize', later)
      unwatch()
    }
    api.onDidActivePanelChange(() => {
      const id = control.chosenByPerson()
      if (id !== null) layout.noteChoice(id)
    })
  }

  function restore(control: Dock): void {
    const kept = layout.arrangement
    if (kept === null) {
      control.reset()
      return
    }
    control.load(kept)
  }
}

class Dock implements DockControl {
  /** True while the app itself brings a panel to the front. */
  private byApp = false

  constructor(
    private readonly api: DockviewApi,
    /** Told which tab beside the problems the person asked for. */
    private readonly told: (id: PanelId) => void,
    private readonly room: () => Room,
  ) {}

  /** The panel among the tabs of the problems that the person has just made the active one; null if it is none. */
  chosenByPerson(): PanelId | null {
    const { activePanel } = this.api
    if (this.byApp || activePanel === undefined) return null
    if (activePanel.group !== this.api.getPanel('problems')?.group) return null
    return panelOf(activePanel.id)?.id ?? null
  }

  bringForward(id: PanelId): void {
    const panel = this.api.getPanel(id)
    if (panel === undefined || panel.api.isVisible || this.api.hasMaximizedGroup()) return
    this.byApp = true
    panel.group.model.openPanel(panel, { skipSetGroupActive: true })
    this.byApp = false
  }

  openPanels(): PanelId[] {
    return this.api.panels.map((panel) => panel.id).filter((id): id is PanelId => panelOf(id) !== undefined)
  }

  show(id: PanelId): void {
    const definition = panelOf(id)
    if (definition === undefined) return
    if (this.api.getPanel(id) === undefined) this.add(definition)
    const panel = this.api.getPanel(id)
    this.byApp = true
    panel?.api.setActive()
    this.byApp = false
    const { least } = definition
    if (panel !== undefined && least !== undefined && panel.api.width < least) panel.api.setSize({ width: least })
  }

  goTo(id: PanelId): void {
    this.show(id)
    const chosen = this.chosenByPerson()
    if (chosen !== null) this.told(chosen)
    focusSoon(id)
  }

  inFront(id: PanelId): boolean {
    return this.api.getPanel(id)?.api.isVisible ?? false
  }

  close(id: PanelId): void {
    const panel = this.api.getPanel(id)
    if (panel !== undefined && id !== 'editor') this.api.removePanel(panel)
  }

  active(): PanelId | null {
    const id = this.api.activePanel?.id
    return this.openPanels().find((each) => each === id) ?? null
  }

  focusNeighbour(direction: 1 | -1): void {
    if (this.api.hasMaximizedGroup()) this.api.exitMaximizedGroup()
    const groups = this.api.groups.filter((group) => group.activePanel !== undefined)
    const at = groups.findIndex((group) => group === this.api.activeGroup)
    const next = groups[(at + direction + groups.length) % groups.length]?.activePanel
    if (next === undefined) return
    next.api.setActive()
    focusFirst(next.id)
  }

  maximise(id: PanelId): void {
    const panel = this.api.getPanel(id)
    if (panel?.api.isMaximized()) {
      panel.api.exitMaximized()
      return
    }
    this.show(id)
    this.api.getPanel(id)?.api.maximize()
  }

  move(id: PanelId, edge: Edge): void {
    if (this.api.hasMaximizedGroup()) this.api.exitMaximizedGroup()
    this.show(id)
    this.api.getPanel(id)?.api.moveTo({ position: edge })
    this.dressEditor()
  }

  load(arrangement: Readonly<Record<string, unknown>>): boolean {
    const now = this.openPanels().includes('editor') ? this.api.toJSON() : null
    if (this.place(arrangement as unknown as SerializedDockview)) return true
    // A layout that cannot be read is no reason not to start, nor to lose the one that is there.
    if (now === null || !this.place(now)) this.reset()
    return false
  }

  private place(arrangement: SerializedDockview): boolean {
    try {
      this.api.fromJSON(arrangement)
      if (!this.openPanels().includes('editor')) return false
      this.dressEditor()
      return true
    } catch {
      return false
    }
  }

  reset(): void {
    this.api.clear()
    const order = this.room() === 'large' ? PANELS : IN_LITTLE_ROOM
    for (const panel of order) if (panel.initial) this.add(panel)
    this.api.getPanel('problems')?.api.setActive()
    this.api.getPanel('editor')?.api.setActive()
    this.dressEditor()
  }

  /** The editor has file tabs of its own: no second row of tabs above it, and nothing is stacked onto it. */
  dressEditor(): void {
    const group = this.api.getPanel('editor')?.group
    if (group === undefined || group.panels.length > 1) return
    group.header.hidden = true
    group.locked = true
  }

  private add({ id, title, places, width, height }: PanelDefinition): void {
    const share = this.room() === 'large' ? { width, height } : { width: BESIDE_EDITOR }
    const known = this.room() === 'large' ? places : this.littleRoom(id)
    const place = known.find(({ beside }) => this.api.getPanel(beside) !== undefined)
    this.api.addPanel({
      id,
      component: id,
      tabComponent: TAB,
      title,
      renderer: 'onlyWhenVisible',
      inactive: place?.direction === 'within',
      ...(place === undefined ? {} : { position: { referencePanel: place.beside, direction: place.direction } }),
      ...(share.width === undefined ? {} : { initialWidth: (this.api.width * share.width) / 100 }),
      ...(share.height === undefined ? {} : { initialHeight: (this.api.height * share.height) / 100 }),
    })
  }

  /** In little room all panels but the editor are tabs beside it: each has the whole height. */
  private littleRoom(id: PanelId): PanelDefinition['places'] {
    if (id === 'editor') return []
    const other = this.openPanels().find((each) => each !== 'editor')
    return other === undefined ? [{ beside: 'editor', direction: 'right' }] : [{ beside: other, direction: 'within' }]
  }
}

const FOCUSABLE = 'textarea, .native-edit-context, button:not(:disabled), [tabindex="0"], input, select, a[href]'

/** The focus goes into a panel: to what asks for it, else to the first thing that takes it. False if nothing does. */
function focusFirst(id: string): boolean {
  const panel = window.document.querySelector(`.dock-panel[data-panel="${id}"]`)
  const editor = panel?.querySelector<HTMLElement>('.monaco-editor textarea, .native-edit-context')
  const wishes = panel?.querySelector<HTMLElement>('[data-takes-focus]')
  const first = editor ?? wishes ?? panel?.querySelector<HTMLElement>(FOCUSABLE)
  first?.focus()
  return first !== undefined && first !== null
}

/** Frames that a panel has to come up. */
const FRAMES = 10

/** A panel that comes up is filled a frame or two later. */
function focusSoon(id: string, frames = FRAMES): void {
  if (!focusFirst(id) && frames > 0) requestAnimationFrame(() => focusSoon(id, frames - 1))
}
