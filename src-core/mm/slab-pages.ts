/**
 * Slabs as blocks of pages: which slab lies where, and how one goes back to the page allocator.
 *
 * Kernel: mm/slub.c, discard_slab(), free_slab(), rcu_free_slab().
 */
import { RefMode } from '../eras/era.ts'
import type { Frames } from '../machine/frames.ts'
import type { Memory } from '../machine/memory.ts'
import { hasKasan } from '../trace/abi.ts'
import { FrameKind, packUse, useAllocation } from '../trace/fields.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Cache } from './cache.ts'
import type { KernelReports } from './kernel-report.ts'
import type { PageAllocator } from './page-alloc.ts'
import { Quarantine } from './quarantine.ts'
import { SlabDebug } from './slab-debug.ts'
import { SLAB_TYPESAFE_BY_RCU } from './slab-flags.ts'
import { slabMachine, type SlabMachine } from './slab-geometry.ts'
import { SlabPlace, SlabTable } from './slab-table.ts'

export class SlabPages {
  /** Cpu that allocates and frees. */
  cpu = 0
  /** Every cache ever made; a cache's id is its index. */
  readonly caches: Cache[] = []
  readonly table: SlabTable
  readonly quarantine: Quarantine
  /** Slab id + 1 by first frame; 0 = no slab starts there. */
  protected readonly slabAt: Uint32Array
  protected readonly shift: number
  protected readonly pageSize: number
  /** Bytes of RAM: physical addresses are below. */
  protected readonly limit: number
  /** Generic KASAN is on. */
  protected readonly kasan: boolean
  protected readonly machine: SlabMachine
  protected readonly cpus: number
  /** Kernel virtual address of physical address 0. */
  protected readonly pageOffset: bigint
  protected readonly marks: SlabDebug
  /** Empty slabs whose pages wait for a grace period. */
  private readonly waiting: number[] = []

  constructor(
    protected readonly info: MachineInfo,
    protected readonly modes: Uint8Array,
    protected readonly frames: Frames,
    protected readonly memory: Memory,
    protected readonly pages: PageAllocator,
    protected readonly trace: TraceWriter,
    protected readonly reports: KernelReports,
  ) {
    this.slabAt = new Uint32Array(info.frames)
    this.shift = info.pageShift
    this.pageSize = 2 ** info.pageShift
    this.limit = info.frames * this.pageSize
    this.kasan = hasKasan(info)
    this.machine = slabMachine(info)
    this.cpus = info.cpus
    this.pageOffset = info.pageOffset
    this.table = new SlabTable(trace.mayBeLong)
    this.quarantine = new Quarantine(info.memory, trace.mayBeLong)
    this.marks = new SlabDebug(info, memory, reports)
  }

  /**
   * discard_slab(): an empty slab leaves its cache, and its pages go back: at once, or after a grace period where the
   * cache promises that to readers (TYPESAFE_BY_RCU).
   */
  protected discard(cache: Cache, slab: number): void {
    this.table.place[slab] = SlabPlace.GONE
    cache.slabs--
    if ((cache.flags & SLAB_TYPESAFE_BY_RCU) !== 0) this.waiting.push(slab)
    else this.freeSlab(cache, slab)
  }

  /** True while an empty slab of a TYPESAFE_BY_RCU cache waits for a grace period. */
  get awaitsGracePeriod(): boolean {
    return this.waiting.length > 0
  }

  /** A grace period has ended: slabs of TYPESAFE_BY_RCU caches that were empty before go back. */
  gracePeriodEnded(): void {
    for (const slab of this.waiting.splice(0)) this.freeSlab(this.caches[this.table.cache[slab]], slab)
  }

  /**
   * Gives the pages back. Where slab pages are counted this drops one count: a page that somebody else holds stays
   * allocated, without a type, until the last put.
   */
  private freeSlab(cache: Cache, slab: number): void {
    const { table, frames } = this
    const pfn = table.pfn[slab]
    const order = table.order[slab]
    cache.idle.push(slab)
    this.slabAt[pfn] = 0
    frames.setSlab(pfn, 0)
    if (this.modes[FrameKind.SLAB] !== RefMode.COUNTED) {
      this.pages.freeUnref(pfn, order)
      return
    }
    const use = frames.use[pfn]
    if (this.pages.freePages(pfn, order) !== 0 || frames.use[pfn] !== use) return
    for (let i = pfn; i < pfn + (1 << order); i++) frames.setUse(i, packUse(FrameKind.PAGE, useAllocation(use)))
  }

  protected slabOf(phys: number): number {
    return phys < this.limit ? this.slabAt[this.frames.headOf(phys >>> this.shift)] - 1 : -1
  }

  /** PageSlab() of the head of a page. */
  isSlab(pfn: number): boolean {
    return this.frames.slab[this.frames.headOf(pfn)] !== 0
  }

  /** Id of the cache whose slab holds this address; -1 = no slab. */
  cacheAt(phys: number): number {
    const slab = this.slabOf(phys)
    return slab < 0 ? -1 : this.table.cache[slab]
  }
}
