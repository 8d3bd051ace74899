/** The panels of the window: what can be docked, under which name, and where it lies at first. */
import type { Component } from 'vue'
import LessonList from '../lessons/LessonList.vue'
import LessonPanel from '../lessons/LessonPanel.vue'
import Compare from '../panels/compare/Compare.vue'
import Console from '../panels/console/Console.vue'
import Editor from '../panels/editor/Editor.vue'
import Eras from '../panels/eras/Eras.vue'
import ExampleList from '../panels/examples/ExampleList.vue'
import Files from '../panels/files/Files.vue'
import Graph from '../panels/graph/Graph.vue'
import Inspector from '../panels/inspector/Inspector.vue'
import MapViews from '../panels/memory-map/MapViews.vue'
import Problems from '../panels/problems/Problems.vue'
import Schedules from '../panels/schedules/Schedules.vue'
import Timeline from '../panels/timeline/Timeline.vue'
import type { PanelId } from '../stores/layout.ts'

/** Where a panel opens: beside or within another one. Of several, the first whose neighbour is open. */
export interface PanelPlace {
  readonly beside: PanelId
  readonly direction: 'left' | 'right' | 'above' | 'below' | 'within'
}

export interface PanelDefinition {
  readonly id: PanelId
  readonly title: string
  readonly component: Component
  /** False if it is open only when somebody asks for it. */
  readonly initial: boolean
  readonly places: readonly PanelPlace[]
  /** First share of the window, percent of its width or height. */
  readonly width?: number
  readonly height?: number
  /** Width in pixels that it gets when it is shown, at least. */
  readonly least?: number
  /** True if it shows the run: dimmed while the run is of an older text. */
  readonly ofRun: boolean
}

/** In the order in which the first layout is built: a panel comes after those it lies beside. */
export const PANELS: readonly PanelDefinition[] = [
  { id: 'editor', title: 'Editor', component: Editor, initial: true, places: [], ofRun: false },
  {
    id: 'examples',
    title: 'Examples',
    component: ExampleList,
    initial: true,
    places: [{ beside: 'editor', direction: 'left' }],
    width: 16,
    ofRun: false,
  },
  {
    id: 'lessons',
    title: 'Lessons',
    component: LessonList,
    initial: true,
    places: [
      { beside: 'examples', direction: 'within' },
      { beside: 'editor', direction: 'left' },
    ],
    width: 16,
    ofRun: false,
  },
  {
    id: 'files',
    title: 'Files',
    component: Files,
    initial: true,
    places: [
      { beside: 'examples', direction: 'within' },
      { beside: 'lessons', direction: 'within' },
      { beside: 'editor', direction: 'left' },
    ],
    width: 16,
    ofRun: false,
  },
  {
    id: 'lesson',
    title: 'Lesson',
    component: LessonPanel,
    initial: false,
    places: [
      { beside: 'lessons', direction: 'within' },
      { beside: 'editor', direction: 'left' },
    ],
    width: 28,
    least: 340,
    ofRun: false,
  },
  {
    id: 'memory-map',
    title: 'Memory map',
    component: MapViews,
    initial: true,
    places: [{ beside: 'editor', direction: 'right' }],
    width: 35,
    ofRun: true,
  },
  {
    id: 'inspector',
    title: 'Inspector',
    component: Inspector,
    initial: true,
    places: [{ beside: 'memory-map', direction: 'below' }],
    height: 52,
    ofRun: true,
  },
  {
    id: 'graph',
    title: 'Ownership',
    component: Graph,
    initial: true,
    places: [{ beside: 'inspector', direction: 'within' }],
    ofRun: true,
  },
  {
    id: 'timeline',
    title: 'Timeline',
    component: Timeline,
    initial: true,
    places: [{ beside: 'editor', direction: 'below' }],
    height: 52,
    ofRun: true,
  },
  {
    id: 'problems',
    title: 'Problems',
    component: Problems,
    initial: true,
    places: [{ beside: 'timeline', direction: 'below' }],
    height: 28,
    ofRun: false,
  },
  {
    id: 'console',
    title: 'Console',
    component: Console,
    initial: true,
    places: [{ beside: 'problems', direction: 'within' }],
    ofRun: false,
  },
  {
    id: 'eras',
    title: 'Eras',
    component: Eras,
    initial: true,
    places: [{ beside: 'problems', direction: 'within' }],
    ofRun: false,
  },
  {
    id: 'schedules',
    title: 'Schedules',
    component: Schedules,
    initial: true,
    places: [{ beside: 'problems', direction: 'within' }],
    ofRun: false,
  },
  {
    id: 'compare',
    title: 'Side by side',
    component: Compare,
    initial: true,
    places: [{ beside: 'problems', direction: 'within' }],
    ofRun: true,
  },
]

/** Share of the width that the tabs beside the editor take where there is little room, percent. */
export const BESIDE_EDITOR = 54

/** The same where there is little room: in the order of their tabs, the first seen first. */
const TABS: readonly PanelId[] = ['editor', 'problems', 'memory-map', 'timeline', 'inspector', 'console']
export const IN_LITTLE_ROOM: readonly PanelDefinition[] = [
  ...PANELS.filter(({ id }) => TABS.includes(id)).sort((a, b) => TABS.indexOf(a.id) - TABS.indexOf(b.id)),
  ...PANELS.filter(({ id }) => !TABS.includes(id)),
]

export function panelOf(id: string): PanelDefinition | undefined {
  return PANELS.find((panel) => panel.id === id)
}
