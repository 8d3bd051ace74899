/**
 * Coherent memory: the CPU and a device may both use it at any time.
 *
 * Kernel: kernel/dma/mapping.c dma_alloc_attrs(), direct.c dma_direct_alloc(), drivers/iommu/dma-iommu.c
 * iommu_dma_alloc_remap(); KERNEL_FACTS 6.5. Directly mapped memory lies in the linear map; behind an IOMMU it is a
 * vmalloc area of single pages, so `virt_to_page` of the CPU address is wrong there.
 * Simplified: no DMA pools, no contiguous memory allocator.
 */
import { zoneDmaLimit } from '../machine/layout.ts'
import { addsTo, changes, Part, reads } from '../machine/state-watch.ts'
import type { Kernel } from '../mm/kernel.ts'
import { __GFP_COMP, __GFP_DMA, __GFP_DMA32, __GFP_HIGHMEM, __GFP_ZERO } from '../mm/gfp.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind } from '../trace/fields.ts'
import { CoherentMismatch, Flag } from '../trace/ops.ts'
import type { DmaDevice } from './device.ts'

export interface CoherentMemory {
  readonly right: number
  readonly device: DmaDevice
  /** Allocation id. */
  readonly allocation: number
  readonly size: number
  readonly address: number
  /** First byte: physical address, or -1 when it is a vmalloc area. */
  readonly phys: number
  /** First page of the vmalloc area, or -1. */
  readonly vpage: number
  readonly order: number
}

export class Coherent {
  readonly live = new Map<number, CoherentMemory>()
  private readonly pageSize: number

  constructor(
    private readonly kernel: Kernel,
    private readonly nextRight: () => number,
  ) {
    this.pageSize = 2 ** kernel.info.pageShift
  }

  /** dma_alloc_coherent(): zeroed memory, or null. With __GFP_COMP the kernel warns and refuses. */
  alloc(device: DmaDevice, size: number, gfp: number): CoherentMemory | null {
    if (size === 0 || (gfp & __GFP_COMP) !== 0) return null
    const mask = (gfp & ~(__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM)) | __GFP_ZERO
    const made = device.space.isIommu ? this.allocRemapped(device, size, mask) : this.allocDirect(device, size, mask)
    if (made === null) return null
    this.tell(device)
    const memory = { ...made, device, size, right: this.nextRight(), allocation: this.kernel.trace.lastAllocation }
    this.live.set(memory.right, memory)
    this.kernel.trace.delta(Field.DMA_ADDRESS, memory.right, 0, memory.address >>> 0)
    this.kernel.trace.delta(Field.DMA_DEVICE, memory.right, 0, device.id + 1)
    return memory
  }

  /** Says that coherent memory comes or goes (mapping.ts: tell). */
  private tell(device: DmaDevice): void {
    if (device.space.isIommu) changes(Part.DMA, device)
    else addsTo(Part.DMA, device)
  }

  /** dma_direct_alloc(): from the zone that the coherent mask asks for, from ZONE_DMA if that lies too high. */
  private allocDirect(device: DmaDevice, size: number, gfp: number) {
    const { pages, info } = this.kernel
    const order = pages.orderOf(size)
    const { coherentMask } = device
    const first = coherentMask <= zoneDmaLimit(info) ? __GFP_DMA : coherentMask <= 0xffff_ffff ? __GFP_DMA32 : 0
    for (const zone of first === __GFP_DMA ? [first] : [first, __GFP_DMA]) {
      const mask = (gfp & ~__GFP_ZERO) | zone
      const pfn = pages.waiting(() => pages.alloc(order, mask, FrameKind.PAGE, AllocationKind.COHERENT))
      if (pfn < 0) return null
      const phys = pfn * this.pageSize
      const bytes = Math.ceil(size / this.pageSize) * this.pageSize
      if (phys + bytes - 1 <= coherentMask) {
        this.kernel.memory.fill(phys, bytes, 0)
        return { address: phys, phys, vpage: -1, order }
      }
      pages.freePages(pfn, order)
    }
    return null
  }

