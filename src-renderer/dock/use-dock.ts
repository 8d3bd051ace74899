/** Carries out the layout on dockview: the first arrangement, the kept one, opening and closing panels. */
import type { DockviewApi, SerializedDockview } from 'dockview-vue'
import { useLayoutStore, type DockControl, type Edge, type PanelId } from '../stores/layout.ts'
import { PANELS, panelOf, type PanelDefinition } from './panels.ts'

/** Name of the tab component (DockTab.vue). */
export const TAB = 'dock-tab'

export function useDock(): (api: DockviewApi) => void {
  const layout = useLayoutStore()

  return (api) => {
    const control = new Dock(api, layout.noteChoice)
    layout.dock = control
    // The panel in it is the landmark of that name; two of one name would be read twice.
    api.onDidAddGroup((group) => group.element.setAttribute('role', 'group'))
    restore(control)
    const keep = (): void => layout.keep({ ...api.toJSON() }, control.openPanels())
    keep()
    api.onDidLayoutChange(keep)
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
    try {
      this.api.fromJSON(arrangement as unknown as SerializedDockview)
      if (!this.openPanels().includes('editor')) throw new Error('a layout without the editor')
      this.dressEditor()
      return true
    } catch {
      // A layout that cannot be read is no reason not to start.
      this.reset()
      return false
    }
  }

  reset(): void {
    this.api.clear()
    for (const panel of PANELS) if (panel.initial) this.add(panel)
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
    const place = places.find(({ beside }) => this.api.getPanel(beside) !== undefined)
    this.api.addPanel({
      id,
      component: id,
      tabComponent: TAB,
      title,
      renderer: 'onlyWhenVisible',
      inactive: place?.direction === 'within',
      ...(place === undefined ? {} : { position: { referencePanel: place.beside, direction: place.direction } }),
      ...(width === undefined ? {} : { initialWidth: (this.api.width * width) / 100 }),
      ...(height === undefined ? {} : { initialHeight: (this.api.height * height) / 100 }),
    })
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
