/** Spans of a track of the timeline as columns: grows without a JavaScript object per span, answers for a range. */
import type { TimelineSpan } from '../messages.ts'

const FIRST_ROWS = 64
const WORDS = 4
const Word = { FROM: 0, TO: 1, TASK: 2, DETAIL: 3 } as const

export class SpanColumn {
  count = 0
  private words = new Float64Array(FIRST_ROWS * WORDS)

  /** Begins a span; `to` 0 = it goes on. `detail` is a number for its label. Spans begin in order of steps. */
  begin(from: number, task: number, detail: number, to = 0): number {
    const row = this.count++
    if (this.count * WORDS > this.words.length) {
      const grown = new Float64Array(this.words.length * 2)
      grown.set(this.words)
      this.words = grown
    }
    this.words.set([from, to, task, detail], row * WORDS)
    return row
  }

  end(row: number, to: number, detail = this.words[row * WORDS + Word.DETAIL]): void {
    this.words[row * WORDS + Word.TO] = to
    this.words[row * WORDS + Word.DETAIL] = detail
  }

  /** First step of a span. */
  from(row: number): number {
    return this.words[row * WORDS + Word.FROM]
  }

  /**
   * Spans that meet [from, to], merged where they would share a pixel: one of several has the task of the first and
   * their number. `end` stands for "until the end of the run".
   */
  within(
    from: number,
    to: number,
    perPixel: number,
    end: number,
    label: (detail: number, row: number) => string,
  ): TimelineSpan[] {
    const out: { from: number; to: number; task: number; label: string; count: number }[] = []
    const { words } = this
    for (let row = 0; row < this.count; row++) {
      const at = row * WORDS
      const begun = words[at + Word.FROM]
      if (begun > to) break
      const ended = words[at + Word.TO] === 0 ? end : words[at + Word.TO]
      if (ended < from) continue
      const last = out.at(-1)
      const small = ended - begun < perPixel
      if (last !== undefined && small && last.to - last.from < perPixel * 2 && begun - last.from < perPixel * 2) {
        last.to = Math.max(last.to, ended)
        last.count++
        last.label = ''
        continue
      }
      out.push({
        from: begun,
        to: ended,
        task: words[at + Word.TASK],
        label: label(words[at + Word.DETAIL], row),
        count: 1,
      })
    }
    return out
  }
}
