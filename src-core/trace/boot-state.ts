/**
 * The state of every frame at boot, as functions of the machine. A machine with a million frames records nothing at
 * boot: whoever replays a trace starts from here. Columns and bytes not named here are 0 everywhere.
 *
 * Kernel: memblock_free_all() in mm/memblock.c hands memory to the buddy allocator in the largest aligned blocks.
 * Simplified: the frames that no zone covers are reserved; everything else is free.
 */
import { FrameKind, packUse } from './fields.ts'
import type { MachineInfo } from './record.ts'

/** Largest order of a buddy allocator on any machine: CONFIG_ARCH_FORCE_MAX_ORDER of arm64 with 16K pages. */
export const MOST_PAGE_ORDER = 11
/** Bit of `PG_reserved`. */
const RESERVED_FLAG = 1 << 13

/** PAGE_POISON of include/linux/poison.h. */
export const PAGE_POISON = 0xaa

/** First frame whose bytes are PAGE_POISON at boot; those before it, and all where nothing is poisoned, are zero. */
export function firstPoisoned(info: MachineInfo): number {
  return info.pagePoison === true ? (info.zones[0]?.start ?? info.frames) : info.frames
}

/** Index of the zone that a frame lies in, or -1 for a reserved one. */
export function zoneIndex(info: MachineInfo, pfn: number): number {
  return info.zones.findIndex((zone) => pfn >= zone.start && pfn < zone.end)
}

/** `Field.USE` of a frame at boot. */
export function initialUse(info: MachineInfo, pfn: number): number {
  return packUse(zoneIndex(info, pfn) < 0 ? FrameKind.RESERVED : FrameKind.BUDDY, 0)
}

/** `Field.REFCOUNT` of a frame at boot: a page that no allocator ever got has the count of init_page_count(). */
export function initialRefcount(info: MachineInfo, pfn: number): number {
  return zoneIndex(info, pfn) < 0 ? 1 : 0
}

/** `Field.FLAGS` of a frame at boot. */
export function initialFlags(info: MachineInfo, pfn: number): number {
  return zoneIndex(info, pfn) < 0 ? RESERVED_FLAG : 0
}

/** Largest order of a machine's buddy allocator (MAX_PAGE_ORDER): 4 MiB of 4K pages, 32 MiB of 16K pages. */
export function maxPageOrder(info: Pick<MachineInfo, 'arch'>): number {
  return info.arch === 'arm64-16k' ? MOST_PAGE_ORDER : 10
}

/** Order of the largest aligned block inside [start, end) that begins at `pfn`; `most` is the largest there is. */
export function blockOrderAt(pfn: number, end: number, most: number): number {
  let order = pfn === 0 ? most : Math.min(most, 31 - Math.clz32(pfn & -pfn))
  while (pfn + (1 << order) > end) order--
  return order
}

/** `Field.ORDER` of a frame at boot: order + 1 on the first frame of each free block. */
export function initialOrder(info: MachineInfo, pfn: number): number {
  const zone = info.zones[zoneIndex(info, pfn)]
  if (zone === undefined) return 0
  const most = maxPageOrder(info)
  const order = blockOrderAt(pfn, zone.end, most)
  // A block is a whole one only if no larger aligned block inside the zone contains it.
  for (let larger = order + 1; larger <= most; larger++) {
    const start = pfn - (pfn % (1 << larger))
    if (start >= zone.start && start + (1 << larger) <= zone.end) return 0
  }
  return order + 1
}
