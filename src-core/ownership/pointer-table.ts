/** Plain pointers and handles that were derived into memory. Pointers are no rights; diagnoses name them. */
import { grown } from './growable.ts'
import type { StepLog } from './step-log.ts'

const WORDS = 4
const FIRST_ROWS = 256

export class PointerTable {
  last = 0
  private words = new Int32Array(FIRST_ROWS * WORDS)

  constructor(private readonly steps: StepLog) {}

  add(step: number, subject: number, older: number): number {
    const row = ++this.last
    const at = row * WORDS
    if (at >= this.words.length) this.words = grown(this.words, this.words.length * 2)
    this.words[at] = step
    this.words[at + 1] = subject
    this.words[at + 2] = older
    return row
  }

  step(row: number): number {
    return this.words[row * WORDS]
  }
  /** pfn or physical address that the operation named. */
  subject(row: number): number {
    return this.words[row * WORDS + 1] >>> 0
  }
  /** Next older pointer into the same allocation; 0 = none. */
  older(row: number): number {
    return this.words[row * WORDS + 2]
  }
  op(row: number): number {
    return this.steps.op(this.step(row))
  }
  site(row: number): number {
    return this.steps.site(this.step(row))
  }
}
