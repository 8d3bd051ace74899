/** The address spaces of a run by their ids. */
import type { SpaceView } from '../../address-view.ts'
import type { Calls } from '../../messages.ts'
import type { RunView } from '../run-view.ts'
import { deviceTableView } from './device-table-view.ts'
import { dmaView } from './dma-view.ts'
import { linearView } from './linear-view.ts'
import { processView } from './process-view.ts'
import { spaceNames } from './space-history.ts'
import { vmallocView } from './vmalloc-view.ts'

/** A space at the cursor's step; null if the run has none of this id. */
export function spaceAt(view: RunView, id: string): SpaceView | null {
  if (!spaceNames(view).some((space) => space.id === id)) return null
  const number = Number(id.split(':')[1] ?? 0)
  if (id === 'linear') return linearView(view)
  if (id === 'vmalloc') return vmallocView(view)
  if (id.startsWith('mm:')) return processView(view, number)
  return id.startsWith('dev:') ? dmaView(view, number) : deviceTableView(view, number)
}

/** Answers `spaces`: the names of all, in the order of the chooser. */
export function spaces(view: RunView): Calls['spaces']['answer'] {
  return { spaces: spaceNames(view) }
}

/** Answers `space`. */
export function space(view: RunView, ask: Calls['space']['ask']): Calls['space']['answer'] {
  view.cursor.seek(ask.step)
  return spaceAt(view, ask.space)
}
