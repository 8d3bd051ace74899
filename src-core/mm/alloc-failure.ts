/**
 * What the kernel log says when an allocation fails: warn_alloc() of pages and vmalloc(), slab_out_of_memory(), and the
 * free blocks of each zone.
 *
 * Kernel: mm/page_alloc.c warn_alloc(), mm/slub.c slab_out_of_memory(), mm/show_mem.c show_free_areas(), as a kernel
 * without NUMA and cpusets prints them.
 * Simplified: no stack; of the memory dump only the free blocks.
 */
import type { MachineInfo } from '../trace/record.ts'
import type { Cache } from './cache.ts'
import { MIGRATE_TYPES, type FreeLists } from './free-lists.ts'
import { gfpText, zoneRank, ZONE_RANKS, __GFP_DMA, __GFP_NOWARN } from './gfp.ts'
import type { KernelReports } from './kernel-report.ts'
import { RateLimit } from './ratelimit.ts'

/** Letters of the migrate types in show_migration_types(). */
const TYPE_LETTERS = 'UME'

/** Slabs of a cache on the node, as slab_out_of_memory() counts them. */
export interface NodeSlabs {
  readonly slabs: number
  readonly objects: number
  /** Free objects of slabs on the node's partial list. */
  readonly free: number
}

export class AllocFailure {
  private readonly pagesRate = new RateLimit(10_000, 1)
  private readonly slabRate = new RateLimit(5000, 10)
  /** printk_ratelimit(), which all of the kernel shares. */
  private readonly printkRate = new RateLimit(5000, 10)

  constructor(
    private readonly info: MachineInfo,
    private readonly lists: FreeLists,
    private readonly maxOrder: number,
    private readonly reports: KernelReports,
  ) {}

  /** warn_alloc(): `what` failed, for a request with this mask. */
  warnAlloc(gfp: number, what: string): void {
    const { reports } = this
    if ((gfp & __GFP_NOWARN) !== 0 || !this.allows(this.pagesRate, 'warn_alloc')) return
    if ((gfp & __GFP_DMA) !== 0 && !this.info.zones.some(({ name }) => name === 'DMA')) return
    reports.print('warn', `${reports.comm}: ${what}, mode:${maskText(gfp)}, nodemask=(null)`)
    this.showFreeAreas(gfp)
  }

  /** WARN_ON_ONCE_GFP() and WARN_ON_ONCE() at a line of the page allocator. */
  warnOnce(gfp: number, where: string): void {
    if ((gfp & __GFP_NOWARN) === 0) this.warnOnceAlways(where)
  }

  /** What __alloc_pages_slowpath() thinks of a __GFP_NOFAIL request: no large block, no waiting, not in reclaim. */
  warnOfNofail(order: number, canReclaim: boolean, isReclaiming: boolean): void {
    if (order > 1) this.warnOnceAlways('mm/page_alloc.c:4309 __alloc_pages_slowpath')
    if (!canReclaim) this.warnOnceAlways('mm/page_alloc.c:4314 __alloc_pages_slowpath')
    if (isReclaiming) this.warnOnceAlways('mm/page_alloc.c:4320 __alloc_pages_slowpath')
  }

  /** WARN_ON_ONCE(): `file:line function`. */
  warnOnceAlways(where: string): void {
    if (this.reports.isFirstOf(where)) this.reports.print('warn', this.reports.warnHeader(where))
  }

  /** alloc_vmap_area() found no room in vmalloc space, [start, end), for `bytes` with the guard page. */
  spaceRestricted(bytes: number, start: bigint, end: bigint): void {
    if (!this.allows(this.printkRate, 'alloc_vmap_area')) return
    const range = `0x${start.toString(16)} - 0x${end.toString(16)}`
    this.reports.print('warn', `vmalloc_node_range for size ${bytes} failed: Address range restricted to ${range}`)
  }

  /** slab_out_of_memory(). `objectOrder`: the order of a block that holds one object. */
  slabOutOfMemory(cache: Cache, gfp: number, objectOrder: number, node: NodeSlabs): void {
    const { reports } = this
    if ((gfp & __GFP_NOWARN) !== 0 || !this.allows(this.slabRate, 'slab_out_of_memory')) return
    const { name, objectSize, stride, order, minOrder } = cache
    reports.print(
      'warn',
      `SLUB: Unable to allocate memory on CPU ${reports.cpu} (of node 0) on node -1, gfp=${maskText(gfp)}`,
    )
    const orders = `default order: ${order}, min order: ${minOrder}`
    reports.print('warn', `  cache: ${name}, object size: ${objectSize}, buffer size: ${stride}, ${orders}`)
    if (minOrder > objectOrder)
      reports.print('warn', `  ${name} debugging increased min order, use slab_debug=O to disable.`)
    reports.print('warn', `  node 0: slabs: ${node.slabs}, objs: ${node.objects}, free: ${node.free}`)
  }

  private allows(rate: RateLimit, caller: string): boolean {
    const { reports } = this
    return rate.allows(reports.clock(), (missed) => reports.print('warn', `${caller}: ${missed} callbacks suppressed`))
  }

  /** show_free_areas(): the free blocks of each zone that the request may use, by order, with their migrate types. */
  private showFreeAreas(gfp: number): void {
    const { info, lists, reports } = this
    const kb = 2 ** info.pageShift / 1024
    info.zones.forEach(({ name }, zone) => {
      if (ZONE_RANKS.indexOf(name) > zoneRank(gfp)) return
      let text = `${name}: `
      let total = 0
      for (let order = 0; order <= this.maxOrder; order++) {
        let blocks = 0
        let letters = ''
        for (let type = 0; type < MIGRATE_TYPES; type++) {
          const n = lists.length[lists.buddy(zone, order, type)] ?? 0
          blocks += n
          if (n > 0) letters += TYPE_LETTERS[type]
        }
        total += blocks * 2 ** order * kb
        text += `${blocks}*${2 ** order * kb}kB ${blocks > 0 ? `(${letters}) ` : ''}`
      }
      reports.print('warn', `${text}= ${total}kB`)
    })
  }
}

/** A mask as `%#x(%pGg)`. */
function maskText(gfp: number): string {
  const mask = gfp >>> 0
  return `${mask === 0 ? '0' : `0x${mask.toString(16)}`}(${gfpText(mask)})`
}
