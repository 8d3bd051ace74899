/**
 * Pages of user memory on their way to the LRU lists: the per-cpu batches in which they wait, each with a reference.
 *
 * Kernel: mm/swap.c folio_add_lru(), folio_mark_accessed(), folio_activate(), lru_add_drain_cpu(),
 * folio_batch_move_lru(), __page_cache_release(); include/linux/pagevec.h.
 * Simplified: of the lists it is known only who is on one, not in which order (nothing reclaims them); the lists are
 * those of a kernel without CONFIG_LRU_GEN, as the measured one is. Without swap neither a mmu_gather nor reclaim
 * drains anything.
 */
import type { Frames } from '../machine/frames.ts'
import { Field } from '../trace/fields.ts'
import type { TraceWriter } from '../trace/writer.ts'
import { PG_active, PG_lru, PG_referenced, PG_unevictable } from './page-flags.ts'
import type { PageRef } from './page-ref.ts'

/** PAGEVEC_SIZE: with as many pages a batch is full, and is emptied. */
export const PAGEVEC_SIZE = 31

const LRU = 1 << PG_lru
const ACTIVE = 1 << PG_active
const REFERENCED = 1 << PG_referenced
const UNEVICTABLE = 1 << PG_unevictable
/** What a page loses when it leaves its list (__folio_clear_lru_flags). */
const LIST_FLAGS = LRU | ACTIVE | UNEVICTABLE
/** Batches of one cpu: pages to be added, pages to be activated. */
const ADD = 0
const ACTIVATE = 1
const BATCHES = 2

/** Which pages are on an LRU list. */
export class LruLists {
  private readonly pages = new Set<number>()

  constructor(private readonly frames: Frames) {}

  put(pfn: number): void {
    this.pages.add(pfn)
    this.frames.setFlags(pfn, (this.frames.flags[pfn]! | LRU) >>> 0)
  }

  /**
   * __page_cache_release(): a page that says that it is on a list loses its last reference. It leaves the list it is
   * on; one that only says so (SetPageLRU) keeps the flag, which the checks at the free find.
   */
  leave(pfn: number): void {
    if (this.pages.delete(pfn)) this.frames.setFlags(pfn, (this.frames.flags[pfn]! & ~LIST_FLAGS) >>> 0)
  }
}

export class LruBatches {
  /**
   * Whose batches are in use: those of the running cpu. Under the explorer, and where a schedule is replayed, every
   * task has batches of its own instead, as if it had a cpu to itself: so no step of one task touches the batches of
   * another, and what a drain does to others it does to the counts of pages, which its deltas tell
   * (docs/exploring.md).
   */
  here = 0
  /** Frames, `PAGEVEC_SIZE` a batch. */
  private slots = new Int32Array(BATCHES * PAGEVEC_SIZE)
  /** Frames in each batch. */
  private sizes = new Uint8Array(BATCHES)

  constructor(
    private readonly frames: Frames,
    private readonly refs: PageRef,
    private readonly lists: LruLists,
    private readonly trace: TraceWriter,
  ) {}

  /** folio_add_lru(): a new page waits for its list, with a reference. */
  add(pfn: number): void {
    this.push(ADD, pfn)
  }

  /** True if a drain has nothing to do here. */
  get isEmpty(): boolean {
    const at = this.here * BATCHES
    return at >= this.sizes.length || (this.sizes[at + ADD]! | this.sizes[at + ACTIVATE]!) === 0
  }

  /** lru_add_drain(): empties the batches in use. Returns how many pages they held. */
  drain(): number {
    if (this.isEmpty) return 0
    const at = this.here * BATCHES
    const held = this.sizes[at + ADD]! + this.sizes[at + ACTIVATE]!
    this.move(at + ADD)
    this.move(at + ACTIVATE)
    return held
  }

  /** folio_test_lru(). */
  isOnList(pfn: number): boolean {
    return (this.frames.flags[pfn]! & LRU) !== 0
  }

  /**
   * folio_mark_accessed() of the head of a folio: it is marked referenced; one that is so already becomes active. On a
   * list that takes a batch, and so a reference; one that waits to be added is marked; of any other nothing is left.
   */
  markAccessed(head: number): void {
    const { frames } = this
    const flags = frames.flags[head]!
    if ((flags & REFERENCED) === 0) {
      frames.setFlags(head, (flags | REFERENCED) >>> 0)
      return
    }
    if ((flags & (UNEVICTABLE | ACTIVE)) !== 0) return
    if ((flags & LRU) !== 0) this.push(ACTIVATE, head)
    else if (this.waits(head)) frames.setFlags(head, (flags | ACTIVE) >>> 0)
    frames.setFlags(head, (frames.flags[head]! & ~REFERENCED) >>> 0)
  }

  /** References of a page that batches of all cpus hold. */
  held(pfn: number): number {
    const { slots, sizes } = this
    let held = 0
    for (let batch = 0; batch < sizes.length; batch++) {
      const first = batch * PAGEVEC_SIZE
      for (let i = first; i < first + sizes[batch]!; i++) if (slots[i] === pfn) held++
    }
    return held
  }

  /** True if a page is in the batch of pages to be added that is in use. */
  private waits(pfn: number): boolean {
    const batch = this.here * BATCHES + ADD
    const first = batch * PAGEVEC_SIZE
    const end = first + (this.sizes[batch] ?? 0)
    for (let i = first; i < end; i++) if (this.slots[i] === pfn) return true
    return false
  }

  /** folio_batch_add_and_move(). A large folio does not wait. */
  private push(kind: number, pfn: number): void {
    const batch = this.here * BATCHES + kind
    if (batch >= this.sizes.length) this.grow((this.here + 1) * BATCHES)
    const held = this.held(pfn)
    this.refs.get(pfn)
    this.trace.delta(Field.LRU_BATCH, pfn, held, held + 1)
    const size = this.sizes[batch]!
    this.slots[batch * PAGEVEC_SIZE + size] = pfn
    this.sizes[batch] = size + 1
    if (size + 1 === PAGEVEC_SIZE || this.frames.compoundOrder(pfn) > 0) this.move(batch)
  }

  /** folio_batch_move_lru(): the pages of a batch go where they belong, then its references are dropped. */
  private move(batch: number): void {
    const { frames, slots, lists } = this
    const first = batch * PAGEVEC_SIZE
    const end = first + this.sizes[batch]!
    for (let i = first; i < end; i++) {
      const pfn = slots[i]!
      if (batch % BATCHES === ADD) lists.put(pfn)
      else if (this.isOnList(pfn)) frames.setFlags(pfn, (frames.flags[pfn]! | ACTIVE) >>> 0)
    }
    for (let i = first; i < end; i++) {
      const pfn = slots[i]!
      const held = this.held(pfn)
      slots[i] = -1
      this.trace.delta(Field.LRU_BATCH, pfn, held, held - 1)
      this.refs.putBatched(pfn)
    }
    this.sizes[batch] = 0
  }

  private grow(batches: number): void {
    const sizes = new Uint8Array(batches)
    sizes.set(this.sizes)
    const slots = new Int32Array(batches * PAGEVEC_SIZE)
    slots.set(this.slots)
    this.sizes = sizes
    this.slots = slots
  }
}
