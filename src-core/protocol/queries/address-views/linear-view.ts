/** The linear map: every frame below high memory, in one piece from `page_offset` on. */
import { firstHighFrame } from '../../../machine/layout.ts'
import type { SpaceView } from '../../address-view.ts'
import type { RunView } from '../run-view.ts'
import { areaOf } from './areas.ts'
import { PageList } from './page-list.ts'

/** Answers `space` for the linear map: its extent. The pages are the frames in order, which `map` tells. */
export function linearView(view: RunView): SpaceView {
  const { info } = view
  const first = Number(info.pageOffset / BigInt(view.pageSize))
  const end = firstHighFrame(info)
  const areas = info.zones
    .filter(({ start }) => start < end)
    .map(({ name, start, end: zoneEnd }) =>
      areaOf(view, 'area', { page: first + start, pages: zoneEnd - start, name: `zone ${name}` }),
    )
  const high = info.frames - end
  const note = high > 0 ? `The ${high} frames of zone HighMem have no linear address: kmap makes a temporary one.` : ''
  return new PageList().answer(view, { id: 'linear', pageShift: info.pageShift, note, areas })
}
