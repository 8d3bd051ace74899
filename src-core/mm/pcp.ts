/**
 * Per-cpu lists of free blocks of orders 0 to 3: the last block freed on a cpu is the next one allocated there.
 *
 * Kernel: mm/page_alloc.c, rmqueue_pcplist(), rmqueue_bulk(), free_unref_page(), free_pcppages_bulk(),
 * zone_batchsize(), zone_highsize().
 * Simplified: `batch` and `high` are fixed (the kernel tunes them between two bounds); no list for huge pages; no
 * trylock that can fail.
 */
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Frames } from '../machine/frames.ts'
import type { Buddy } from './buddy.ts'
import { MIGRATE_TYPES } from './free-lists.ts'
import { PcpList } from './pcp-list.ts'
import type { Watermarks } from './watermarks.ts'

/** Orders that a per-cpu list exists for: 0 to 3 (PAGE_ALLOC_COSTLY_ORDER). */
export const PCP_ORDERS = 4
/** Lists of a cpu: for each migrate type one of each order. */
export const CPU_LISTS = MIGRATE_TYPES * PCP_ORDERS

export const PCP_USE = packUse(FrameKind.PCP, 0)

/** Frames that one refill or drain moves, for a zone of so many frames. */
export function pcpBatch(zoneFrames: number, pageSize: number): number {
  const quarter = Math.max(1, Math.floor(Math.min(zoneFrames >>> 10, (1024 * 1024) / pageSize) / 4))
  const raised = quarter + (quarter >>> 1)
  return Math.max(1, (1 << (31 - Math.clz32(raised))) - 1)
}

export class PerCpuLists {
  /** Cpu that allocates and frees. */
  cpu = 0
  readonly batch: Uint32Array
  /** Frames on a cpu's lists of a zone from which the oldest go back to the buddy lists. */
  readonly high: Uint32Array
  /** The same while the zone itself has less than its high watermark: batch * 4 (nr_pcp_high). */
  private readonly few: Uint32Array
  /** Free frames on the lists, by zone and cpu. */
  readonly count: Int32Array
  /** By zone, cpu, migrate type and order. */
  readonly lists: readonly PcpList[]
  private readonly cpus: number
  private readonly enough: Uint32Array

  constructor(
    info: MachineInfo,
    private readonly frames: Frames,
    private readonly buddy: Buddy,
    private readonly trace: TraceWriter,
    watermarks: Watermarks,
  ) {
    // High watermarks of the zones.
    this.enough = watermarks.high
    const pageSize = 2 ** info.pageShift
    const sizes = info.zones.map((zone) => zone.end - zone.start)
    this.batch = Uint32Array.from(sizes, (size) => pcpBatch(size, pageSize))
    this.high = Uint32Array.from(this.batch, (batch, zone) =>
      Math.max(batch * 4, Math.floor(watermarks.low[zone] / info.cpus)),
    )
    this.few = Uint32Array.from(this.batch, (batch) => batch * 4)
    this.count = new Int32Array(sizes.length * info.cpus)
    this.lists = Array.from({ length: sizes.length * info.cpus * CPU_LISTS }, () => new PcpList())
    this.cpus = info.cpus
  }

  /**
   * Takes a block of order 0 to 3 from the current cpu's list for a migrate type, refilled from the zone if it is
   * empty; -1 = none.
   */
  take(zone: number, order: number, type: number): number {
    const at = zone * this.cpus + this.cpu
    const list = this.lists[at * CPU_LISTS + type * PCP_ORDERS + order]
    if (list.size === 0 && !this.refill(zone, order, type, list)) return -1
    this.count[at] -= 1 << order
    return list.pop()
  }

  private refill(zone: number, order: number, type: number, list: PcpList): boolean {
    const blocks = order === 0 ? this.batch[zone] : Math.max(2, this.batch[zone] >>> order)
    let taken = 0
    while (taken < blocks) {
      const pfn = this.buddy.take(zone, order, type)
      if (pfn < 0) break
      this.mark(pfn, order)
      list.append(pfn)
      taken++
    }
    this.count[zone * this.cpus + this.cpu] += taken << order
    return taken > 0
  }

  /** Marks the frames of a block as lying on a per-cpu list. */
  private mark(pfn: number, order: number): void {
    const { frames, trace } = this
    for (let i = pfn + (1 << order) - 1; i >= pfn; i--) {
      const old = frames.use[i]
      frames.use[i] = PCP_USE
      trace.delta(Field.USE, i, old, PCP_USE)
    }
  }

  /** Puts a block at the head of the current cpu's list; too many there go back to the zone. */
  give(zone: number, pfn: number, order: number): void {
    if (order === 0) {
      const old = this.frames.use[pfn]
      this.frames.use[pfn] = PCP_USE
      this.trace.delta(Field.USE, pfn, old, PCP_USE)
    } else {
      this.mark(pfn, order)
    }
    const at = zone * this.cpus + this.cpu
    const type = this.buddy.types[pfn >>> this.buddy.blockOrder]
    this.lists[at * CPU_LISTS + type * PCP_ORDERS + order].push(pfn)
    const count = this.count[at] + (1 << order)
    this.count[at] = count
    if (this.isMuch(zone, count)) this.release(zone, this.cpu, this.batch[zone], order, type)
  }

  /** True if so many frames on a cpu's lists are too many (nr_pcp_high). */
  isMuch(zone: number, count: number): boolean {
    if (count < this.few[zone]) return false
    return count >= this.high[zone] || this.buddy.free[zone] < this.enough[zone]
  }

  /**
   * free_pcppages_bulk(): moves the oldest blocks of a cpu, `frames` frames or a little more, to the buddy lists: one
   * list after the other, from the one of an order and migrate type on.
   */
  private release(zone: number, cpu: number, frames: number, order: number, type: number): void {
    const at = zone * this.cpus + cpu
    let left = Math.min(frames, this.count[at])
    for (let index = order * MIGRATE_TYPES + type, tried = 0; left > 0 && tried <= CPU_LISTS; index++, tried++) {
      const size = Math.floor(index / MIGRATE_TYPES) % PCP_ORDERS
      const list = this.lists[at * CPU_LISTS + (index % MIGRATE_TYPES) * PCP_ORDERS + size]
      while (left > 0 && list.size > 0) {
        this.count[at] -= 1 << size
        left -= 1 << size
        this.buddy.give(zone, list.popOldest(), size)
      }
    }
  }

  /** drain_all_pages(): every block of every cpu goes back to its zone. */
  drainAll(): void {
    for (let zone = 0; zone < this.batch.length; zone++) {
      for (let cpu = 0; cpu < this.cpus; cpu++) {
        this.release(zone, cpu, 0x7fff_ffff, 0, 0)
        this.count[zone * this.cpus + cpu] = 0
      }
    }
  }

  /** Takes a block that is freed a second time off the list it is on, if it is the first frame of one there. */
  unlink(zone: number, pfn: number): void {
    for (let i = 0; i < this.cpus * CPU_LISTS; i++) {
      if (!this.lists[zone * this.cpus * CPU_LISTS + i].remove(pfn)) continue
      this.count[zone * this.cpus + Math.floor(i / CPU_LISTS)] -= 1 << (i % PCP_ORDERS)
      return
    }
  }

  /** The blocks of an order on a cpu's lists, by migrate type and newest first (for tests and checks). */
  blocks(zone: number, cpu: number, order: number): number[] {
    const at = (zone * this.cpus + cpu) * CPU_LISTS + order
    return [0, 1, 2].flatMap((type) => this.lists[at + type * PCP_ORDERS].blocks())
  }
}
