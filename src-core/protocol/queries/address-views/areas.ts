/** Areas of an address space: how they are named, and where their memory was made. */
import type { AreaKind, SpaceArea } from '../../address-view.ts'
import type { RunView } from '../run-view.ts'

/** What an area is made of; what is left out is unknown or 0. */
export type AreaParts = Pick<SpaceArea, 'page' | 'pages' | 'name'> & Partial<SpaceArea>

export function areaOf(view: RunView, kind: AreaKind, parts: AreaParts): SpaceArea {
  const { step = 0 } = parts
  const { file, line } = view.spanOf(step)
  return {
    detail: '',
    bytes: parts.pages * view.pageSize,
    allocation: 0,
    ...parts,
    kind,
    step,
    file,
    line,
  }
}
