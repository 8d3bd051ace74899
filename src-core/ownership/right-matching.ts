/**
 * Which right a put or an unpin ends. References are matched by task, page, name, function and order, not by value
 * (SURFACE §9 "Verdicts": a reference belongs to the program); where that leaves several, `doubts` keeps them. A pin
 * and a pipe's hold are matched among their own kind.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import { Mark, MARK_SHIFT, NO_ORDER, Word, WORDS } from './allocation-table.ts'
import { IS_UNPIN, isPageKind, isSlabObject } from './op-classes.ts'
import { RIGHT_KINDS, RightKind } from './right-table.ts'
import { ShadowTables } from './shadow-tables.ts'

/** Answers of `matchPut` that are no row: the owner's right, and nothing left to drop. */
export const OWNER = -1
export const NOBODY = 0
/** Weight of the same page of a block, above all that names can say. */
const SAME_PAGE = 16
/** Most rights that are looked through for a better match than the newest. */
const MOST_TRIES = 64

export class RightMatching extends ShadowTables {
  protected endOwner(id: number, step: number): void {
    if (this.allocations.ownerEnd(id) === 0) this.allocations.giveUp(id, step)
  }

  protected take(kind: RightKind, id: number, pfn: number, step: number, task: number, name: number): number {
    const { words } = this.allocations
    const at = id * WORDS
    const row = this.rights.add(kind, id, pfn, step, task, name, words[at + Word.RIGHTS])
    words[at + Word.RIGHTS] = row
    if (!isSlabObject(words[at] & 0xff)) words[at + Word.SLAB]++
    words[at] |= Mark.RIGHTS << MARK_SHIFT
    return row
  }

  protected endRight(row: number, step: number): void {
    this.rights.end(row, step)
    const { words } = this.allocations
    const at = this.rights.allocation(row) * WORDS
    // A slab object has its slab where other memory has the number of its rights.
    const object = isSlabObject(words[at] & 0xff)
    const isLast = object
      ? this.held(this.rights.allocation(row), () => true).length === 0
      : --words[at + Word.SLAB] === 0
    if (isLast) words[at] &= ~(Mark.RIGHTS << MARK_SHIFT)
  }

  protected endReference(id: number, subject: number, step: number, task: number): void {
    const match = this.matchReference(id, task, subject)
    if (match > 0) this.endRight(match, step)
  }

  protected put(op: number, id: number, subject: number, step: number, task: number, site: number): void {
    const match = this.matchPut(id, task, op, subject, site)
    if (match > 0) {
      if (this.rights.kind(match) === RightKind.REFERENCE) this.doubt(id, match, subject, step, task, site)
      this.endRight(match, step)
    } else if (match === OWNER) this.endOwner(id, step)
  }

  /** Notes the references that the put at `step` could have dropped as well as `match`. */
  private doubt(id: number, match: number, subject: number, step: number, task: number, site: number): void {
    const { rights } = this
    const best = this.fit(match, subject, site)
    const holder = rights.task(match) === task
    const rows: number[] = []
    const places = new Set<number>()
    for (const row of this.held(id, (kind) => kind === RightKind.REFERENCE, MOST_TRIES)) {
      if (this.fit(row, subject, site) !== best || (holder && rights.task(row) !== task)) continue
      if (places.has(rights.site(row)) && row !== match) continue
      places.add(rights.site(row))
      rows.push(row)
    }
    if (places.size > 1) this.doubts.add(step, rows)
  }

  private fit(row: number, subject: number, site: number): number {
    const { rights } = this
    const page = subject !== NO_SUBJECT && rights.pfn(row) === subject ? SAME_PAGE : 0
    return page + (site === 0 ? 0 : this.affinity(rights.site(row), site))
  }

  /** True for a page inside a block that is not compound: the owner's reference is the first page's. */
  private isUncounted(id: number, subject: number): boolean {
    const table = this.allocations
    return subject !== NO_SUBJECT && subject !== table.base(id) && table.order(id) !== NO_ORDER
  }

  /**
   * The right that a put by `task` drops: its own reference that fits best, else the owner's right if the task made the
   * memory, else the best reference of anybody, else the owner's. Returns a row of `rights`, OWNER or NOBODY.
   */
  matchPut(id: number, task: number, op: number, subject = NO_SUBJECT, site = 0): number {
    const table = this.allocations
    if (op === Op.pipe_release) return this.matchKind(id, task, RightKind.PIPE)
    if (IS_UNPIN[op] === 1) return this.matchKind(id, task, RightKind.PIN)
    const own = this.matchReference(id, task, NO_SUBJECT, subject, site)
    const kind = table.kind(id)
    const owner =
      table.ownerEnd(id) === 0 &&
      (isPageKind(kind) || kind === AllocationKind.LARGE_KMALLOC) &&
      !(kind === AllocationKind.PAGES && this.isUncounted(id, subject))
    // A reference that the names say somebody else has: the owner's own is dropped.
    if (own > 0 && owner && site !== 0 && this.affinity(this.rights.site(own), site) < 0) return OWNER
    if (own > 0 && this.rights.task(own) === task) return own
    if (owner && table.task(id) === task) return OWNER
    if (own > 0) return own
    return owner ? OWNER : NOBODY
  }

  /**
   * The reference (or get that took nothing) in force that fits a put of `subject` at `site` best, the newest of
   * equals: the task's own first. 0 = none. `pfn` NO_SUBJECT = any page.
   */
  matchReference(id: number, task: number, pfn: number, subject = NO_SUBJECT, site = 0): number {
    const { rights } = this
    const { words } = this.allocations
    const inForce = isSlabObject(words[id * WORDS] & 0xff) ? MOST_TRIES : words[id * WORDS + Word.SLAB]
    let match = 0
    let best = -1
    let row = rights.inForce(id, RightKind.REFERENCE)
    for (let tries = 0; row !== 0; row = rights.olderInForce(row)) {
      if (match !== 0 && ++tries > MOST_TRIES) break
      if (pfn !== NO_SUBJECT && rights.pfn(row) !== pfn) continue
      const fit = (rights.task(row) === task ? 2 * SAME_PAGE : 0) + (inForce === 1 ? 0 : this.fit(row, subject, site))
      if (fit <= best) continue
      best = fit
      match = row
    }
    return match
  }

  /** Newest right of one kind in force: the task's own first. 0 = none. */
  matchKind(id: number, task: number, kind: number): number {
    const { rights } = this
    let other = 0
    for (let row = rights.inForce(id, kind); row !== 0; row = rights.olderInForce(row)) {
      if (rights.task(row) === task) return row
      if (other === 0) other = row
    }
    return other
  }

  /** Rows of the rights in force on an allocation that `wanted` accepts, oldest first: the newest `most` of them. */
  held(id: number, wanted: (kind: number) => boolean, most = Infinity): number[] {
    const { rights } = this
    const rows: number[] = []
    if ((this.allocations.mark(id) & Mark.RIGHTS) === 0) return rows
    for (const kind of RIGHT_KINDS) {
      if (!wanted(kind)) continue
      let found = 0
      let row = rights.inForce(id, kind)
      for (; row !== 0 && found < most; row = rights.olderInForce(row)) {
        if (rights.kind(row) !== kind) continue
        rows.push(row)
        found++
      }
    }
    return rows.sort((x, y) => x - y).slice(-most)
  }
}
