/**
 * How much of each zone stays free, and for whom: the watermarks MIN, LOW and HIGH, and what a zone keeps back from
 * requests that could have been served from a higher one.
 *
 * Kernel: mm/page_alloc.c calculate_min_free_kbytes(), __setup_per_zone_wmarks(), setup_per_zone_lowmem_reserve(),
 * gfp_to_alloc_flags(), __zone_watermark_ok(); KERNEL_FACTS 1.2.
 * Simplified: no boost, no reserve for high-order atomic requests, sysctls at their defaults.
 */
import type { MachineInfo } from '../trace/record.ts'
import { zoneRank, ZONE_RANKS, __GFP_DIRECT_RECLAIM, __GFP_HIGH, __GFP_MEMALLOC, __GFP_NOMEMALLOC } from './gfp.ts'

/** lowmem_reserve_ratio by zone. */
const RESERVE_RATIO: Readonly<Record<string, number>> = { DMA: 256, DMA32: 256, Normal: 32, HighMem: 0 }
/** watermark_scale_factor, of ten thousand. */
const SCALE_FACTOR = 10
const MIN_FREE_KB = { least: 128, most: 262_144 }
const HIGHMEM_MIN = { least: 32, most: 128 }

export class Watermarks {
  /** By zone, in frames. */
  readonly min: Uint32Array
  readonly low: Uint32Array
  readonly high: Uint32Array
  /** Frames that a zone keeps back, by zone and rank of the highest zone that the request may use. */
  private readonly reserves: readonly (readonly number[])[]

  constructor(info: MachineInfo) {
    const sizes = info.zones.map((zone) => zone.end - zone.start)
    const isLow = info.zones.map((zone) => zone.name !== 'HighMem')
    const lowPages = sizes.reduce((sum, size, i) => sum + (isLow[i] ? size : 0), 0)
    const lowKb = (lowPages * 2 ** info.pageShift) / 1024
    const minKb = Math.min(MIN_FREE_KB.most, Math.max(MIN_FREE_KB.least, Math.floor(Math.sqrt(lowKb * 16))))
    const minPages = Math.floor((minKb * 1024) / 2 ** info.pageShift)
    const shares = sizes.map((size) => Math.floor((minPages * size) / lowPages))
    this.min = Uint32Array.from(sizes, (size, i) =>
      isLow[i] ? shares[i] : Math.min(HIGHMEM_MIN.most, Math.max(HIGHMEM_MIN.least, Math.floor(size / 1024))),
    )
    const step = (size: number, i: number): number =>
      Math.max(Math.floor(shares[i] / 4), Math.floor((size * SCALE_FACTOR) / 10_000))
    const steps = sizes.map(step)
    this.low = Uint32Array.from(steps, (gap, i) => this.min[i] + gap)
    this.high = Uint32Array.from(steps, (gap, i) => this.min[i] + 2 * gap)
    const ranks = info.zones.map((zone) => ZONE_RANKS.indexOf(zone.name))
    this.reserves = info.zones.map(({ name }, i) => {
      const ratio = RESERVE_RATIO[name] ?? 0
      return ZONE_RANKS.map((_, limit) => {
        const above = sizes.reduce((sum, size, j) => sum + (ranks[j] > ranks[i] && ranks[j] <= limit ? size : 0), 0)
        return ratio === 0 ? 0 : Math.floor(above / ratio)
      })
    })
  }

  /** lowmem_reserve: frames that a zone keeps back from requests with this mask. */
  reserve(zone: number, gfp: number): number {
    return this.reserves[zone][zoneRank(gfp)]
  }

  /** What has to stay free for a first attempt. */
  lowFloor(zone: number, gfp: number): number {
    return this.low[zone] + this.reserve(zone, gfp)
  }

  /** What has to stay free when it is tried harder; -1 = nothing, the reserves may be used up. */
  minFloor(zone: number, gfp: number): number {
    if ((gfp & __GFP_MEMALLOC) !== 0 && (gfp & __GFP_NOMEMALLOC) === 0) return -1
    let min = this.min[zone]
    if ((gfp & __GFP_HIGH) !== 0) {
      min -= Math.floor(min / 2)
      const cannotWait = (gfp & (__GFP_DIRECT_RECLAIM | __GFP_NOMEMALLOC)) === 0
      if (cannotWait) min -= Math.floor(min / 4)
    }
    return min + this.reserve(zone, gfp)
  }
}
