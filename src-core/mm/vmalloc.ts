/**
 * vmalloc(): memory that is contiguous in addresses only. Addresses are page numbers inside vmalloc space.
 *
 * Kernel: mm/vmalloc.c, __vmalloc_node_range(), vm_area_alloc_pages(), vfree(), vmap(), vunmap(), vmalloc_to_page(),
 * __purge_vmap_area_lazy(); mm/util.c, kvmalloc_node().
 * Simplified: addresses are given out first fit from one table; no huge mappings; the descriptors of an area are not
 * allocated from slab.
 */
import type { Frames } from '../machine/frames.ts'
import { vmallocEnd } from '../machine/layout.ts'
import { addressText } from '../trace/abi.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind, packUse, useAllocation } from '../trace/fields.ts'
import { Flag } from '../trace/ops.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import { VmapSpace } from './vmap-space.ts'
import {
  GFP_KERNEL,
  kmallocAdjust,
  __GFP_COMP,
  __GFP_DIRECT_RECLAIM,
  __GFP_DMA,
  __GFP_DMA32,
  __GFP_HIGHMEM,
  __GFP_NOWARN,
} from './gfp.ts'
import type { KernelReports } from './kernel-report.ts'
import type { Slab } from './kmalloc.ts'
import type { PageAllocator } from './page-alloc.ts'
import { VM_ALLOC, VM_MAP_PUT_PAGES } from './vmalloc-flags.ts'

const INT_MAX = 0x7fff_ffff

/** A live area of vmalloc space (`struct vm_struct`). */
export interface VmArea {
  /** First page of the area. */
  readonly start: number
  /** Pages without the guard page. */
  readonly pages: number
  /** Bytes asked for. */
  readonly bytes: number
  readonly flags: number
  /** Its allocation: VMALLOC, or VMAP for a mapping of somebody's pages. */
  readonly allocation: number
  readonly pfns: readonly number[]
}

export class Vmalloc {
  /** Whether the number that kvmalloc() returned last is a page of vmalloc space (else a physical address). */
  kvIsVmalloc = false
  private readonly space: VmapSpace
  /** pfn + 1 by page of vmalloc space. */
  private table = new Uint32Array(256)
  private readonly areas = new Map<number, VmArea>()
  /** The pages of every live area, guard pages left out: start of the area + 1. */
  private owner = new Uint32Array(256)
  private readonly shift: number
  private readonly vmallocEnd: bigint
  /** totalram_pages(). */
  readonly totalPages: number

  constructor(
    private readonly info: MachineInfo,
    private readonly frames: Frames,
    private readonly pages: PageAllocator,
    private readonly slab: Slab,
    private readonly trace: TraceWriter,
    private readonly reports: KernelReports,
  ) {
    this.shift = info.pageShift
    this.vmallocEnd = vmallocEnd(info.arch)
    this.space = new VmapSpace(info.pageShift, info.cpus, Number(this.vmallocEnd - info.vmallocStart), trace)
    this.totalPages = info.zones.reduce((sum, zone) => sum + zone.end - zone.start, 0)
  }

  /** vmalloc(): first page of an area with a new allocation, or -1. `bytes` is 1 or more. `flags`: VM_USERMAP. */
  alloc(bytes: number, gfp: number, flags = 0): number {
    const pages = Math.ceil(bytes / 2 ** this.shift)
    this.pages.failedOrder = -1
    if (Math.floor(bytes / 2 ** this.shift) > this.totalPages) return this.fail(gfp, bytes, 'exceeds total pages')
    const start = this.takeSpace(pages + 1, gfp)
    if (start < 0) return this.fail(gfp, bytes, 'vm_struct allocation failed')
    const own = (gfp & (__GFP_DMA | __GFP_DMA32)) === 0 ? gfp | __GFP_HIGHMEM : gfp
    const mask = (own | __GFP_NOWARN) & ~__GFP_COMP
    const pfns: number[] = []
    while (pfns.length < pages) {
      const pfn = this.pages.take(0, mask)
      if (pfn < 0) break
      // The frame leaves the free lists at once; its owner is named below, when the area is known to be complete.
      pfns.push(pfn)
    }
    const id = pfns.length < pages ? 0 : this.trace.allocation(AllocationKind.VMALLOC, start, bytes)
    for (const pfn of pfns) this.pages.prepare(pfn, 0, mask, packUse(FrameKind.VMALLOC, id))
    if (id === 0) {
      for (const pfn of pfns) this.pages.freePages(pfn, 0)
      this.space.cancel(start, pages + 1)
      return this.fail(own, pfns.length * 2 ** this.shift, 'failed to allocate pages')
    }
    this.install({ start, pages, bytes, flags: VM_ALLOC | flags, allocation: id, pfns })
    return start
  }

