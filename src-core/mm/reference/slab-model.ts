/**
 * SLUB once more, written to be obviously right instead of fast: a slab is its free objects and its live ones. Programs
 * without mistakes must get the same addresses from it as from slab.ts.
 *
 * Kernel: KERNEL_FACTS 3.3. One cpu, one node, debug off.
 */
import type { PageModel } from './page-model.ts'

interface Slab {
  readonly pfn: number
  readonly order: number
  /** Free objects, the one to use first in front. */
  free: number[]
  readonly live: Set<number>
  /** On the list of partial slabs of the node. */
  node: boolean
}

export interface SlabShape {
  readonly stride: number
  readonly order: number
  readonly objects: number
  readonly minOrder: number
  readonly minObjects: number
  readonly minPartial: number
  readonly cpuPartialSlabs: number
}

export class SlabModel {
  private current: Slab | undefined
  /** Free objects that the cpu has taken from its slab. */
  private cpuFree: number[] = []
  private cpuPartial: Slab[] = []
  private node: Slab[] = []
  private readonly slabs = new Map<number, Slab>()

  constructor(
    private readonly pages: PageModel,
    private readonly shape: SlabShape,
    private readonly pageSize: number,
  ) {}

  alloc(): number {
    if (this.cpuFree.length === 0 && !this.refill()) return -1
    const object = this.cpuFree.shift() as number
    ;(this.current as Slab).live.add(object)
    return object
  }

  private refill(): boolean {
    this.current = this.cpuPartial.shift() ?? this.fromNode() ?? this.fresh()
    if (this.current === undefined) return false
    this.cpuFree = this.current.free
    this.current.free = []
    return true
  }

  private fromNode(): Slab | undefined {
    const first = this.node.shift()
    if (first === undefined) return undefined
    first.node = false
    for (const slab of this.node.splice(0, Math.floor(this.shape.cpuPartialSlabs / 2) + 1)) {
      slab.node = false
      this.cpuPartial.unshift(slab)
    }
    return first
  }

  private fresh(): Slab | undefined {
    const { shape, pages } = this
    const large = shape.order > shape.minOrder ? pages.alloc(shape.order, true, 0, false) : -1
    const pfn = large >= 0 ? large : pages.alloc(shape.minOrder, true)
    if (pfn < 0) return undefined
    const order = large >= 0 ? shape.order : shape.minOrder
    const objects = Array.from(
      { length: large >= 0 ? shape.objects : shape.minObjects },
      (_, i) => pfn * this.pageSize + i * shape.stride,
    )
    const slab = { pfn, order, free: objects, live: new Set<number>(), node: false }
    for (let i = 0; i < 2 ** order; i++) this.slabs.set(pfn + i, slab)
    return slab
  }

  free(object: number): void {
    const slab = this.slabs.get(Math.floor(object / this.pageSize)) as Slab
    slab.live.delete(object)
    if (slab === this.current) {
      this.cpuFree.unshift(object)
      return
    }
    const wasFull = slab.free.length === 0
    slab.free.unshift(object)
    if (wasFull) {
      if (this.cpuPartial.length >= this.shape.cpuPartialSlabs) this.toNode()
      this.cpuPartial.unshift(slab)
    } else if (slab.node && slab.live.size === 0 && this.node.length >= this.shape.minPartial) {
      this.node.splice(this.node.indexOf(slab), 1)
      this.discard(slab)
    }
  }

  private toNode(): void {
    for (const slab of this.cpuPartial.splice(0)) {
      if (slab.live.size === 0 && this.node.length >= this.shape.minPartial) {
        this.discard(slab)
      } else {
        slab.node = true
        this.node.push(slab)
      }
    }
  }

  private discard(slab: Slab): void {
    for (let i = 0; i < 2 ** slab.order; i++) this.slabs.delete(slab.pfn + i)
    this.pages.free(slab.pfn, slab.order)
  }
}
