/**
 * Where things are on each architecture: page size, linear map, vmalloc space, zones.
 *
 * Kernel: arch/x86/include/asm/page_64_types.h and pgtable_64_types.h (4-level, no KASLR),
 * arch/arm64/include/asm/memory.h (16K pages, 47-bit) and mm/init.c
 * zone_sizes_init() (ZONE_DMA up to 4 GiB, ZONE_DMA32 empty), arch/x86 page_32 (896 MiB of low memory).
 * Simplified: RAM is one piece from physical address 0, without the hole for devices below 4 GiB. The first mebibyte
 * is reserved: it stands for firmware, kernel image and memmap, which a real machine spreads out. The zones begin
 * after it, so a frame that no zone covers is a reserved one.
 */
import { firstHighFrame, HIGHMEM_ZONE, type MachineInfo } from '../trace/record.ts'
import type { Arch, MachineConfig } from './config.ts'

const MIB = 1024 * 1024

interface ArchLayout {
  readonly pageShift: number
  readonly pageOffset: bigint
  /** null = VMALLOC_OFFSET behind the linear map. */
  readonly vmallocStart: bigint | null
  /** Zones by where they end at most, in bytes; the last takes the rest. */
  readonly zones: readonly { readonly name: string; readonly limit: number }[]
}

const LAYOUTS: Readonly<Record<Arch, ArchLayout>> = {
  x86_64: {
    pageShift: 12,
    pageOffset: 0xffff_8880_0000_0000n,
    vmallocStart: 0xffff_c900_0000_0000n,
    zones: [
      { name: 'DMA', limit: 16 * MIB },
      { name: 'DMA32', limit: 4096 * MIB },
      { name: 'Normal', limit: Infinity },
    ],
  },
  'arm64-16k': {
    pageShift: 14,
    pageOffset: 0xffff_8000_0000_0000n,
    vmallocStart: 0xffff_c000_8000_0000n,
    zones: [
      { name: 'DMA', limit: 4096 * MIB },
      { name: 'Normal', limit: Infinity },
    ],
  },
  'i386-highmem': {
    pageShift: 12,
    pageOffset: 0xc000_0000n,
    vmallocStart: null,
    zones: [
      { name: 'DMA', limit: 16 * MIB },
      { name: 'Normal', limit: 896 * MIB },
      { name: 'HighMem', limit: Infinity },
    ],
  },
}

/** log2 of the page size (PAGE_SHIFT). */
export function pageShift(arch: Arch): number {
  return LAYOUTS[arch].pageShift
}

/** Hole between the linear map and vmalloc space on i386. */
const VMALLOC_OFFSET = 8 * MIB

/** Bytes at the start of RAM that the allocator never gets. */
export const RESERVED_BYTES = MIB

export { firstHighFrame, HIGHMEM_ZONE }

/** What the trace says about the machine. Zones without a frame are left out. */
export function machineInfo(config: MachineConfig): MachineInfo {
  const layout = LAYOUTS[config.arch]
  const pageSize = 2 ** layout.pageShift
  const frames = Math.floor(config.memory / pageSize)
  const lowBytes = config.highmem === null ? Infinity : config.memory - config.highmem
  const zones: { name: string; start: number; end: number }[] = []
  let start = RESERVED_BYTES / pageSize
  for (const { name, limit } of layout.zones) {
    const bytes = name === HIGHMEM_ZONE ? limit : Math.min(limit, lowBytes)
    const end = Math.min(frames, Math.floor(Math.min(bytes, config.memory) / pageSize))
    if (end > start) {
      zones.push({ name, start, end })
      start = end
    }
  }
  const lowEnd = zones.findLast(({ name }) => name !== HIGHMEM_ZONE)?.end ?? frames
  return {
    memory: config.memory,
    cpus: config.cpus,
    arch: config.arch,
    debug: config.debug,
    iommu: config.iommu,
    seed: config.seed,
    ...(config.page_poison ? { pagePoison: true } : {}),
    frames,
    pageShift: layout.pageShift,
    pageOffset: layout.pageOffset,
    vmallocStart: layout.vmallocStart ?? layout.pageOffset + BigInt(lowEnd * pageSize + VMALLOC_OFFSET),
    zones,
  }
}

/** VMALLOC_END: first address after vmalloc space. (On i386 below the table of kmap(), two pages apart.) */
export function vmallocEnd(arch: Arch): bigint {
  if (arch === 'x86_64') return 0xffff_e8ff_ffff_ffffn
  return arch === 'arm64-16k' ? 0xffff_ffbf_bf80_0000n : 0xff3f_e000n
}

/** Where user space ends, and below which address mappings are placed. */
export interface UserSpace {
  /** TASK_SIZE: the first address that is none of user space. */
  readonly taskSize: number
  /** mmap_base(), without randomisation: 128 MiB are left for a stack. */
  readonly mmapBase: number
}

/** The user address space of an architecture. */
export function userSpace(arch: Arch): UserSpace {
  const taskSize = { x86_64: 0x7fff_ffff_f000, 'arm64-16k': 0x8000_0000_0000, 'i386-highmem': 0xc000_0000 }[arch]
  return { taskSize, mmapBase: taskSize - 128 * MIB }
}

/** Highest address of ZONE_DMA as the DMA API sees it (zone_dma_limit). */
export function zoneDmaLimit(info: MachineInfo): number {
  return info.arch === 'arm64-16k' ? 0xffff_ffff : 0xff_ffff
}
