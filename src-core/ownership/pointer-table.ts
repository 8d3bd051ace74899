/** Plain pointers and handles that were derived into memory. Pointers are no rights; diagnoses name them. */
import { grown } from './growable.ts'

const FIRST_ROWS = 256

export class PointerTable {
  last = 0
  stepOf = new Uint32Array(FIRST_ROWS)
  siteOf = new Uint32Array(FIRST_ROWS)
  opOf = new Uint16Array(FIRST_ROWS)
  /** pfn or physical address that the operation named. */
  subjectOf = new Uint32Array(FIRST_ROWS)
  /** Next older pointer into the same allocation; 0 = none. */
  olderOf = new Uint32Array(FIRST_ROWS)
  private capacity = FIRST_ROWS

  add(step: number, site: number, op: number, subject: number, older: number): number {
    const row = ++this.last
    if (row >= this.capacity) {
      const n = (this.capacity *= 2)
      this.stepOf = grown(this.stepOf, n)
      this.siteOf = grown(this.siteOf, n)
      this.opOf = grown(this.opOf, n)
      this.subjectOf = grown(this.subjectOf, n)
      this.olderOf = grown(this.olderOf, n)
    }
    this.stepOf[row] = step
    this.siteOf[row] = site
    this.opOf[row] = op
    this.subjectOf[row] = subject
    this.olderOf[row] = older
    return row
  }

  step(row: number): number {
    return this.stepOf[row] ?? 0
  }
  site(row: number): number {
    return this.siteOf[row] ?? 0
  }
  op(row: number): number {
    return this.opOf[row] ?? 0
  }
  subject(row: number): number {
    return this.subjectOf[row] ?? 0
  }
  older(row: number): number {
    return this.olderOf[row] ?? 0
  }
}
