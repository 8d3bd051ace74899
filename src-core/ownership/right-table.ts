/**
 * Rights that were taken on memory, one row each, with the step that took and the step that ended it: so "the rights
 * at step s" is a question that any view can ask. Rights of one allocation are chained, newest first.
 */
import { grown } from './growable.ts'

export const RightKind = {
  /** A page reference: get_page() and friends. Keeps the page block. */
  REFERENCE: 1,
  /** A get that took nothing, because pages of this kind have no count in this era. No right; its put is no mistake. */
  BELIEF: 2,
  /** A temporary kernel mapping of one task (kmap_local_page). Covers bytes. */
  KMAP_LOCAL: 3,
  /** A kernel mapping of the whole machine (kmap). Covers bytes. */
  KMAP: 4,
  /** A page of a vmap area. Covers bytes. */
  VMAP: 5,
} as const
export type RightKind = (typeof RightKind)[keyof typeof RightKind]

const FIRST_ROWS = 256

export class RightTable {
  /** Rows so far; the first is row 1. */
  last = 0
  kindOf = new Uint8Array(FIRST_ROWS)
  allocationOf = new Uint32Array(FIRST_ROWS)
  pfnOf = new Uint32Array(FIRST_ROWS)
  fromOf = new Uint32Array(FIRST_ROWS)
  /** Step that ended it; 0 = held. */
  toOf = new Uint32Array(FIRST_ROWS)
  taskOf = new Uint16Array(FIRST_ROWS)
  siteOf = new Uint32Array(FIRST_ROWS)
  /** Task and site that ended it. */
  endTaskOf = new Uint16Array(FIRST_ROWS)
  endSiteOf = new Uint32Array(FIRST_ROWS)
  /** Next older right of the same allocation; 0 = none. */
  olderOf = new Uint32Array(FIRST_ROWS)
  /** Right id of the trace (kmap) or allocation id of the area (vmap). */
  nameOf = new Uint32Array(FIRST_ROWS)
  private capacity = FIRST_ROWS

  add(
    kind: RightKind,
    allocation: number,
    pfn: number,
    step: number,
    task: number,
    site: number,
    name: number,
    older: number,
  ): number {
    const row = ++this.last
    if (row >= this.capacity) this.grow()
    this.kindOf[row] = kind
    this.allocationOf[row] = allocation
    this.pfnOf[row] = pfn
    this.fromOf[row] = step
    this.toOf[row] = 0
    this.taskOf[row] = task
    this.siteOf[row] = site
    this.nameOf[row] = name
    this.olderOf[row] = older
    return row
  }

  end(row: number, step: number, task: number, site: number): void {
    this.toOf[row] = step
    this.endTaskOf[row] = task
    this.endSiteOf[row] = site
  }

  kind(row: number): number {
    return this.kindOf[row] ?? 0
  }
  allocation(row: number): number {
    return this.allocationOf[row] ?? 0
  }
  pfn(row: number): number {
    return this.pfnOf[row] ?? 0
  }
  from(row: number): number {
    return this.fromOf[row] ?? 0
  }
  to(row: number): number {
    return this.toOf[row] ?? 0
  }
  task(row: number): number {
    return this.taskOf[row] ?? 0
  }
  site(row: number): number {
    return this.siteOf[row] ?? 0
  }
  endTask(row: number): number {
    return this.endTaskOf[row] ?? 0
  }
  endSite(row: number): number {
    return this.endSiteOf[row] ?? 0
  }
  older(row: number): number {
    return this.olderOf[row] ?? 0
  }
  name(row: number): number {
    return this.nameOf[row] ?? 0
  }

  private grow(): void {
    const n = (this.capacity *= 2)
    this.kindOf = grown(this.kindOf, n)
    this.allocationOf = grown(this.allocationOf, n)
    this.pfnOf = grown(this.pfnOf, n)
    this.fromOf = grown(this.fromOf, n)
    this.toOf = grown(this.toOf, n)
    this.taskOf = grown(this.taskOf, n)
    this.siteOf = grown(this.siteOf, n)
    this.endTaskOf = grown(this.endTaskOf, n)
    this.endSiteOf = grown(this.endSiteOf, n)
    this.olderOf = grown(this.olderOf, n)
    this.nameOf = grown(this.nameOf, n)
  }
}
