/**
 * GFP masks: who may wait, which zone, what to do with the pages.
 *
 * Kernel: include/linux/gfp_types.h at v6.12 without the bits that config options add.
 */
export const __GFP_DMA = 0x01
export const __GFP_HIGHMEM = 0x02
export const __GFP_DMA32 = 0x04
export const __GFP_MOVABLE = 0x08
export const __GFP_RECLAIMABLE = 0x10
export const __GFP_HIGH = 0x20
export const __GFP_IO = 0x40
export const __GFP_FS = 0x80
export const __GFP_ZERO = 0x100
export const __GFP_DIRECT_RECLAIM = 0x400
export const __GFP_KSWAPD_RECLAIM = 0x800
export const __GFP_WRITE = 0x1000
export const __GFP_NOWARN = 0x2000
export const __GFP_RETRY_MAYFAIL = 0x4000
export const __GFP_NOFAIL = 0x8000
export const __GFP_NORETRY = 0x1_0000
export const __GFP_MEMALLOC = 0x2_0000
export const __GFP_COMP = 0x4_0000
export const __GFP_NOMEMALLOC = 0x8_0000
export const __GFP_HARDWALL = 0x10_0000
export const __GFP_THISNODE = 0x20_0000
export const __GFP_ACCOUNT = 0x40_0000
export const __GFP_ZEROTAGS = 0x80_0000
export const __GFP_RECLAIM = __GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM

/** What a slab takes over of a mask for its pages (mm/internal.h). */
export const GFP_RECLAIM_MASK =
  __GFP_RECLAIM |
  __GFP_HIGH |
  __GFP_IO |
  __GFP_FS |
  __GFP_NOWARN |
  __GFP_RETRY_MAYFAIL |
  __GFP_NOFAIL |
  __GFP_NORETRY |
  __GFP_MEMALLOC |
  __GFP_NOMEMALLOC
export const GFP_CONSTRAINT_MASK = __GFP_HARDWALL | __GFP_THISNODE

export const GFP_KERNEL = __GFP_RECLAIM | __GFP_IO | __GFP_FS
export const GFP_KERNEL_ACCOUNT = GFP_KERNEL | __GFP_ACCOUNT
export const GFP_ATOMIC = __GFP_HIGH | __GFP_KSWAPD_RECLAIM
export const GFP_NOWAIT = __GFP_KSWAPD_RECLAIM | __GFP_NOWARN
export const GFP_NOIO = __GFP_RECLAIM
export const GFP_NOFS = __GFP_RECLAIM | __GFP_IO
export const GFP_USER = GFP_KERNEL | __GFP_HARDWALL
export const GFP_DMA = __GFP_DMA
export const GFP_DMA32 = __GFP_DMA32
export const GFP_HIGHUSER = GFP_USER | __GFP_HIGHMEM
export const GFP_HIGHUSER_MOVABLE = GFP_HIGHUSER | __GFP_MOVABLE

export const GFP_TRANSHUGE_LIGHT =
  (GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | __GFP_NOWARN) & ~__GFP_RECLAIM

/** True if an allocation with this mask may sleep. */
export function maySleep(gfp: number): boolean {
  return (gfp & __GFP_DIRECT_RECLAIM) !== 0
}

/** kmalloc_gfp_adjust(): the mask that kvmalloc() tries kmalloc() with. A page is small. */
export function kmallocAdjust(gfp: number, bytes: number, pageSize: number): number {
  if (bytes <= pageSize) return gfp
  const hurried = (gfp & __GFP_RETRY_MAYFAIL) === 0 ? gfp | __GFP_NORETRY : gfp
  return (hurried | __GFP_NOWARN) & ~__GFP_NOFAIL
}

/** Masks by the words that %pGg has for them, in its order: what is named first is not named again. */
const GFP_WORDS: readonly (readonly [string, number])[] = Object.entries({
  GFP_TRANSHUGE: GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM,
  GFP_TRANSHUGE_LIGHT,
  GFP_HIGHUSER_MOVABLE,
  GFP_HIGHUSER,
  GFP_USER,
  GFP_KERNEL_ACCOUNT,
  GFP_KERNEL,
  GFP_NOFS,
  GFP_ATOMIC,
  GFP_NOIO,
  GFP_NOWAIT,
  GFP_DMA,
  __GFP_HIGHMEM,
  GFP_DMA32,
  __GFP_HIGH,
  __GFP_IO,
  __GFP_FS,
  __GFP_NOWARN,
  __GFP_RETRY_MAYFAIL,
  __GFP_NOFAIL,
  __GFP_NORETRY,
  __GFP_COMP,
  __GFP_ZERO,
  __GFP_NOMEMALLOC,
  __GFP_MEMALLOC,
  __GFP_HARDWALL,
  __GFP_THISNODE,
  __GFP_RECLAIMABLE,
  __GFP_MOVABLE,
  __GFP_ACCOUNT,
  __GFP_WRITE,
  __GFP_RECLAIM,
  __GFP_DIRECT_RECLAIM,
  __GFP_KSWAPD_RECLAIM,
  __GFP_ZEROTAGS,
})

/** The mask as the kernel prints it with %pGg: `GFP_KERNEL|__GFP_ZERO`. */
export function gfpText(gfp: number): string {
  const words: string[] = []
  let rest = gfp >>> 0
  for (const [name, mask] of GFP_WORDS) {
    if (rest === 0) break
    if ((rest & mask) !== mask) continue
    words.push(name)
    rest = (rest & ~mask) >>> 0
  }
  if (rest !== 0) words.push(`0x${rest.toString(16)}`)
  return words.join('|')
}

/** Zones from low to high. */
export const ZONE_RANKS: readonly string[] = ['DMA', 'DMA32', 'Normal', 'HighMem']

/** gfp_zone(): rank of the highest zone that a mask allows. */
export function zoneRank(gfp: number): number {
  if ((gfp & __GFP_DMA) !== 0) return 0
  if ((gfp & __GFP_DMA32) !== 0) return 1
  return (gfp & __GFP_HIGHMEM) !== 0 ? 3 : 2
}

/** The bits of a mask that choose the zone (GFP_ZONEMASK). */
export const ZONE_BITS = 7
/** gfp_migratetype(): by the bits __GFP_MOVABLE and __GFP_RECLAIMABLE, of which only one may be set. */
const TYPE_OF_BITS = Uint8Array.of(0, 1, 2, 0)
const MIGRATE_SHIFT = 3

/** `MigrateType` of the memory that a mask asks for. */
export function migrateType(gfp: number): number {
  return TYPE_OF_BITS[(gfp >>> MIGRATE_SHIFT) & 3]
}

/** Zones by name from the one to try first to the last (node_zonelist): strictly downwards. */
export function zoneFallback(gfp: number, names: readonly string[]): number[] {
  const limit = zoneRank(gfp)
  return names
    .map((name, index) => ({ index, rank: ZONE_RANKS.indexOf(name) }))
    .filter(({ rank }) => rank <= limit)
    .sort((a, b) => b.rank - a.rank)
    .map(({ index }) => index)
}
