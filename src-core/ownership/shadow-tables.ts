/**
 * The tables of the shadow: allocations, rights, pointers, who occupies each frame; what a trace says is made, and the
 * questions that everybody asks.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Op } from '../trace/ops.ts'
import type { TaskInfo } from '../trace/record.ts'
import { AllocationTable, Mark, MARK_SHIFT, NO_ORDER, Word, WORDS, type SpareRows } from './allocation-table.ts'
import { hasFrameBase, IS_CACHE_ALLOC, isPageKind, isSlabObject } from './op-classes.ts'
import { ContextTable } from './context-table.ts'
import { DmaTable } from './dma-table.ts'
import { Doubts } from './doubts.ts'
import { PointerTable } from './pointer-table.ts'
import { PteTable } from './pte-table.ts'
import { RightTable } from './right-table.ts'
import { StepLog } from './step-log.ts'

/** How well a get at one site fits a put at another: more is better. 0 = nothing connects them. */
export type Affinity = (getSite: number, putSite: number) => number

export class ShadowTables {
  readonly steps = new StepLog()
  readonly allocations: AllocationTable
  readonly rights = new RightTable(this.steps)
  readonly pointers = new PointerTable(this.steps)
  /** Scatterlist entries, DMA mappings and devices. */
  readonly dma = new DmaTable()
  /** Puts that may have dropped one of several references. */
  readonly doubts = new Doubts()
  /** What keeps each task from sleeping. */
  readonly contexts: ContextTable
  /** Where entries of user page tables lie. */
  readonly entries = new PteTable()
  /** Last step folded. */
  step = 0
  /** Allocation that occupies each frame, the last one that did, and the frame's kind. */
  readonly occupants: Uint32Array
  /** Both of the columns around this, one after the other, for a loop that writes both. */
  readonly holders: Int32Array
  readonly lastOccupants: Uint32Array
  readonly frameKinds: Uint8Array
  readonly shift: number
  /** Kmap rights in force on slab pages: while there are any, freeing an object is notable. */
  protected slabMappings = 0
  /** Row of `rights` by right id of the trace. */
  protected readonly rowOfRight: number[] = []
  protected readonly rowsOfArea = new Map<number, number[]>()
  /** Newest slab object at each starting address; filled up to `indexed` when asked. */
  protected readonly objects = new Map<number, number>()
  private indexed = 0
  /** Bytes of the largest slab object indexed, at least those of kmalloc-8k. */
  private largest = 8192
  protected readonly lookups = new Map<number, { readonly step: number; readonly occupant: number }>()
  private readonly caches = new Map<number, number>()
  protected readonly splits = new Map<number, number>()

  constructor(
    machine: { readonly frames: number; readonly pageShift: number },
    tasks: () => readonly TaskInfo[] = () => [],
    protected readonly affinity: Affinity = () => 0,
    spareRows: SpareRows | null = null,
  ) {
    this.allocations = new AllocationTable(this.steps, spareRows)
    this.contexts = new ContextTable(tasks)
    this.holders = new Int32Array(machine.frames * 2)
    this.occupants = new Uint32Array(this.holders.buffer, 0, machine.frames)
    this.lastOccupants = new Uint32Array(this.holders.buffer, machine.frames * 4, machine.frames)
    this.frameKinds = new Uint8Array(machine.frames)
    this.shift = machine.pageShift
  }

  /** Takes in the allocations that steps up to `step` made; `op` and `a` are of the step itself. */
  protected ingest(chunk: TraceChunk, step: number, op: number, a: number): void {
    const columns = chunk.allocations
    const table = this.allocations
    for (
      let at = table.lastId - chunk.firstAllocation + 1;
      at < chunk.allocationCount && columns.step[at] <= step;
      at++
    ) {
      const kind = columns.kind[at]
      let extra = 0
      if (isPageKind(kind)) {
        const pages = columns.size[at] >>> this.shift
        extra = op === Op.alloc_pages_exact || (pages & (pages - 1)) !== 0 ? NO_ORDER : 31 - Math.clz32(pages)
      } else if ((kind === AllocationKind.CACHE_OBJECT && IS_CACHE_ALLOC[op] === 1) || kind === AllocationKind.CACHE) {
        extra = a + 1
        if (kind === AllocationKind.CACHE) this.caches.set(extra, columns.step[at])
      }
      table.add(kind, columns.base[at], columns.size[at], columns.step[at], extra)
    }
  }

  /** A frame left an allocation: if it was the first one, the memory went back. */
  protected vacated(id: number, pfn: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (words[at + Word.BASE] === pfn && hasFrameBase(words[at] & 0xff)) this.released(id, step)
  }

  /** The memory went back to its allocator. */
  protected released(id: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (id === 0 || (words[at] & (Mark.FREED << MARK_SHIFT)) !== 0) return
    words[at] |= Mark.FREED << MARK_SHIFT
    words[at + Word.FREED] = step
  }

  /** Step at which split_page() reduced an allocation to its first page; 0 = never. */
  splitAt(id: number): number {
    return this.splits.get(id) ?? 0
  }

  /** Allocation that holds a byte: in a slab page the object there; 0 = none. */
  memoryAt(phys: number): number {
    const holder = this.occupant(phys >>> this.shift)
    return this.allocations.kind(holder) === AllocationKind.SLAB ? this.objectAt(phys) || holder : holder
  }

  /** Live vmalloc or vmap area at a page of vmalloc space; 0 = none. */
  areaAt(page: number): number {
    const { allocations: table } = this
    for (let id = table.lastId; id > 0; id--) {
      const kind = table.kind(id)
      if ((kind !== AllocationKind.VMALLOC && kind !== AllocationKind.VMAP) || table.freedAt(id) !== 0) continue
      const pages = Math.ceil(table.size(id) / 2 ** this.shift)
      if (page >= table.base(id) && page < table.base(id) + pages) return id
    }
    return 0
  }

  /** Allocation that holds a frame at the end of what was folded; 0 = none. */
  occupant(pfn: number): number {
    return this.occupants[pfn] ?? 0
  }

  /** Allocation that holds or held a frame last; 0 = none. */
  lastOccupant(pfn: number): number {
    return this.lastOccupants[pfn] ?? 0
  }

  /** `FrameKind` of a frame after its last change; 0 if this run never changed it. */
  frameKind(pfn: number): number {
    return this.frameKinds[pfn] ?? 0
  }

  /** Newest slab object that covers a physical address, live or freed; 0 = none. */
  objectAt(phys: number): number {
    const table = this.allocations
    for (; this.indexed < table.lastId;) {
      const id = ++this.indexed
      if (!isSlabObject(table.kind(id))) continue
      this.objects.set(table.base(id), id)
      this.largest = Math.max(this.largest, table.size(id))
    }
    for (let at = phys - (phys % 8), tries = 0; at >= 0 && tries <= this.largest / 8; at -= 8, tries++) {
      const id = this.objects.get(at)
      if (id !== undefined) return phys < at + Math.max(table.size(id), 1) ? id : 0
    }
    return 0
  }

  /** The newest lookup of a frame by number or address, and what the frame held then; null = none. */
  lookup(pfn: number): { readonly step: number; readonly occupant: number } | null {
    return this.lookups.get(pfn) ?? null
  }

  /** Step that made a cache, by cache id + 1; 0 = it came with the kernel. */
  cacheBirth(cache: number): number {
    return this.caches.get(cache) ?? 0
  }

  /** Trace row of `rights` for a right id of the trace (kmap); 0 = unknown. */
  rowOf(rightId: number): number {
    return this.rowOfRight[rightId] ?? 0
  }
}
