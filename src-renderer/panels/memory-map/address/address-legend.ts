/** The legend of the map of an address space: the colours of the frames behind it, then the marks of its entries. */
import { PageBit, type SpaceView } from '../../../../src-core/protocol/messages.ts'
import type { RunSummary } from '../../../../src-core/protocol/messages.ts'
import type { MarkName, Palette } from '../../../theme/states.ts'
import type { ColourBy } from '../colour-by.ts'
import { legendOf, seenOfCells, type LegendEntry } from '../legend.ts'

const ENTRIES: readonly (readonly [bit: number, mark: MarkName, words: string, tip: string])[] = [
  [
    PageBit.WRITE,
    'writable',
    'writable',
    'A bar at the foot: half as long while the page is clean, whole when it is dirty',
  ],
  [PageBit.SPECIAL, 'special', 'special', 'pte_special: no struct page counts the mapping'],
  [PageBit.PROT_NONE, 'protNone', 'PROT_NONE', 'The entry is kept, and every access faults'],
  [PageBit.CACHED, 'cached', 'in a TLB', 'A TLB remembers the entry'],
  [PageBit.STALE, 'stale', 'stale TLB entry', 'A TLB still reaches the frame; the tables say something else by now'],
  [PageBit.LEFT, 'stale', 'no area', 'An entry outside of every area in the tree'],
  [PageBit.FREED_TABLE, 'stale', 'freed table', 'The walk goes through a table that is free memory'],
]

export function addressLegend(view: SpaceView, by: ColourBy, summary: RunSummary, colours: Palette): LegendEntry[] {
  const count = view.page.length
  const window = { from: 0, to: count, cells: { from: 0, framesPerCell: 1, ...view.frames } }
  const frames = seenOfCells([window], [{ from: 0, to: count }], by)
  const entries = count === 0 ? [] : legendOf(frames, by, summary.tasks, summary.machine, colours)
  const seen = view.bits.reduce((all, bits) => all | bits, 0)
  const plain = (id: string, words: string, tip: string, mark: MarkName): LegendEntry => ({
    id,
    words,
    tip,
    fill: '',
    letter: '',
    mark,
  })
  for (const [bit, mark, words, tip] of ENTRIES)
    if ((seen & bit) !== 0) entries.push(plain(`bit-${bit}`, words, tip, mark))
  if ((seen & PageBit.BOUNCE) !== 0)
    entries.push(
      plain('bounce', 'bounce buffer for', 'A dashed line leads to the frame that the buffer stands for', 'rcu'),
    )
  if (view.areas.some(({ kind }) => kind === 'guard'))
    entries.push(plain('guard', 'guard page', 'Nothing is ever mapped there: an access is an oops', 'guard'))
  if (view.areas.some(({ kind }) => kind === 'lazy'))
    entries.push(plain('lazy', 'freed, not purged', 'Not given out again before a purge', 'lazy'))
  return entries
}
