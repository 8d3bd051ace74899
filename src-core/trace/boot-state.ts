/**
 * The state of every frame at boot, as functions of the machine. A machine with a million frames records nothing at
 * boot: whoever replays a trace starts from here. Columns not named here are 0 everywhere.
 *
 * Kernel: memblock_free_all() in mm/memblock.c hands memory to the buddy allocator in the largest aligned blocks.
 * Simplified: the frames that no zone covers are reserved; everything else is free.
 */
import { FrameKind, packUse } from './fields.ts'
import type { MachineInfo } from './record.ts'

/** Largest order of the buddy allocator (MAX_PAGE_ORDER). */
export const MAX_PAGE_ORDER = 10
/** Bit of `PG_reserved`. */
const RESERVED_FLAG = 1 << 13

/** Index of the zone that a frame lies in, or -1 for a reserved one. */
export function zoneIndex(info: MachineInfo, pfn: number): number {
  return info.zones.findIndex((zone) => pfn >= zone.start && pfn < zone.end)
}

/** `Field.USE` of a frame at boot. */
export function initialUse(info: MachineInfo, pfn: number): number {
  return packUse(zoneIndex(info, pfn) < 0 ? FrameKind.RESERVED : FrameKind.BUDDY, 0)
}

/** `Field.FLAGS` of a frame at boot. */
export function initialFlags(info: MachineInfo, pfn: number): number {
  return zoneIndex(info, pfn) < 0 ? RESERVED_FLAG : 0
}

/** Order of the largest aligned block inside [start, end) that begins at `pfn`. */
export function blockOrderAt(pfn: number, end: number): number {
  let order = pfn === 0 ? MAX_PAGE_ORDER : Math.min(MAX_PAGE_ORDER, 31 - Math.clz32(pfn & -pfn))
  while (pfn + (1 << order) > end) order--
  return order
}

/** `Field.ORDER` of a frame at boot: order + 1 on the first frame of each free block. */
export function initialOrder(info: MachineInfo, pfn: number): number {
  const zone = info.zones[zoneIndex(info, pfn)]
  if (zone === undefined) return 0
  const order = blockOrderAt(pfn, zone.end)
  // A block is a whole one only if no larger aligned block inside the zone contains it.
  for (let larger = order + 1; larger <= MAX_PAGE_ORDER; larger++) {
    const start = pfn - (pfn % (1 << larger))
    if (start >= zone.start && start + (1 << larger) <= zone.end) return 0
  }
  return order + 1
}
