/** The legend of the bytes of frames, at the nearest zoom: what `draw-bytes.ts` marks, if it is there. */
import { byteMark, regionWords } from '../../theme/byte-words.ts'
import { MARK_SHORT, MARK_WORDS, type MarkName } from '../../theme/states.ts'
import type { FrameBytes } from './frame-bytes.ts'
import type { LegendEntry } from './legend.ts'

const ORDER = ['byteNew', 'redZoneBroken', 'redZone', 'poison', 'slabRecord', 'slabPad'] as const

/** Entries for the bytes that are shown; each names the regions that are there. `step`: the step at the playhead. */
export function byteLegend(frames: readonly FrameBytes[], step: number): LegendEntry[] {
  const marks = new Map<MarkName, Set<number>>()
  for (const { steps, painted, regions } of frames) {
    for (let at = 0; at < painted.length; at++) {
      if (step > 0 && steps[at] === step && !marks.has('byteNew')) marks.set('byteNew', new Set())
      const mark = byteMark(regions[at]!, painted[at]!)
      if (mark === '') continue
      const known = marks.get(mark)
      if (known === undefined) marks.set(mark, new Set([regions[at]!]))
      else known.add(regions[at]!)
    }
  }
  return ORDER.filter((mark) => marks.has(mark)).map((mark) => ({
    id: mark,
    words: wordsOf(mark, marks.get(mark)!),
    tip: MARK_WORDS[mark],
    fill: '',
    letter: '',
    mark,
  }))
}

/** Regions by name where the mark is a region's, else the mark. */
function wordsOf(mark: MarkName, regions: ReadonlySet<number>): string {
  const names = [...regions].sort((a, b) => a - b).map((region) => regionWords(region))
  const own = names.filter((each) => each.mark === mark).map(({ name }) => name)
  return own.length > 0 ? own.join(', ') : MARK_SHORT[mark]
}