  /** `bytes` as the kernel's message has it: of an area that got too few pages, what it got. */
  private fail(gfp: number, bytes: number, why: string): -1 {
    if (this.pages.pressure?.() !== true) this.pages.failure.warnAlloc(gfp, `vmalloc error: size ${bytes}, ${why}`)
    return -1
  }

  /** alloc_vmap_area(): first page of a free range, its guard page counted; -1 and a message if there is none. */
  private takeSpace(pages: number, gfp: number): number {
    const start = this.space.take(pages)
    if (start < 0 && (gfp & __GFP_NOWARN) === 0)
      this.pages.failure.spaceRestricted(pages * 2 ** this.shift, this.info.vmallocStart, this.vmallocEnd)
    return start
  }

  private install(area: VmArea): void {
    const end = area.start + area.pages + 1
    if (end > this.table.length) this.grow(end)
    this.areas.set(area.start, area)
    area.pfns.forEach((pfn, i) => {
      this.setPage(area.start + i, pfn + 1)
      this.owner[area.start + i] = area.start + 1
    })
  }

  private grow(pages: number): void {
    const length = Math.max(pages, this.table.length * 2)
    const table = new Uint32Array(length)
    table.set(this.table)
    this.table = table
    const owner = new Uint32Array(length)
    owner.set(this.owner)
    this.owner = owner
  }

  private setPage(vpage: number, value: number): void {
    const old = this.table[vpage]
    if (old === value) return
    this.table[vpage] = value
    this.trace.delta(Field.VMAP, vpage, old, value)
  }

  private uninstall(area: VmArea): void {
    this.areas.delete(area.start)
    for (let i = area.start; i < area.start + area.pages; i++) {
      this.setPage(i, 0)
      this.owner[i] = 0
    }
    this.space.release(area.start, area.pages + 1)
  }

  /**
   * vfree(): unmaps the area, then drops one count of each of its pages; a page that somebody else holds stays, as a
   * page without an owner. Any page of the area names it, its guard page too. FAILED and WARNED: there is no area.
   */
  free(vpage: number): number {
    const area = this.areaAround(vpage)
    if (area === undefined) return this.nonexistent('vfree', vpage)
    this.uninstall(area)
    if ((area.flags & VM_ALLOC) !== 0) {
      // A page that somebody gave back before: DEBUG_VM stops here.
      for (const pfn of area.pfns) if ((this.freePage(pfn) & Flag.FAULT) !== 0) return Flag.FAULT
    } else {
      this.addRights(area, -1)
      if ((area.flags & VM_MAP_PUT_PAGES) !== 0) for (const pfn of area.pfns) this.pages.freePages(pfn, 0)
    }
    return Flag.LAST
  }

  private freePage(pfn: number): number {
    const use = this.frames.use[pfn]
    const flags = this.pages.freePages(pfn, 0)
    if ((flags & (Flag.LAST | Flag.FAULT)) === 0 && use >>> 28 === FrameKind.VMALLOC) {
      this.frames.setUse(pfn, packUse(FrameKind.PAGE, useAllocation(use)))
    }
    return flags
  }

