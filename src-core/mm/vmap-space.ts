/**
 * Addresses of vmalloc space, in pages: first fit, and not given out again before a lazy purge.
 *
 * Kernel: mm/vmalloc.c, alloc_vmap_area(), free_vmap_area_noflush(), lazy_max_pages(), __purge_vmap_area_lazy().
 */
import { Field, VMAP_LAZY } from '../trace/fields.ts'
import type { TraceWriter } from '../trace/writer.ts'

interface Range {
  readonly start: number
  readonly pages: number
}

const MIB = 1024 * 1024

export class VmapSpace {
  /** Ascending, never touching each other. */
  private free: Range[]
  /** Freed, but not yet to be used again. */
  private lazy: Range[] = []
  private lazyPages = 0
  private readonly threshold: number

  constructor(
    pageShift: number,
    cpus: number,
    /** Bytes of vmalloc space. */
    bytes: number,
    private readonly trace: TraceWriter,
  ) {
    // Of the terabytes of a 64-bit machine no more than 4 GiB.
    this.free = [{ start: 0, pages: Math.floor(Math.min(bytes, 4096 * MIB) / 2 ** pageShift) }]
    this.threshold = ((32 - Math.clz32(cpus)) * 32 * MIB) / 2 ** pageShift
  }

  /** First page of a free range, or -1. */
  take(pages: number): number {
    let start = this.firstFit(pages)
    if (start < 0 && this.lazy.length > 0) {
      this.purge()
      start = this.firstFit(pages)
    }
    if (start >= 0) this.record(start, 0, pages)
    return start
  }

  private record(start: number, before: number, after: number): void {
    this.trace.delta(Field.VMAP_RANGE, start, before, after)
  }

  private firstFit(pages: number): number {
    const at = this.free.findIndex((range) => range.pages >= pages)
    if (at < 0) return -1
    const { start, pages: room } = this.free[at]
    if (room === pages) this.free.splice(at, 1)
    else this.free[at] = { start: start + pages, pages: room - pages }
    return start
  }

  /** Frees a range lazily: enough of them are purged together. */
  release(start: number, pages: number): void {
    this.lazy.push({ start, pages })
    this.record(start, pages, pages + VMAP_LAZY)
    this.lazyPages += pages
    if (this.lazyPages > this.threshold) this.purge()
  }

  /** Gives back a range that nobody ever used. */
  cancel(start: number, pages: number): void {
    this.record(start, pages, 0)
    this.merge([{ start, pages }])
  }

  /** Makes every lazily freed range free. */
  purge(): void {
    for (const { start, pages } of this.lazy) this.record(start, pages + VMAP_LAZY, 0)
    this.merge(this.lazy)
    this.lazy = []
    this.lazyPages = 0
  }

  private merge(ranges: readonly Range[]): void {
    const merged: Range[] = []
    for (const range of [...this.free, ...ranges].sort((a, b) => a.start - b.start)) {
      const last = merged.at(-1)
      if (last !== undefined && last.start + last.pages === range.start) {
        merged[merged.length - 1] = { start: last.start, pages: last.pages + range.pages }
      } else {
        merged.push(range)
      }
    }
    this.free = merged
  }
}
