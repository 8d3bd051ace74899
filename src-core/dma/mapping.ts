/**
 * Streaming DMA mappings: direct, through an IOMMU, or through bounce buffers.
 *
 * Kernel: kernel/dma/mapping.c and direct.c, drivers/iommu/dma-iommu.c iommu_dma_map_sg() and __finalise_sg(),
 * kernel/dma/swiotlb.c; KERNEL_FACTS 6.4 and 6.6.
 * Simplified: an unmap ends the mapping whole, whatever size it names; every device can address all of memory.
 */
import { addsTo, changes, Part, reads } from '../machine/state-watch.ts'
import type { Kernel } from '../mm/kernel.ts'
import { Field } from '../trace/fields.ts'
import { BounceBuffers, copyBounce, type Bounce } from './bounce.ts'
import type { DmaDevice } from './device.ts'
import { layOut } from './iommu-segments.ts'
import { MAPPING_ERROR, type SgEntry } from './scatterlist.ts'

/** enum dma_data_direction. */
export const Direction = { BIDIRECTIONAL: 0, TO_DEVICE: 1, FROM_DEVICE: 2, NONE: 3 } as const

export type MappingKind = 'single' | 'page' | 'list'

/** A range of bus addresses and the bytes it was made for. */
interface MappedPart {
  readonly address: number
  readonly phys: number
  readonly length: number
  readonly bounce: Bounce | null
}

export interface Mapping {
  /** Right id, from 1. */
  readonly right: number
  readonly device: DmaDevice
  readonly kind: MappingKind
  readonly direction: number
  /** Bus address; of a list that of its first DMA entry. */
  readonly address: number
  /** Bytes given. */
  readonly size: number
  readonly parts: readonly MappedPart[]
  /** Ranges of bus pages to take back from an IOMMU. */
  readonly spans: readonly { readonly address: number; readonly pages: number }[]
  /** The list's entries; empty for one buffer. */
  readonly entries: readonly SgEntry[]
  /** Memory mapped, an allocation id; 0 = unknown. */
  readonly memory: number
}

export class Mappings {
  private lastRight = 0
  readonly live = new Map<number, Mapping>()
  readonly bounces: BounceBuffers
  private readonly pageSize: number

  constructor(private readonly kernel: Kernel) {
    this.pageSize = 2 ** kernel.info.pageShift
    this.bounces = new BounceBuffers(kernel)
  }

  /** A new right id; coherent memory takes its own from the same count. */
  takeRight(): number {
    return ++this.lastRight
  }

  /** dma_map_page(): the mapping, or null if there are no bus addresses or no bounce buffer left. */
  mapBuffer(
    device: DmaDevice,
    kind: MappingKind,
    phys: number,
    size: number,
    direction: number,
    memory: number,
  ): Mapping | null {
    const part = this.mapPart(device, phys, size, direction)
    if (part === null) return null
    const spans = device.space.isIommu ? [this.span(part.address, size)] : []
    return this.add(
      { device, kind, direction, address: part.address, size, parts: [part], spans, entries: [], memory },
      phys,
    )
  }

  /** Says that a mapping comes or goes. Bus addresses that an IOMMU hands out depend on those handed out before. */
  private tell(device: DmaDevice, parts: readonly MappedPart[]): void {
    if (device.space.isIommu) changes(Part.DMA, device)
    else addsTo(Part.DMA, device)
    for (const { phys, length } of parts) changes(Part.BYTES, null, phys, phys + Math.max(length, 1))
  }

  private mapPart(device: DmaDevice, phys: number, size: number, direction: number): MappedPart | null {
    if (device.space.isIommu) {
      const address = device.space.map(this.pfns(phys, size), ...this.rights(direction), device.mask)
      return address < 0 ? null : { address: address + (phys % this.pageSize), phys, length: size, bounce: null }
    }
    if (!this.kernel.config.swiotlb) return { address: phys, phys, length: size, bounce: null }
    const bounce = this.bounces.take(device.name, phys, size)
    // swiotlb_map(): the buffers lie where they lie.
    if (bounce !== null && bounce.phys + size - 1 > device.mask) {
      this.bounces.give(bounce)
      return null
    }
    return bounce === null ? null : { address: bounce.phys, phys, length: size, bounce }
  }

