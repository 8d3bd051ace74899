/**
 * Short mappings of single pages: kmap_local_page() per task and last in, first out, and the old global kmap().
 * Each mapping is a right with an id, counted from 1.
 *
 * Kernel: mm/highmem.c, __kmap_local_pfn_prot(), kunmap_local_indexed(), kmap_high(); KERNEL_FACTS 5.2 and 5.3
 * (i386: a slot per mapping, descending; with debugging, DEBUG_KMAP_LOCAL, two pages apart).
 * Simplified: on i386 an unmapping out of order ends the mapping whose address was given (the kernel clears the
 * newest slot's entry).
 */
import { firstHighFrame } from '../machine/layout.ts'
import type { Frames } from '../machine/frames.ts'
import { Flag } from '../trace/ops.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { KernelReports } from './kernel-report.ts'

/** Mappings that a task may hold at once: KM_MAX_IDX is 33 with guard pages, else 16, and the last is out of reach. */
const MAX_LOCAL = { guarded: 16, plain: 15 } as const
/** __fix_to_virt(FIX_KMAP_BEGIN) */
const KMAP_BEGIN = 0xffff_c000n
const FIRST_KMAP = 0xff40_0000n
/** First address of all slots, those of kmap() and, above them, of kmap_local_page() (i386). */
export const KMAP_START = FIRST_KMAP

interface LocalMapping {
  readonly right: number
  readonly pfn: number
  readonly slot: number
}

export class Highmem {
  /** Right that the last unmapping ended; 0 = none matched. */
  endedRight = 0
  /** Right that it should have ended: the task's newest mapping; 0 = the task has none. */
  expectedRight = 0
  private rights = 0
  private readonly firstHigh: number
  private readonly maxLocal: number
  private readonly firstSlot: bigint
  private readonly slotDistance: bigint
  private readonly local: LocalMapping[][] = []
  /** kmap() rights by page, oldest first. */
  private readonly global = new Map<number, number[]>()
  /** kmap() slots: page by slot; a slot stays with its page after the last kunmap(). */
  private readonly kmapSlots: number[] = []

  constructor(
    info: MachineInfo,
    private readonly frames: Frames,
    private readonly reports: KernelReports,
  ) {
    this.firstHigh = firstHighFrame(info)
    // CONFIG_DEBUG_KMAP_LOCAL: every second slot is a guard page (KM_INCR).
    this.maxLocal = info.debug ? MAX_LOCAL.guarded : MAX_LOCAL.plain
    this.slotDistance = info.debug ? 0x2000n : 0x1000n
    this.firstSlot = KMAP_BEGIN + 0x1000n - this.slotDistance
  }

  /** PageHighMem(): the page is not in the linear map. */
  isHighmem(pfn: number): boolean {
    return pfn >= this.firstHigh
  }

  /** kmap_local_page(): id of the new right; -1 when the task's slots are used up (the kernel stops there). */
  mapLocal(task: number, pfn: number): number {
    const stack = (this.local[task] ??= [])
    const slots = stack.filter((mapping) => mapping.slot >= 0).length
    if (slots >= this.maxLocal && this.isHighmem(pfn)) {
      this.reports.add('bug', 'kernel BUG at mm/highmem.c!')
      return -1
    }
    const right = ++this.rights
    stack.push({ right, pfn, slot: this.isHighmem(pfn) ? slots : -1 })
    this.frames.setRights(pfn, this.frames.rights[pfn] + 1)
    return right
  }

  /** Address of a mapping's slot; undefined: the page is mapped where the linear map has it. */
  slotAddress(right: number): bigint | undefined {
    let mapping: LocalMapping | undefined
    for (const stack of this.local) mapping ??= stack?.find((one) => one.right === right)
    return mapping === undefined || mapping.slot < 0
      ? undefined
      : this.firstSlot - this.slotDistance * BigInt(mapping.slot)
  }

  /** Frame behind an address of a task's slots, or -1. */
  pfnOfSlot(task: number, address: bigint): number {
    const page = address - (address % 0x1000n)
    const found = this.local[task]?.findLast(
      (mapping) => mapping.slot >= 0 && this.firstSlot - this.slotDistance * BigInt(mapping.slot) === page,
    )
    return found?.pfn ?? -1
  }

  /**
   * kunmap_local() of an address in a frame: ends the task's newest mapping of that frame, or, where mappings have
   * slots, the one with the address of the slot. `endedRight` and `expectedRight` tell whether the order was kept.
   * FAILED: the task has no such mapping.
   */
  unmapLocal(task: number, pfn: number, slotAddress?: bigint): number {
    const stack = this.local[task] ?? []
    const newest = stack.at(-1)
    const slot = slotAddress === undefined ? -1 : Number((this.firstSlot - slotAddress) / this.slotDistance)
    const at = stack.findLastIndex((mapping) => mapping.pfn === pfn && (slot < 0 || mapping.slot === slot))
    this.expectedRight = newest?.right ?? 0
    this.endedRight = at < 0 ? 0 : stack[at].right
    if (at < 0) return Flag.FAILED
    const outOfOrder = at !== stack.length - 1 && this.isHighmem(pfn)
    stack.splice(at, 1)
    this.frames.setRights(pfn, this.frames.rights[pfn] - 1)
    if (!outOfOrder) return 0
    this.reports.add('warn', 'WARNING: CPU: 0 PID: 1 at mm/highmem.c:623 kunmap_local_indexed')
    return Flag.WARNED
  }

  /** True while a task holds a mapping that it made. */
  isHeld(task: number, right: number): boolean {
    return this.local[task]?.some((mapping) => mapping.right === right) ?? false
  }

  /** Mappings that a task still holds, oldest first: right ids. */
  heldBy(task: number): number[] {
    return (this.local[task] ?? []).map((mapping) => mapping.right)
  }

  /** kmap(): id of the new right. */
  map(pfn: number): number {
    const right = ++this.rights
    const rights = this.global.get(pfn)
    if (rights === undefined) this.global.set(pfn, [right])
    else rights.push(right)
    if (this.isHighmem(pfn) && !this.kmapSlots.includes(pfn)) this.kmapSlots.push(pfn)
    this.frames.setRights(pfn, this.frames.rights[pfn] + 1)
    return right
  }

  /** Address of a page's kmap() slot, kept after the last kunmap(); undefined: never mapped, or not highmem. */
  kmapAddress(pfn: number): bigint | undefined {
    const slot = this.kmapSlots.indexOf(pfn)
    return slot < 0 ? undefined : FIRST_KMAP + 0x1000n * BigInt(slot + 1)
  }

  /** Frame behind an address of the kmap() slots, or -1. */
  pfnOfKmap(address: bigint): number {
    const slot = address < FIRST_KMAP + 0x1000n ? -1 : Number((address - FIRST_KMAP) / 0x1000n) - 1
    return this.kmapSlots[slot] ?? -1
  }

  /** kunmap(). FAILED: the page is not mapped. */
  unmap(pfn: number): number {
    const rights = this.global.get(pfn)
    this.endedRight = rights?.pop() ?? 0
    this.expectedRight = this.endedRight
    if (this.endedRight === 0) return Flag.FAILED
    this.frames.setRights(pfn, this.frames.rights[pfn] - 1)
    return 0
  }
}
