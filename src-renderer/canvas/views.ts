/**
 * What each view says about what it draws, for tests: `window.__pageward.views.map()` and so on give plain data.
 * A view that waits for an answer or a frame is not quiet.
 */
export type ViewName = 'map' | 'space' | 'timeline' | 'inspector' | 'graph' | 'schedules'

/** After this long a page that draws no frame is hidden, milliseconds. */
const HIDDEN_MS = 100

interface View {
  /** Plain data: what is on screen now. */
  readonly describe: () => unknown
  /** Resolves when the view neither waits for the core nor for an animation frame. */
  readonly settled: () => Promise<void>
}

const mounted = new Map<ViewName, View>()

/** `views.map()`, `views.timeline()`, `views.inspector()`: null if the view is not on screen. */
export const views: Readonly<Record<ViewName, () => unknown>> = {
  map: () => mounted.get('map')?.describe() ?? null,
  space: () => mounted.get('space')?.describe() ?? null,
  timeline: () => mounted.get('timeline')?.describe() ?? null,
  inspector: () => mounted.get('inspector')?.describe() ?? null,
  graph: () => mounted.get('graph')?.describe() ?? null,
  schedules: () => mounted.get('schedules')?.describe() ?? null,
}

/** Makes a view known while it is on screen; the result takes it away again. */
export function registerView(name: ViewName, view: View): () => void {
  mounted.set(name, view)
  return () => {
    if (mounted.get(name) === view) mounted.delete(name)
  }
}

/** Resolves when every view on screen is quiet. */
export async function viewsQuiet(): Promise<void> {
  // Twice: the answer one view waited for may make another one ask.
  for (let round = 0; round < 2; round++) await Promise.all([...mounted.values()].map((view) => view.settled()))
}

/** Resolves when every view has drawn what it knows by now: after the next frame, or soon in a page that draws none. */
export async function viewsDrawn(): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, HIDDEN_MS)
    requestAnimationFrame(() => {
      clearTimeout(timer)
      resolve()
    })
  })
  await viewsQuiet()
}
