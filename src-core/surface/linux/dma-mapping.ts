/** linux/dma-mapping.h: giving memory to devices. Follows kernel/dma/mapping.c at v6.12. */
import { zoneDmaLimit } from '../../machine/layout.ts'
import { maySleep } from '../../mm/gfp.ts'
import type { DmaDevice } from '../../dma/device.ts'
import { Direction, type Mapping, type MappingKind } from '../../dma/mapping.ts'
import { MAPPING_ERROR, type SgEntry } from '../../dma/scatterlist.ts'
import { changes, Part } from '../../machine/state-watch.ts'
import { CoherentMismatch, DMA_RIGHTS, Flag, KindFlag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { device } from '../handles/device.ts'
import type { page } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import type { sg_table } from '../handles/scatterlist.ts'
import { busAddress, dmaMappingError } from '../scatter.ts'
import { wordOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const ENOMEM = 12
const EIO = 5
const MAX_BYTES = 2 ** 31 - 1
const MAX_ENTRIES = 2 ** 15 - 1

export function linuxDmaMapping(s: Surface) {
  const mappingError = dmaMappingError(s)
  const { trace, failures, access, scatter, kernel } = s
  const { mappings, coherent } = s.dma

  function deviceOf(dev: unknown, kind: number): DmaDevice {
    if (device.is(dev)) return device.behind(dev)
    if (dev === null || dev === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'a device made by sim.device()')
  }
  /** A direction; another number is a BUG. */
  function directionOf(dir: number, kind: number): number {
    if (dir === Direction.BIDIRECTIONAL || dir === Direction.TO_DEVICE || dir === Direction.FROM_DEVICE) return dir
    s.done(kind, 0, NO_SUBJECT, 0, 0, Flag.FAULT)
    return Direction.NONE
  }
  const detail = (mapping: Mapping | null, dir: number): number => (mapping?.right ?? 0) + DMA_RIGHTS * dir
  /** A bus address as number; -2 stands for one that no mapping has. */
  function addressOf(addr: unknown, kind: number): number {
    if (typeof addr !== 'bigint' && typeof addr !== 'number') throw s.wrongType(kind, 'a DMA address (a bigint)')
    if (typeof addr === 'number' && !Number.isInteger(addr)) throw s.wrongType(kind, 'a DMA address (a bigint)')
    const value = BigInt.asUintN(8 * s.access.word, BigInt(addr))
    return value === mappingError ? MAPPING_ERROR : value < 1n << 52n ? Number(value) : -2
  }

  /**
   * dma_supported(): a device has to reach ZONE_DMA, or all of memory where that is less. Behind an IOMMU any mask will
   * do: bus addresses are handed out below it.
   */
  function setMask(site: Site, dev: device, mask: bigint, streaming: boolean, coherent: boolean): number {
    const reach = Number(wordOf(mask, 'mask'))
    trace.begin(site)
    const behind = deviceOf(dev, Op.other)
    const fits = behind.space.isIommu || reach >= Math.min(kernel.config.memory - s.pageSize, zoneDmaLimit(kernel.info))
    if (fits && streaming) behind.mask = reach
    changes(Part.DMA, behind)
    if (fits && coherent) behind.coherentMask = reach
    s.done(Op.other, 0, NO_SUBJECT, 0, 0, fits ? 0 : Flag.FAILED)
    return fits ? 0 : -EIO
  }

  /** dma_capable(): a device that gets memory as it lies cannot use what is above its mask. */
  function isAbove(dev: DmaDevice, phys: number, size: number): boolean {
    return phys + size - 1 > dev.mask && !dev.space.isIommu && !kernel.config.swiotlb
  }

  /** Maps `size` bytes at a physical address, records the step, returns the bus address. */
  function map(
    kind: number,
    dev: DmaDevice,
    form: MappingKind,
    phys: number,
    size: number,
    dir: number,
    memory: number,
    flags: number,
  ): bigint {
    const refused =
      phys < 0 ||
      isAbove(dev, phys, size) ||
      !kernel.frames.valid(Math.floor(phys / s.pageSize)) ||
      (failures.armed && failures.take(kind))
    const mapping = refused ? null : mappings.mapBuffer(dev, form, phys, size, dir, memory)
    const pfn = phys < 0 ? NO_SUBJECT : Math.floor(phys / s.pageSize) >>> 0
    s.done(kind, memory, pfn, detail(mapping, dir), size, mapping === null ? flags | Flag.FAILED : flags)
    return mapping === null ? mappingError : busAddress(s, mapping.address)
  }

  function unmap(
    site: Site,
    kind: number,
    form: MappingKind,
    dev: device,
    addr: bigint,
    bytes: number,
    dir: number,
  ): void {
    trace.begin(site)
    const behind = deviceOf(dev, kind)
    const address = addressOf(addr, kind)
    const size = s.integer(bytes, 'size', 0, MAX_BYTES)
    const direction = directionOf(dir, kind)
    const mapping = mappings.find(behind, address, size, form, direction)
    if (mapping !== null) mappings.unmap(mapping)
    s.done(kind, mapping?.memory ?? 0, address >>> 0, detail(mapping, direction), size, 0)
  }

  function sync(
    site: Site,
    kind: number,
    forCpu: boolean,
    dev: device,
    addr: bigint,
    bytes: number,
    dir: number,
  ): void {
    trace.begin(site)
    const behind = deviceOf(dev, kind)
    const address = addressOf(addr, kind)
    const size = s.integer(bytes, 'size', 0, MAX_BYTES)
    const direction = directionOf(dir, kind)
    const found = mappings.covering(behind, address, size)
    const mapping = found !== null && found.whole ? found.mapping : null
    if (mapping !== null && found !== null) mappings.sync(mapping, forCpu, found.from, size)
    s.done(kind, mapping?.memory ?? 0, address >>> 0, detail(mapping, direction), size, 0)
  }

  /** Maps a list. Returns the number of DMA entries, or a negative errno. */
  function mapList(kind: number, dev: DmaDevice, first: SgEntry | null, nents: number, dir: number): number {
    const entries = scatter.entries(first, nents)
    if (nents === 0) {
      // WARN_ON_ONCE() of __dma_map_sg_attrs(): no entries is none of the errors that it knows.
      s.done(kind, 0, first?.id ?? NO_SUBJECT, DMA_RIGHTS * dir, 0, Flag.FAILED | Flag.WARNED)
      return -EIO
    }
    if (first === null || entries.length < nents) {
      s.done(kind, 0, first?.id ?? NO_SUBJECT, DMA_RIGHTS * dir, nents, Flag.NULL | Flag.FAULT)
      return -EIO
    }
    const refused = failures.armed && failures.take(kind)
    const bad = entries.some(
      ({ pfn, offset, length }) => !kernel.frames.valid(pfn) || isAbove(dev, pfn * s.pageSize + offset, length),
    )
    const made = refused || bad ? null : mappings.mapList(dev, entries, dir)
    const pfn = first.pfn >>> 0
    const count = made?.count ?? 0
    const flags = made === null ? Flag.FAILED : 0
    // A list is told by its entry: the right's range says which (Field.DMA_RANGE); a failed map has none.
    s.done(
      kind,
      first.memory,
      made === null ? first.id : pfn,
      detail(made?.mapping ?? null, dir),
      nents + count * 2 ** 16,
      flags,
    )
    return made === null ? (bad ? -EIO : -ENOMEM) : count
  }

  function unmapList(kind: number, dev: DmaDevice, first: SgEntry | null, nents: number, dir: number): void {
    const mapping = first === null ? null : mappings.findList(dev, first)
    if (mapping !== null) mappings.unmap(mapping)
    s.done(
      kind,
      first === null ? 0 : (mapping?.memory ?? first.memory),
      first?.id ?? NO_SUBJECT,
      detail(mapping, dir),
      nents,
      0,
    )
  }

  function syncList(
    kind: number,
    forCpu: boolean,
    dev: DmaDevice,
    first: SgEntry | null,
    nents: number,
    dir: number,
  ): void {
    const mapping = first === null ? null : mappings.findList(dev, first)
    if (mapping !== null) mappings.sync(mapping, forCpu)
    s.done(kind, mapping?.memory ?? 0, first?.id ?? NO_SUBJECT, detail(mapping, dir), nents, 0)
  }

  return {
    steps: {
      /**
       * Gives a buffer of the linear map to a device and returns its DMA address. From now on the device owns it: the
       * CPU keeps its hands off until `dma_unmap_single` or `dma_sync_single_for_cpu`. Takes no reference: the buffer
       * has to live until the unmap. Never sleeps.
       * @returns the DMA address; check it with `dma_mapping_error(dev, addr)`
       */
      dma_map_single(site: Site, dev: device, ptr: Ptr | null, size: number, dir: number): bigint {
        trace.begin(site)
        const kind = Op.dma_map_single
        const behind = deviceOf(dev, kind)
        const p = s.pointer(ptr, kind)
        const bytes = s.integer(size, 'size', 0, MAX_BYTES)
        const direction = directionOf(dir, kind)
        const phys = s.physOf(p)
        const bad = s.vpageOf(p) >= 0 ? Flag.VMALLOC | Flag.WARNED : phys < 0 ? Flag.WILD : 0
        return map(kind, behind, 'single', phys, bytes, direction, Ptr.allocation(p), bad)
      },
      /** Gives `size` bytes of a page, from `offset`, to a device. See `dma_map_single`. */
      dma_map_page(site: Site, dev: device, page: page, offset: number, size: number, dir: number): bigint {
        trace.begin(site)
        const kind = Op.dma_map_page
        const behind = deviceOf(dev, kind)
        const pfn = s.pfn(page, kind)
        const bytes = s.integer(size, 'size', 0, MAX_BYTES)
        const phys = pfn * s.pageSize + s.integer(offset, 'offset', 0, MAX_BYTES)
        const direction = directionOf(dir, kind)
        const valid = kernel.frames.valid(pfn)
        return map(kind, behind, 'page', valid ? phys : -1, bytes, direction, s.memoryAt(phys), valid ? 0 : Flag.WILD)
      },
      /** Ends a mapping made by `dma_map_single`: same device, size and direction. The CPU owns the buffer again. */
      dma_unmap_single(site: Site, dev: device, addr: bigint, size: number, dir: number): void {
        unmap(site, Op.dma_unmap_single, 'single', dev, addr, size, dir)
      },
      /** Ends a mapping made by `dma_map_page`: same device, size and direction. The CPU owns the page again. */
      dma_unmap_page(site: Site, dev: device, addr: bigint, size: number, dir: number): void {
        unmap(site, Op.dma_unmap_page, 'page', dev, addr, size, dir)
      },
      /**
       * Gives a list to a device. An IOMMU may merge entries: walk the device side by the number returned.
       * @returns the number of DMA entries; 0 on failure
       */
      dma_map_sg(site: Site, dev: device, sgl: object, nents: number, dir: number): number {
        trace.begin(site)
        const kind = Op.dma_map_sg
        const behind = deviceOf(dev, kind)
        const first = scatter.entry(sgl, kind)
        const n = s.integer(nents, 'nents', 0, MAX_ENTRIES)
        return Math.max(0, mapList(kind, behind, first, n, directionOf(dir, kind)))
      },
      /** Ends the mapping of a list. `nents` is the number given to `dma_map_sg`, not the number it returned. */
      dma_unmap_sg(site: Site, dev: device, sgl: object | null, nents: number, dir: number): void {
        trace.begin(site)
        const kind = Op.dma_unmap_sg
        const behind = deviceOf(dev, kind)
        const n = s.integer(nents, 'nents', 0, MAX_ENTRIES)
        unmapList(kind, behind, n === 0 ? null : scatter.entry(sgl, kind), n, directionOf(dir, kind))
      },
      /**
       * Gives a table to a device and sets `sgt.nents` to the number of DMA entries.
       * @returns 0; -EINVAL, -ENOMEM or -EIO
       */
      dma_map_sgtable(site: Site, dev: device, sgt: sg_table, dir: number, attrs: number): number {
        void attrs
        trace.begin(site)
        const kind = Op.dma_map_sgtable
        const behind = deviceOf(dev, kind)
        const table = scatter.table(sgt, kind)
        const count = mapList(kind, behind, table.sgl, table.origNents, directionOf(dir, kind))
        if (count > 0) table.nents = count
        return Math.min(count, 0)
      },
      /** Ends the mapping of a table. Do it before `sg_free_table` and before its pages are freed. */
      dma_unmap_sgtable(site: Site, dev: device, sgt: sg_table, dir: number, attrs: number): void {
        void attrs
        trace.begin(site)
        const kind = Op.dma_unmap_sgtable
        const behind = deviceOf(dev, kind)
        const table = scatter.table(sgt, kind)
        unmapList(kind, behind, table.sgl, table.origNents, directionOf(dir, kind))
      },
      /** Hands a mapped range back to the CPU; the mapping stays. The range has to lie inside one mapping. */
      dma_sync_single_for_cpu(site: Site, dev: device, addr: bigint, size: number, dir: number): void {
        sync(site, Op.dma_sync_single_for_cpu, true, dev, addr, size, dir)
      },
      /** Hands a mapped range to the device again. */
      dma_sync_single_for_device(site: Site, dev: device, addr: bigint, size: number, dir: number): void {
        sync(site, Op.dma_sync_single_for_device, false, dev, addr, size, dir)
      },
      /** Hands a mapped list back to the CPU; the mapping stays. `nents` as given to `dma_map_sg`. */
      dma_sync_sg_for_cpu(site: Site, dev: device, sg: object, nelems: number, dir: number): void {
        trace.begin(site)
        const kind = Op.dma_sync_sg_for_cpu
        syncList(kind, true, deviceOf(dev, kind), scatter.entry(sg, kind), nelems, directionOf(dir, kind))
      },
      /** Hands a mapped list to the device again. */
      dma_sync_sg_for_device(site: Site, dev: device, sg: object, nelems: number, dir: number): void {
        trace.begin(site)
        const kind = Op.dma_sync_sg_for_device
        syncList(kind, false, deviceOf(dev, kind), scatter.entry(sg, kind), nelems, directionOf(dir, kind))
      },
      /** Hands a mapped table back to the CPU; the mapping stays. */
      dma_sync_sgtable_for_cpu(site: Site, dev: device, sgt: sg_table, dir: number): void {
        trace.begin(site)
        const kind = Op.dma_sync_sgtable_for_cpu
        const { sgl, origNents } = scatter.table(sgt, kind)
        syncList(kind, true, deviceOf(dev, kind), sgl, origNents, directionOf(dir, kind))
      },
      /** Hands a mapped table to the device again. */
      dma_sync_sgtable_for_device(site: Site, dev: device, sgt: sg_table, dir: number): void {
        trace.begin(site)
        const kind = Op.dma_sync_sgtable_for_device
        const { sgl, origNents } = scatter.table(sgt, kind)
        syncList(kind, false, deviceOf(dev, kind), sgl, origNents, directionOf(dir, kind))
      },
      /** -ENOMEM if the address is the error value of a map, else 0. Every dma_map_single and dma_map_page needs it. */
      dma_mapping_error(site: Site, dev: device, dma_addr: bigint): number {
        trace.begin(site)
        deviceOf(dev, Op.dma_mapping_error)
        const address = addressOf(dma_addr, Op.dma_mapping_error)
        s.done(Op.dma_mapping_error, 0, address >>> 0, 0, 0, 0)
        return address === MAPPING_ERROR ? -ENOMEM : 0
      },
      /**
       * Says which addresses a device can use for streaming: what lies above is not mapped. 0; -EIO if the mask does
       * not even reach ZONE_DMA.
       */
      dma_set_mask(site: Site, dev: device, mask: bigint): number {
        return setMask(site, dev, mask, true, false)
      },
      /** `dma_set_mask` for coherent memory. */
      dma_set_coherent_mask(site: Site, dev: device, mask: bigint): number {
        return setMask(site, dev, mask, false, true)
      },
      /** `dma_set_mask` for streaming mappings and coherent memory. */
      dma_set_mask_and_coherent(site: Site, dev: device, mask: bigint): number {
        return setMask(site, dev, mask, true, true)
      },
      /**
       * Allocates zeroed memory that the CPU and a device may both use at any time; `dma_handle[0]` gets its DMA
       * address.
       *
       * Owner: the caller, until `dma_free_coherent` with the same values. Behind an IOMMU the address lies in vmalloc
       * space: no `virt_to_page` on it. Sleeps: if `gfp` allows direct reclaim.
       */
      dma_alloc_coherent(site: Site, dev: device, size: number, dma_handle: bigint[], gfp: number): Ptr | null {
        const mayWait = maySleep(s.gfp(gfp)) ? KindFlag.SLEEPS : 0
        trace.begin(site)
        const kind = Op.dma_alloc_coherent
        const behind = deviceOf(dev, kind)
        const bytes = s.integer(size, 'size', 0, MAX_BYTES)
        if (!Array.isArray(dma_handle)) throw s.wrongType(kind, 'an array for the DMA address')
        const memory = failures.armed && failures.take(kind) ? null : coherent.alloc(behind, bytes, gfp)
        if (memory === null) {
          s.done(kind, 0, NO_SUBJECT, 0, bytes, Flag.FAILED | mayWait)
          return null
        }
        dma_handle[0] = busAddress(s, memory.address)
        const where = memory.vpage >= 0 ? Flag.VMALLOC : 0
        s.done(kind, memory.allocation, memory.address >>> 0, memory.right, bytes, where | mayWait)
        const at = memory.vpage * s.pageSize
        return memory.vpage >= 0
          ? access.vmalloc(at, memory.allocation, at)
          : access.linear(memory.phys, memory.allocation, memory.phys)
      },
      /**
       * Frees coherent memory: same device, size, address and handle as at its allocation. Halt the device first. Not
       * in atomic context: it may have to unmap.
       */
      dma_free_coherent(site: Site, dev: device, size: number, cpu_addr: Ptr | null, dma_handle: bigint): void {
        trace.begin(site)
        const kind = Op.dma_free_coherent
        const behind = deviceOf(dev, kind)
        const bytes = s.integer(size, 'size', 0, MAX_BYTES)
        const address = addressOf(dma_handle, kind)
        const p = s.pointerOrNull(cpu_addr, kind)
        if (p === null) return s.done(kind, 0, address >>> 0, 0, bytes, Flag.NULL)
        const [phys, vpage] = [s.physOf(p), s.vpageOf(p)]
        const memory = coherent.find(behind, phys, vpage, address)
        const atomic = s.tasks.preemptCount(s.control.task) > 0 ? CoherentMismatch.ATOMIC : 0
        const wrong = coherent.mismatch(behind, memory, bytes, phys, vpage, address) | atomic
        const flags = coherent.free(behind, memory, bytes, address)
        s.done(kind, memory?.allocation ?? Ptr.allocation(p), address >>> 0, wrong, bytes, flags)
      },
    },
    pure: {
      /** A mask of the low `n` bits: what `dma_set_mask` takes. */
      DMA_BIT_MASK(n: number): bigint {
        return (1n << BigInt(s.integer(n, 'n', 0, 64, true))) - 1n
      },
    },
    values: {
      /** The device reads and writes. */
      DMA_BIDIRECTIONAL: 0,
      /** The device reads what the CPU wrote. */
      DMA_TO_DEVICE: 1,
      /** The device writes, the CPU reads. */
      DMA_FROM_DEVICE: 2,
      /** No transfer. */
      DMA_NONE: 3,
      /** What a failed map returns: all ones. */
      DMA_MAPPING_ERROR: mappingError as bigint,
    },
  }
}
