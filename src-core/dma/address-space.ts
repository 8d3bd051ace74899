/**
 * What a device sees: bus addresses and what they lead to.
 *
 * Kernel: kernel/dma/direct.h (direct: the bus address is the physical address), drivers/iommu/dma-iommu.c and iova.c
 * (an IOMMU: addresses are handed out top-down below 4 GiB and the device's mask, aligned to their size, and lead to
 * pages by a table).
 * Simplified: below the limit of a mask of less than 32 bits only such masks get addresses; strict invalidation, no
 * lazily flushed IOTLB; freed ranges are handed out again last in, first out.
 */

import { Field, IO_DEVICES, IO_PAGES, IO_READ, IO_WRITE } from '../trace/fields.ts'
import type { TraceWriter } from '../trace/writer.ts'

/** End of the IO addresses that are tried first (32 bits). */
const IOVA_LIMIT = 2 ** 32

/** Where a bus address leads. */
export interface Translation {
  readonly phys: number
  /** The device may read, may write. */
  readonly read: boolean
  readonly write: boolean
}

/** The address space of a device. */
export interface AddressSpace {
  readonly isIommu: boolean
  /**
   * Maps whole pages in a row; returns the bus address of the first. -1 = no addresses left up to `mask`, the highest
   * that the device can use.
   */
  map(pfns: readonly number[], read: boolean, write: boolean, mask: number): number
  unmap(address: number, pages: number): void
  /** Null: the access faults. */
  translate(address: number): Translation | null
}

/** No translation: every bus address is a physical address. */
export class DirectSpace implements AddressSpace {
  readonly isIommu = false

  constructor(
    private readonly memory: number,
    private readonly pageSize: number,
  ) {}

  map(pfns: readonly number[]): number {
    return pfns[0]! * this.pageSize
  }

  unmap(): void {
    // Nothing to take back: the device reaches all of memory, always.
  }

  translate(address: number): Translation | null {
    return address >= 0 && address < this.memory ? { phys: address, read: true, write: true } : null
  }
}

/** An IOMMU domain of one device. */
export class IommuSpace implements AddressSpace {
  readonly isIommu = true
  private readonly table = new Map<number, Translation>()
  private readonly free = new Map<number, number[]>()
  private top: number
  /** The same for masks of less than 32 bits, and where what belongs to them ends. */
  private shortTop = Infinity
  private shortEnd = 1

  constructor(
    private readonly pageSize: number,
    private readonly trace: TraceWriter,
    private readonly device: number,
  ) {
    this.top = IOVA_LIMIT / pageSize
  }

  map(pfns: readonly number[], read: boolean, write: boolean, mask: number): number {
    const first = this.take(pfns.length, Math.floor(Math.min(mask, IOVA_LIMIT - 1) / this.pageSize) + 1)
    if (first < 0) return -1
    pfns.forEach((pfn, i) => {
      this.table.set(first + i, { phys: pfn * this.pageSize, read, write })
      this.record(first + i, 0, this.valueOf(pfn, read, write))
    })
    return first * this.pageSize
  }

  private valueOf(pfn: number, read: boolean, write: boolean): number {
    return pfn + 1 + (read ? IO_READ : 0) + (write ? IO_WRITE : 0)
  }

  private record(page: number, before: number, after: number): void {
    if (this.device < IO_DEVICES) this.trace.delta(Field.IO_PAGE, this.device * IO_PAGES + page, before, after)
  }

  /** alloc_iova_fast(): a range that was freed last and fits, or the highest one below `limit` (a page). -1 = none. */
  private take(pages: number, limit: number): number {
    const list = this.free.get(pages) ?? []
    const again = list.findLastIndex((page) => page + pages <= limit)
    if (again >= 0) return list.splice(again, 1)[0]!
    const isShort = limit < IOVA_LIMIT / this.pageSize
    const align = 2 ** Math.ceil(Math.log2(pages))
    const end = isShort ? Math.min(this.shortTop, this.top, limit) : this.top
    const first = Math.floor((end - pages) / align) * align
    // Page 0 is never handed out.
    if (first < (isShort ? 1 : this.shortEnd)) return -1
    if (isShort) {
      this.shortTop = first
      this.shortEnd = Math.max(this.shortEnd, end)
    } else this.top = first
    return first
  }

  unmap(address: number, pages: number): void {
    const first = Math.floor(address / this.pageSize)
    for (let i = first; i < first + pages; i++) {
      const old = this.table.get(i)
      if (old === undefined) continue
      this.table.delete(i)
      this.record(i, this.valueOf(old.phys / this.pageSize, old.read, old.write), 0)
    }
    const list = this.free.get(pages)
    if (list === undefined) this.free.set(pages, [first])
    else list.push(first)
  }

  translate(address: number): Translation | null {
    const page = this.table.get(Math.floor(address / this.pageSize))
    return page === undefined ? null : { ...page, phys: page.phys + (address % this.pageSize) }
  }
}