  private allocRemapped(device: DmaDevice, size: number, gfp: number) {
    const { vmalloc, pages: allocator } = this.kernel
    const vpage = allocator.waiting(() => vmalloc.alloc(size, gfp))
    if (vpage < 0) return null
    const pages = Math.ceil(size / this.pageSize)
    const pfns = Array.from({ length: pages }, (_, i) => vmalloc.translate(vpage + i))
    const address = device.space.map(pfns, true, true, device.coherentMask)
    if (address >= 0) return { address, phys: -1, vpage, order: 0 }
    vmalloc.free(vpage)
    return null
  }

  /**
   * The memory that a free is about. Directly mapped it is what the bus address names, of whatever device: the kernel
   * frees the pages there. Behind an IOMMU the CPU address says which area it is.
   */
  find(device: DmaDevice, phys: number, vpage: number, address: number): CoherentMemory | null {
    let byAddress: CoherentMemory | null = null
    reads(Part.DMA, device)
    for (const memory of this.live.values()) {
      if (!device.space.isIommu) {
        if (memory.phys >= 0 && memory.phys === address - (address % this.pageSize)) return memory
        continue
      }
      if (memory.device !== device) continue
      if ((phys >= 0 && memory.phys === phys) || (vpage >= 0 && memory.vpage === vpage)) return memory
      if (memory.address === address) byAddress = memory
    }
    return byAddress
  }

  /** What a free through a device names wrongly, `CoherentMismatch` bits. */
  mismatch(
    device: DmaDevice,
    memory: CoherentMemory | null,
    size: number,
    phys: number,
    vpage: number,
    address: number,
  ): number {
    if (memory === null || memory.device !== device) return CoherentMismatch.UNKNOWN
    const pages = (bytes: number): number => Math.ceil(bytes / this.pageSize)
    return (
      (memory.size !== size && (pages(memory.size) !== pages(size) || this.kernel.config.debug)
        ? CoherentMismatch.SIZE
        : 0) |
      (memory.address !== address ? CoherentMismatch.HANDLE : 0) |
      (memory.phys !== phys || memory.vpage !== vpage ? CoherentMismatch.ADDRESS : 0)
    )
  }

  /** dma_free_coherent() through a device, of `find`'s memory. Flags as of the allocator's free. */
  free(device: DmaDevice, memory: CoherentMemory | null, size: number, address: number): number {
    if (!device.space.isIommu) return this.freeDirect(memory, size, address)
    if (memory === null) return Flag.FAILED
    this.end(memory)
    device.space.unmap(memory.address, Math.ceil(memory.size / this.pageSize))
    return this.kernel.vmalloc.free(memory.vpage)
  }

  /**
   * dma_direct_free(): the pages from the bus address on, as many as the size says, whoever has them. The order of size
   * 0 is larger than any: the kernel walks off the end of memory.
   */
  private freeDirect(memory: CoherentMemory | null, size: number, address: number): number {
    const { pages, frames } = this.kernel
    const pfn = Math.floor(address / this.pageSize)
    if (size === 0 || !frames.valid(pfn)) return Flag.WILD | Flag.FAULT
    if (memory !== null) this.end(memory)
    return pages.freePages(pfn, pages.orderOf(size))
  }

  /** The device may not use it any more. */
  private end(memory: CoherentMemory): void {
    const { trace } = this.kernel
    this.live.delete(memory.right)
    this.tell(memory.device)
    trace.delta(Field.DMA_ADDRESS, memory.right, memory.address >>> 0, 0)
    trace.delta(Field.DMA_DEVICE, memory.right, memory.device.id + 1, 0)
  }

  /** The memory of a device that a bus address lies in; `whole`: it covers all bytes. */
  covering(device: DmaDevice, address: number, length: number): { memory: CoherentMemory; whole: boolean } | null {
    reads(Part.DMA, device)
    for (const memory of this.live.values()) {
      const end = memory.address + Math.ceil(memory.size / this.pageSize) * this.pageSize
      if (memory.device !== device || address < memory.address || address >= end) continue
      return { memory, whole: address + length <= end }
    }
    return null
  }

  pending(device: DmaDevice): number {
    reads(Part.DMA, device)
    let count = 0
    for (const memory of this.live.values()) if (memory.device === device) count++
    return count
  }
}
