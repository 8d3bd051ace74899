/**
 * Bounce buffers: memory that a device uses in place of the buffer it was given.
 *
 * Kernel: kernel/dma/swiotlb.c, swiotlb_tbl_map_single(), swiotlb_bounce(); KERNEL_FACTS 6.4: mapping copies to the
 * bounce buffer for every direction; unmap and sync_for_cpu copy back unless the device only reads.
 * Simplified: a buffer is taken from the page allocator when it is needed, in whole pages, not from a pool of slots.
 */
import { Part, reads } from '../machine/state-watch.ts'
import type { Kernel } from '../mm/kernel.ts'
import { GFP_NOWAIT } from '../mm/gfp.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind } from '../trace/fields.ts'

/** Most bytes of one mapping: 128 slots of 2 KiB. */
export const MAX_BOUNCE = 128 * 2048

export interface Bounce {
  /** Physical address of the bounce buffer's first byte. */
  readonly phys: number
  /** Physical address of the buffer it stands for. */
  readonly original: number
  readonly length: number
  readonly order: number
}

/** Takes a bounce buffer and fills it with the buffer's bytes. Null: none is free. */
export function takeBounce(kernel: Kernel, original: number, length: number): Bounce | null {
  const pageSize = 2 ** kernel.info.pageShift
  const offset = original % pageSize
  if (length > MAX_BOUNCE - offset) return null
  const order = kernel.pages.orderOf(offset + length)
  const pfn = kernel.pages.alloc(order, GFP_NOWAIT, FrameKind.PAGE, AllocationKind.FOREIGN)
  if (pfn < 0) return null
  const bounce = { phys: pfn * pageSize + offset, original, length, order }
  reads(Part.BYTES, null, original, original + length)
  kernel.memory.copy(bounce.phys, original, length)
  record(kernel, bounce, true)
  return bounce
}

/** Records which frames stand for which, from now on or no more. */
function record(kernel: Kernel, { phys, original, length }: Bounce, isUsed: boolean): void {
  const { pageShift } = kernel.info
  const pages = Math.floor(((phys % 2 ** pageShift) + length - 1) / 2 ** pageShift) + 1
  for (let i = 0; i < pages; i++) {
    const behind = Math.floor(original / 2 ** pageShift) + i + 1
    const index = Math.floor(phys / 2 ** pageShift) + i
    kernel.trace.delta(Field.BOUNCE, index, isUsed ? 0 : behind, isUsed ? behind : 0)
  }
}

/** Copies part of a bounce buffer back to the buffer, or the other way. `from` and `length` in bytes. */
export function copyBounce(kernel: Kernel, bounce: Bounce, toBuffer: boolean, from = 0, length = bounce.length): void {
  const end = Math.min(from + length, bounce.length)
  if (from >= end) return
  if (toBuffer) kernel.memory.copy(bounce.original + from, bounce.phys + from, end - from)
  else kernel.memory.copy(bounce.phys + from, bounce.original + from, end - from)
}

export function giveBounce(kernel: Kernel, bounce: Bounce): void {
  record(kernel, bounce, false)
  kernel.pages.freePages(bounce.phys >>> kernel.info.pageShift, bounce.order)
}
