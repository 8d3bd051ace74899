/**
 * Shared anonymous memory: an object without a name whose pages every mapping of it shares.
 *
 * Kernel: mm/shmem.c shmem_zero_setup(), shmem_fault(), shmem_evict_inode().
 * Simplified: no swap; pages are order 0.
 */
import { changes, Part, reads } from '../machine/state-watch.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { FrameKind } from '../trace/fields.ts'
import { GFP_HIGHUSER_MOVABLE, __GFP_ZERO } from './gfp.ts'
import type { Kernel } from './kernel.ts'
import { PG_swapbacked, PG_uptodate } from './page-flags.ts'

/** What a fresh page is: filled, and of no file on a disk. */
const NEW_PAGE = (1 << PG_uptodate) | (1 << PG_swapbacked)

export class Shmem {
  /** Areas that map it. */
  users = 1
  /** Frames by page of the object; the cache holds a reference of each. */
  private readonly pages = new Map<number, number>()

  constructor(
    private readonly kernel: Kernel,
    private readonly id: number,
    /** Pages of the object: an area that grew reaches beyond them, and gets nothing there. */
    readonly size: number,
  ) {}

  /** The frame of a page, made when it is asked for first: then an LRU batch holds it too. -1 = no memory. */
  page(index: number): number {
    const known = this.pages.get(index)
    const touch = known === undefined ? changes : reads
    touch(Part.SHMEM, this, index, index + 1)
    if (known !== undefined) return known
    const { pages, frames } = this.kernel
    const gfp = GFP_HIGHUSER_MOVABLE | __GFP_ZERO
    const pfn = pages.waiting(() => pages.alloc(0, gfp, FrameKind.FOLIO, AllocationKind.ANONYMOUS))
    if (pfn < 0) return -1
    // An address_space: the low bits are clear.
    frames.setMapping(pfn, this.id * 0x1000)
    frames.setFlags(pfn, (frames.flags[pfn]! | NEW_PAGE) >>> 0)
    this.pages.set(index, pfn)
    this.kernel.lru.add(pfn)
    return pfn
  }

  /** True if a page was made. */
  has(index: number): boolean {
    reads(Part.SHMEM, this, index, index + 1)
    return this.pages.has(index)
  }

  /** True if no page was made. */
  get isEmpty(): boolean {
    reads(Part.SHMEM, this)
    return this.pages.size === 0
  }

  /** The last mapping is gone: the pages leave the cache, which drops its references. Returns the frames. */
  takeAll(): readonly number[] {
    changes(Part.SHMEM, this)
    const frames = [...this.pages.values()]
    this.pages.clear()
    for (const pfn of frames) this.kernel.frames.setMapping(pfn, 0)
    return frames
  }
}
