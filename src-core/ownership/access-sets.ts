/** Questions about rights: what can reach a piece of memory or a frame at a step (DESIGN §1.1). */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { NO_SUBJECT } from '../trace/ops.ts'
import { hasFrameBase, IS_POINTER_DERIVE, isPageKind } from './op-classes.ts'
import { isBlockRight, isReference, RightKind } from './right-table.ts'
import { Shadow } from './shadow.ts'

/** A right as views and `sim.access_set` show it. */
export interface Right {
  readonly kind:
    | 'owner'
    | 'page-reference'
    | 'kmap'
    | 'vmap'
    | 'dma-mapping'
    | 'pte'
    | 'pin'
    | 'pipe'
    | 'lru'
    | 'device-pte'
    | 'device-tlb'
    | 'lru-batch'
  readonly on: 'page' | 'bytes'
  readonly allocation: number
  /** Frame it was taken through; NO_SUBJECT for an owner. */
  readonly pfn: number
  readonly task: number
  /** Step that took it. */
  readonly from: number
  /** Step that ended it; 0 = still held. */
  readonly to: number
}

/** What each `RightKind` is called in reports and views. */
export const RIGHT_NAMES = [
  'owner',
  'page-reference',
  'page-reference',
  'kmap',
  'kmap',
  'vmap',
  'dma-mapping',
  'pte',
  'pte',
  'pin',
  'pipe',
  'lru',
  'device-pte',
  'device-tlb',
  'lru-batch',
] as const

export class AccessSets extends Shadow {
  /** What can reach the memory after `step`: the owner first, then oldest first. */
  accessSet(allocation: number, step: number): Right[] {
    const table = this.allocations
    if (allocation <= 0 || allocation > table.lastId || table.bornAt(allocation) > step) return []
    const out: Right[] = []
    const ended = table.ownerEnd(allocation)
    if (table.kind(allocation) !== AllocationKind.SLAB && (ended === 0 || ended > step))
      out.push(this.ownerRight(allocation))
    const slab = table.slab(allocation)
    const rows = this.rowsAt(allocation, step)
    if (slab !== 0) rows.push(...this.rowsAt(slab, step).filter((row) => this.reachesObject(row, allocation)))
    rows.sort((x, y) => this.rights.from(x) - this.rights.from(y) || x - y)
    return [...out, ...rows.map((row) => this.right(row))]
  }

  /** Every right that reaches a frame after `step`. */
  accessSetOfFrame(pfn: number, step: number): Right[] {
    const table = this.allocations
    const out: Right[] = []
    for (let id = 1; id <= table.lastId; id++) {
      if (!hasFrameBase(table.kind(id)) || table.bornAt(id) > step) continue
      const first = table.base(id)
      const frames = Math.max(1, Math.ceil(table.size(id) / 2 ** this.shift))
      if (pfn < first || pfn >= first + frames) continue
      const block = table.kind(id) !== AllocationKind.PAGES
      for (const right of this.accessSet(id, step)) {
        if (right.kind === 'owner' || right.pfn === pfn || (block && right.on === 'page')) out.push(right)
      }
    }
    const holder = this.occupant(pfn)
    if (out.length === 0 && holder !== 0) return this.accessSet(holder, step)
    return out
  }

  /** All rights ever taken on an allocation, oldest first; the owner's is not among them. */
  rightsOf(allocation: number): Right[] {
    const out: Right[] = []
    for (let row = this.allocations.rights(allocation); row !== 0; row = this.rights.older(row)) {
      if (this.rights.kind(row) !== RightKind.BELIEF) out.push(this.right(row))
    }
    return out.reverse()
  }

  /** Steps that made plain pointers into an allocation up to `step`, oldest first. */
  pointersOf(allocation: number, step: number): number[] {
    return this.pointerRows(allocation)
      .filter((row) => this.pointers.step(row) <= step)
      .map((row) => this.pointers.step(row))
  }

  /**
   * Rows of `pointers` that are plain pointers into an allocation (of an object: into its slab page too), oldest
   * first.
   */
  pointerRows(allocation: number): number[] {
    const table = this.allocations
    const out: number[] = []
    const collect = (id: number, reaches: (row: number) => boolean): void => {
      for (let row = table.pointers(id); row !== 0; row = this.pointers.older(row)) {
        if (IS_POINTER_DERIVE[this.pointers.op(row)] === 1 && reaches(row)) out.push(row)
      }
    }
    collect(allocation, () => true)
    const slab = table.slab(allocation)
    if (slab !== 0) {
      const frame = table.base(allocation) >>> this.shift
      collect(slab, (row) => this.pointers.step(row) > table.bornAt(allocation) && this.pointsIntoFrame(row, frame))
    }
    return out.sort((x, y) => x - y)
  }

  private pointsIntoFrame(row: number, frame: number): boolean {
    const subject = this.pointers.subject(row)
    return subject === frame || subject >>> this.shift === frame
  }

  private rowsAt(allocation: number, step: number): number[] {
    const out: number[] = []
    const { rights } = this
    for (let row = this.allocations.rights(allocation); row !== 0; row = rights.older(row)) {
      if (rights.kind(row) === RightKind.BELIEF || rights.from(row) > step) continue
      if (rights.to(row) === 0 || rights.to(row) > step) out.push(row)
    }
    return out
  }

  /** True if a right on a slab page reaches one of its objects: a reference keeps all of it, a mapping one page. */
  reachesObject(row: number, object: number): boolean {
    if (isReference(this.rights.kind(row))) return true
    const first = this.allocations.base(object) >>> this.shift
    const last = (this.allocations.base(object) + Math.max(1, this.allocations.size(object)) - 1) >>> this.shift
    return this.rights.pfn(row) >= first && this.rights.pfn(row) <= last
  }

  right(row: number): Right {
    const kind = this.rights.kind(row)
    return {
      kind: RIGHT_NAMES[kind] ?? 'page-reference',
      on: isBlockRight(kind) ? 'page' : 'bytes',
      allocation: this.rights.allocation(row),
      pfn: this.rights.pfn(row),
      task: this.rights.task(row),
      from: this.rights.from(row),
      to: this.rights.to(row),
    }
  }

  private ownerRight(allocation: number): Right {
    const table = this.allocations
    return {
      kind: 'owner',
      on: isPageKind(table.kind(allocation)) ? 'page' : 'bytes',
      allocation,
      pfn: NO_SUBJECT,
      task: table.task(allocation),
      from: table.bornAt(allocation),
      to: table.ownerEnd(allocation),
    }
  }
}