  private nonexistent(name: string, vpage: number): number {
    const address = addressText(this.info, this.info.vmallocStart + (BigInt(vpage) << BigInt(this.shift)))
    this.reports.add('warn', `Trying to ${name}() nonexistent vm area (${address})`)
    return Flag.FAILED | Flag.WARNED
  }

  /** vfree() of an address that is not page aligned or not in vmalloc space: two warnings, nothing is freed. */
  freeBad(address: bigint): number {
    this.reports.add('warn', `Trying to vfree() bad address (${addressText(this.info, address)})`)
    this.reports.add('warn', `Trying to vfree() nonexistent vm area (${addressText(this.info, address)})`)
    return Flag.FAILED | Flag.WARNED
  }

  /** vmap(): a second mapping of pages; takes no reference. First page of the area, or -1. */
  map(pfns: readonly number[], flags: number): number {
    if (pfns.length === 0 || pfns.length > this.totalPages) return -1
    const start = this.takeSpace(pfns.length + 1, GFP_KERNEL)
    if (start < 0) return -1
    const bytes = pfns.length * 2 ** this.shift
    const allocation = this.trace.allocation(AllocationKind.VMAP, start, bytes)
    const area = { start, pages: pfns.length, bytes, flags: flags & ~VM_ALLOC, allocation, pfns: [...pfns] }
    this.install(area)
    this.addRights(area, 1)
    return start
  }

  private addRights(area: VmArea, n: number): void {
    for (const pfn of area.pfns) this.frames.setRights(pfn, this.frames.rights[pfn] + n)
  }

  /** vunmap(): ends a mapping, leaves the pages alone (also those of a VM_MAP_PUT_PAGES area and of vmalloc()). */
  unmap(vpage: number): number {
    const area = this.areaAround(vpage)
    if (area === undefined) return this.nonexistent('vunmap', vpage)
    this.uninstall(area)
    if ((area.flags & VM_ALLOC) === 0) this.addRights(area, -1)
    return Flag.LAST
  }

  /** vmalloc_to_page(): the frame behind a page of vmalloc space, -1 when nothing is mapped there. */
  translate(vpage: number): number {
    return vpage >= 0 && vpage < this.table.length ? this.table[vpage] - 1 : -1
  }

  /** The live area that a page of vmalloc space lies in (its guard page does not count). */
  areaAt(vpage: number): VmArea | undefined {
    const start = vpage >= 0 && vpage < this.owner.length ? this.owner[vpage] - 1 : -1
    return start < 0 ? undefined : this.areas.get(start)
  }

  /** find_unlink_vmap_area(): the live area that a page lies in, or is the guard page of. */
  private areaAround(vpage: number): VmArea | undefined {
    const before = this.areaAt(vpage - 1)
    return this.areaAt(vpage) ?? (before !== undefined && before.start + before.pages === vpage ? before : undefined)
  }

  /** Id of the allocation of the live area at a page; 0 = none. */
  allocationAt(vpage: number): number {
    return this.areaAt(vpage)?.allocation ?? 0
  }

  /** Live areas by address. */
  liveAreas(): VmArea[] {
    return [...this.areas.values()].sort((a, b) => a.start - b.start)
  }

  /**
   * kvmalloc(): kmalloc() first; what is larger than a page may fall back to vmalloc(). `kvIsVmalloc` says what the
   * number is.
   */
  kvmalloc(bytes: number, gfp: number): number {
    const pageSize = 2 ** this.shift
    this.kvIsVmalloc = false
    const phys = this.slab.kmalloc(bytes, kmallocAdjust(gfp, bytes, pageSize))
    if (phys >= 0 || bytes <= pageSize || (gfp & __GFP_DIRECT_RECLAIM) === 0) return phys
    if (bytes > INT_MAX) {
      this.pages.failure.warnOnce(gfp, 'mm/util.c:670 __kvmalloc_node_noprof')
      return phys
    }
    // kmalloc() reclaims once, unless it asks for much.
    if (this.pages.pressure?.() === true) return -1
    this.kvIsVmalloc = true
    return this.alloc(bytes, gfp)
  }
}
