/**
 * Bounce buffers: memory that a device uses in place of the buffer it was given.
 *
 * Kernel: kernel/dma/swiotlb.c, swiotlb_tbl_map_single(), swiotlb_bounce(); KERNEL_FACTS 6.4: mapping copies to the
 * bounce buffer for every direction; unmap and sync_for_cpu copy back unless the device only reads. A buffer starts at
 * a slot, one of a page or more at a page: the offset in the page of what it stands for is not kept, since no device
 * has a min_align_mask.
 */
import { Part, reads } from '../machine/state-watch.ts'
import type { Kernel } from '../mm/kernel.ts'
import { GFP_NOWAIT } from '../mm/gfp.ts'
import { RateLimit } from '../mm/ratelimit.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind } from '../trace/fields.ts'
import { SEGMENT_BYTES, SLOT_BYTES, SlotPool } from './slot-pool.ts'

/** Most bytes of one mapping: the slots of a segment. */
export const MAX_BOUNCE = SEGMENT_BYTES

export interface Bounce {
  /** Physical address of the bounce buffer's first byte. */
  readonly phys: number
  /** Physical address of the buffer it stands for. */
  readonly original: number
  readonly length: number
  readonly slot: number
}

export class BounceBuffers {
  /** dev_warn_ratelimited(). */
  private readonly rate = new RateLimit(5000, 10)
  private slots: SlotPool | null = null
  /** Physical address of each segment that has memory. */
  private readonly segments: number[] = []
  private readonly pageSize: number
  /** What the frames of the pool stand for, by pfn: the latest of those that share it is shown. */
  private readonly behind = new Map<number, number[]>()

  constructor(private readonly kernel: Kernel) {
    this.pageSize = 2 ** kernel.info.pageShift
  }

  /** The pool, made when it is first asked for. */
  get pool(): SlotPool {
    const { memory, cpus } = this.kernel.config
    return (this.slots ??= new SlotPool(memory, cpus, this.pageSize))
  }

  /** Takes a bounce buffer and fills it with the buffer's bytes. Null: no slots are free. */
  take(device: string, original: number, length: number): Bounce | null {
    const { kernel } = this
    const bytes = Math.max(length, 1)
    const slot = bytes > MAX_BOUNCE ? -1 : this.pool.take(kernel.reports.cpu, bytes, (n) => this.back(n))
    if (slot < 0) {
      this.tellFull(device, bytes)
      return null
    }
    const at = slot * SLOT_BYTES
    const phys = this.segments[Math.floor(at / SEGMENT_BYTES)]! + (at % SEGMENT_BYTES)
    const bounce = { phys, original, length, slot }
    reads(Part.BYTES, null, original, original + length)
    if (!this.isBlank(phys, length) || !this.isBlank(original, length)) kernel.memory.copy(phys, original, length)
    this.record(bounce, true)
    return bounce
  }

  private tellFull(device: string, bytes: number): void {
    const { reports } = this.kernel
    const { total, used } = this.pool
    const tell = (text: string): void => reports.print('warn', text)
    const full = `swiotlb buffer is full (sz: ${bytes} bytes), total ${total} (slots), used ${used} (slots)`
    if (this.rate.allows(reports.clock(), (missed) => tell(`swiotlb_tbl_map_single: ${missed} callbacks suppressed`)))
      tell(`${device} ${device}: ${full}`)
  }

  /** Gives the slots back. */
  give(bounce: Bounce): void {
    this.record(bounce, false)
    this.pool.give(bounce.slot, Math.max(bounce.length, 1))
  }

  /** True if nothing was written to the frames of a range: there is nothing to copy then. */
  private isBlank(phys: number, length: number): boolean {
    if (this.kernel.info.pagePoison === true) return false
    const last = Math.floor((phys + length) / this.pageSize)
    for (let pfn = Math.floor(phys / this.pageSize); pfn <= last; pfn++)
      if (!this.kernel.memory.isBlank(pfn)) return false
    return true
  }

  /** True if a segment has memory, or gets it now. */
  private back(segment: number): boolean {
    if (this.segments[segment] !== undefined) return true
    const { pages } = this.kernel
    const pfn = pages.alloc(pages.orderOf(SEGMENT_BYTES), GFP_NOWAIT, FrameKind.PAGE, AllocationKind.FOREIGN)
    if (pfn < 0) return false
    this.segments[segment] = pfn * this.pageSize
    return true
  }

  /** Records which frames stand for which, from now on or no more. */
  private record({ phys, original, length }: Bounce, isUsed: boolean): void {
    const { pageSize } = this
    const first = Math.floor(phys / pageSize)
    const last = Math.floor((phys + Math.max(length, 1) - 1) / pageSize)
    for (let pfn = first; pfn <= last; pfn++) {
      const stands = this.behind.get(pfn) ?? []
      const frame = Math.floor((original + Math.max(pfn * pageSize - phys, 0)) / pageSize) + 1
      const old = stands.at(-1) ?? 0
      if (isUsed) stands.push(frame)
      else stands.splice(stands.lastIndexOf(frame), 1)
      this.behind.set(pfn, stands)
      const shown = stands.at(-1) ?? 0
      if (shown !== old) this.kernel.trace.delta(Field.BOUNCE, pfn, old, shown)
    }
  }
}

/** Copies part of a bounce buffer back to the buffer, or the other way. `from` and `length` in bytes. */
export function copyBounce(kernel: Kernel, bounce: Bounce, toBuffer: boolean, from = 0, length = bounce.length): void {
  const end = Math.min(from + length, bounce.length)
  if (from >= end) return
  if (toBuffer) kernel.memory.copy(bounce.original + from, bounce.phys + from, end - from)
  else kernel.memory.copy(bounce.phys + from, bounce.original + from, end - from)
}