  /** What the device may do: read, write. */
  private rights(direction: number): [boolean, boolean] {
    return [direction !== Direction.FROM_DEVICE, direction !== Direction.TO_DEVICE]
  }

  private pfns(phys: number, size: number): number[] {
    const first = Math.floor(phys / this.pageSize)
    const last = Math.floor((phys + Math.max(size, 1) - 1) / this.pageSize)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  }

  private span(address: number, size: number): { address: number; pages: number } {
    const start = Math.floor(address / this.pageSize) * this.pageSize
    return { address: start, pages: Math.ceil((address - start + Math.max(size, 1)) / this.pageSize) }
  }

  /**
   * dma_map_sg(): maps the entries and fills their DMA side. Returns the mapping and the number of DMA entries, or
   * null. With an IOMMU they become one range of bus addresses; neighbours that meet at a page boundary are merged.
   */
  mapList(
    device: DmaDevice,
    entries: readonly SgEntry[],
    direction: number,
  ): { readonly mapping: Mapping; readonly count: number } | null {
    const first = entries[0]!
    const size = entries.reduce((sum, entry) => sum + entry.length, 0)
    const made = device.space.isIommu
      ? this.mapIommu(device, entries, direction)
      : this.mapEach(device, entries, direction)
    if (made === null) return null
    const mapping = this.add(
      {
        device,
        kind: 'list',
        direction,
        address: first.dmaAddress,
        size,
        entries,
        memory: first.memory,
        parts: made.parts,
        spans: made.spans,
      },
      first.id,
    )
    return { mapping, count: made.count }
  }

  private mapEach(device: DmaDevice, entries: readonly SgEntry[], direction: number) {
    const parts: MappedPart[] = []
    for (const entry of entries) {
      const part = this.mapPart(device, entry.pfn * this.pageSize + entry.offset, entry.length, direction)
      if (part === null) {
        for (const { bounce } of parts) if (bounce !== null) this.bounces.give(bounce)
        return null
      }
      parts.push(part)
    }
    parts.forEach((part, i) => {
      entries[i]!.dmaAddress = part.address
      entries[i]!.dmaLength = part.length
    })
    return { parts, spans: [], count: parts.length }
  }

  private mapIommu(device: DmaDevice, entries: readonly SgEntry[], direction: number) {
    const pages = entries.map((entry) => this.pfns(entry.pfn * this.pageSize + entry.offset, entry.length))
    const start = device.space.map(pages.flat(), ...this.rights(direction), device.mask)
    if (start < 0) return null
    const given = entries.map((entry) => ({ phys: entry.pfn * this.pageSize + entry.offset, length: entry.length }))
    const { parts, segments } = layOut(start, given, this.pageSize)
    entries.forEach((entry, i) => {
      entry.dmaAddress = segments[i]?.address ?? MAPPING_ERROR
      entry.dmaLength = segments[i]?.length ?? 0
    })
    return {
      parts: parts.map((part) => ({ ...part, bounce: null })),
      count: segments.length,
      spans: [{ address: start, pages: pages.flat().length }],
    }
  }

  private add(made: Omit<Mapping, 'right'>, range: number): Mapping {
    const mapping: Mapping = { ...made, right: this.takeRight() }
    this.tell(mapping.device, mapping.parts)
    this.live.set(mapping.right, mapping)
    const { trace } = this.kernel
    trace.delta(Field.DMA_RANGE, mapping.right, 0, range)
    trace.delta(Field.DMA_ADDRESS, mapping.right, 0, mapping.address >>> 0)
    trace.delta(Field.DMA_DEVICE, mapping.right, 0, mapping.device.id + 1)
    this.addRights(mapping, 1)
    return mapping
  }

