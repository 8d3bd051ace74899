/** The legend of the bytes of frames, at the nearest zoom: what `draw-bytes.ts` marks, if it is there. */
import { Painted } from '../../../src-core/protocol/messages.ts'
import { MARK_SHORT, MARK_WORDS, type MarkName } from '../../theme/states.ts'
import type { FrameBytes } from './frame-bytes.ts'
import type { LegendEntry } from './legend.ts'

/** Entries for the bytes that are shown. `step`: the step at the playhead. */
export function byteLegend(frames: readonly FrameBytes[], step: number): LegendEntry[] {
  const marks = new Set<MarkName>()
  for (const { steps, painted } of frames) {
    for (let at = 0; at < painted.length; at++) {
      if (step > 0 && steps[at] === step) marks.add('byteNew')
      const paint = painted[at]!
      if (paint === Painted.NONE) continue
      marks.add(paint === Painted.RED_ACTIVE || paint === Painted.RED_INACTIVE ? 'redZone' : 'poison')
    }
  }
  const order = ['byteNew', 'redZone', 'poison'] as const
  return order
    .filter((mark) => marks.has(mark))
    .map((mark) => ({ id: mark, words: MARK_SHORT[mark], tip: MARK_WORDS[mark], fill: '', letter: '', mark }))
}
