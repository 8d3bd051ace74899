/**
 * One page from a per-cpu list and back, where nothing is out of the ordinary: what a driver's hot loop does. In every
 * other case nothing is done and the page allocator's own way has to be gone; both come to the same.
 *
 * Kernel: mm/page_alloc.c, get_page_from_freelist() to prep_new_page() and free_unref_page(), as compiled for order 0
 * with every branch that is marked unlikely() left out.
 */
import { RefMode } from '../eras/era.ts'
import type { Frames } from '../machine/frames.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Buddy } from './buddy.ts'
import { migrateType, ZONE_BITS, __GFP_ZERO } from './gfp.ts'
import { CPU_LISTS, PCP_ORDERS, PCP_USE, type PerCpuLists } from './pcp.ts'

const PAGE_USE = packUse(FrameKind.PAGE, 0)
/** Zone of a page block that belongs to several. */
const SEVERAL = 0xff

export class SinglePages {
  /**
   * The zone that a mask asks for first, by its zone bits, and what has to stay free there for a first attempt
   * (everything, where there is no such zone).
   */
  private readonly firstZone: Uint8Array
  private readonly firstFloor: Int32Array
  /** Zone by page block, or SEVERAL. */
  private readonly zoneOfBlock: Uint8Array
  private readonly pageSize: number
  private readonly cpus: number
  /** Pages of drivers have a count in this era, and nothing is done to their bytes when they are freed. */
  private readonly isPlain: boolean

  constructor(
    info: MachineInfo,
    modes: Uint8Array,
    fallback: readonly (readonly number[])[],
    lowFloors: readonly (readonly number[])[],
    private readonly frames: Frames,
    private readonly buddy: Buddy,
    private readonly pcp: PerCpuLists,
    private readonly trace: TraceWriter,
  ) {
    this.firstZone = Uint8Array.from(fallback, (zones) => zones[0] ?? 0)
    this.firstFloor = Int32Array.from(lowFloors, (floors) => floors[0] ?? 0x7fff_ffff)
    this.zoneOfBlock = zonesOfBlocks(info, buddy)
    this.pageSize = 1 << info.pageShift
    this.cpus = info.cpus
    this.isPlain = modes[FrameKind.PAGE] === RefMode.COUNTED && info.pagePoison !== true
  }

  /**
   * A page of a driver with a new allocation (`trace.lastAllocation`), the first of its operation: its pfn, or -1 if
   * nothing was done.
   */
  alloc(gfp: number): number {
    const { pcp, frames, trace } = this
    const bits = gfp & ZONE_BITS
    const zone = this.firstZone[bits]
    if (!this.isPlain || (gfp & __GFP_ZERO) !== 0 || this.buddy.free[zone] <= this.firstFloor[bits]) return -1
    const at = zone * this.cpus + pcp.cpu
    const list = pcp.lists[at * CPU_LISTS + migrateType(gfp) * PCP_ORDERS]
    if (list.size === 0) return -1
    const pfn = list.newest
    if (frames.refcount[pfn] !== 0 || frames.marked[pfn] !== 0) return -1
    list.pop()
    pcp.count[at]--
    const id = trace.firstAllocation(AllocationKind.PAGES, pfn, this.pageSize)
    const use = PAGE_USE | id
    trace.put(Field.USE, pfn, frames.use[pfn], use)
    trace.put(Field.REFCOUNT, pfn, 0, 1)
    frames.use[pfn] = use
    frames.refcount[pfn] = 1
    return pfn
  }

  /** Drops the last count of a driver's page and frees it; false if nothing was done. */
  free(pfn: number): boolean {
    const { pcp, frames, trace, buddy } = this
    const use = frames.use[pfn]
    if (use >>> 28 !== FrameKind.PAGE || !this.isPlain || frames.refcount[pfn] !== 1 || frames.marked[pfn] !== 0)
      return false
    const block = pfn >>> buddy.blockOrder
    const zone = this.zoneOfBlock[block]
    if (zone === SEVERAL) return false
    const at = zone * this.cpus + pcp.cpu
    const list = pcp.lists[at * CPU_LISTS + buddy.types[block] * PCP_ORDERS]
    const count = pcp.count[at] + 1
    if (list.isFull || pcp.isMuch(zone, count)) return false
    trace.put(Field.REFCOUNT, pfn, 1, 0)
    trace.put(Field.USE, pfn, use, PCP_USE)
    frames.refcount[pfn] = 0
    frames.use[pfn] = PCP_USE
    list.push(pfn)
    pcp.count[at] = count
    return true
  }
}

function zonesOfBlocks({ zones }: MachineInfo, { types, blockOrder }: Buddy): Uint8Array {
  const zoneOf = (pfn: number): number => {
    const zone = zones.findIndex(({ end }) => pfn < end)
    return zone < 0 ? zones.length - 1 : zone
  }
  return types.map((_, block) => {
    const zone = zoneOf(block << blockOrder)
    return zone === zoneOf(((block + 1) << blockOrder) - 1) ? zone : SEVERAL
  })
}