  /** Ends a mapping: copies back what was bounced, takes the bus addresses back. */
  unmap(mapping: Mapping): void {
    const { trace } = this.kernel
    this.tell(mapping.device, mapping.parts)
    for (const { bounce } of mapping.parts) {
      if (bounce === null) continue
      changes(Part.BYTES, null, bounce.phys, bounce.phys + bounce.length)
      if (mapping.direction !== Direction.TO_DEVICE) copyBounce(this.kernel, bounce, true)
      this.bounces.give(bounce)
    }
    for (const span of mapping.spans) mapping.device.space.unmap(span.address, span.pages)
    this.live.delete(mapping.right)
    const range = mapping.kind === 'list' ? mapping.entries[0]!.id : mapping.parts[0]!.phys
    trace.delta(Field.DMA_RANGE, mapping.right, range, 0)
    trace.delta(Field.DMA_ADDRESS, mapping.right, mapping.address >>> 0, 0)
    trace.delta(Field.DMA_DEVICE, mapping.right, mapping.device.id + 1, 0)
    this.addRights(mapping, -1)
  }

  /** sync_for_cpu, sync_for_device of `length` bytes from `from`: what a bounce buffer makes visible. */
  sync(mapping: Mapping, forCpu: boolean, from = 0, length = mapping.size): void {
    const { direction } = mapping
    if (direction === (forCpu ? Direction.TO_DEVICE : Direction.FROM_DEVICE)) return
    let at = 0
    for (const { bounce, phys, length: bytes } of mapping.parts) {
      if (from + length > at && from < at + bytes) {
        changes(Part.BYTES, null, phys, phys + bytes)
        if (bounce !== null) changes(Part.BYTES, null, bounce.phys, bounce.phys + bytes)
      }
      if (bounce !== null && from + length > at && from < at + bytes) {
        const skip = Math.max(0, from - at)
        copyBounce(this.kernel, bounce, forCpu, skip, from + length - at - skip)
      }
      at += bytes
    }
  }

  private addRights(mapping: Mapping, n: number): void {
    const { frames } = this.kernel
    for (const { phys, length } of mapping.parts) {
      for (const pfn of this.pfns(phys, length)) frames.setRights(pfn, frames.rights[pfn]! + n)
    }
  }

  /** The mapping that starts at a bus address: the one that has most of form, size and direction, as for dma-debug. */
  find(device: DmaDevice, address: number, size: number, kind: MappingKind, direction: number): Mapping | null {
    let best: Mapping | null = null
    let score = -1
    let several = false
    for (const mapping of this.live.values()) {
      if (mapping.device !== device || mapping.address !== address) continue
      const fits =
        (mapping.kind === kind ? 2 : 0) + (mapping.size === size ? 1 : 0) + (mapping.direction === direction ? 1 : 0)
      several = best !== null
      if (fits > score) [best, score] = [mapping, fits]
    }
    // Which one is found, or none, depends on all the others.
    if (several) changes(Part.DMA, device)
    else if (best === null) reads(Part.DMA, device)
    return best
  }

  /** The mapping of a list, by its first entry. */
  findList(device: DmaDevice | null, first: SgEntry): Mapping | null {
    for (const mapping of this.live.values()) {
      if (mapping.entries[0] === first && (device === null || mapping.device === device)) return mapping
    }
    if (device !== null) reads(Part.DMA, device)
    return null
  }

  /** The mapping that a bus address lies in, and how far into it; one that covers `length` bytes first. */
  covering(
    device: DmaDevice,
    address: number,
    length: number,
  ): { mapping: Mapping; from: number; whole: boolean } | null {
    let found: { mapping: Mapping; from: number; whole: boolean } | null = null
    for (const mapping of this.live.values()) {
      if (mapping.device !== device) continue
      const from = this.within(mapping, address)
      if (from < 0) continue
      const whole = this.within(mapping, address + Math.max(length, 1) - 1) === from + Math.max(length, 1) - 1
      if (found !== null) reads(Part.DMA, device)
      if (found === null || (whole && !found.whole)) found = { mapping, from, whole }
    }
    if (found === null || device.space.isIommu) reads(Part.DMA, device)
    return found
  }

  /** Bytes from the start of a mapping to a bus address; -1 if it is outside. */
  private within(mapping: Mapping, address: number): number {
    let at = 0
    for (const part of mapping.parts) {
      if (address >= part.address && address < part.address + part.length) return at + address - part.address
      at += part.length
    }
    return -1
  }

  /** Mappings of a device that were not ended: what is pending at unbind. */
  pending(device: DmaDevice): number {
    reads(Part.DMA, device)
    let count = 0
    for (const mapping of this.live.values()) if (mapping.device === device) count++
    return count
  }
}
