/**
 * The shadow's row per allocation: what it is, whether it still lives, what was taken on it. Ids are the trace's.
 * A row is eight words side by side, so that an allocation and its free touch one cache line.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { grown } from './growable.ts'
import type { StepLog } from './step-log.ts'

/** Why a row of the trace that names the allocation needs a closer look. */
export const Mark = {
  /** It went back to its allocator. */
  FREED: 1,
  /** Rights other than the owner's are in force on it. */
  RIGHTS: 2,
  /** A finding is about it. */
  TAINTED: 4,
  /** It was mapped by kmap at some time. */
  KMAPPED: 8,
  /** The owner gave up its right while others kept the memory. */
  GIVEN_UP: 16,
  /** Its owner set page flags that a free looks at. */
  FLAGGED: 32,
  /** It was given to a device at some time. */
  DMA: 64,
  /** Entries of user page tables, pins or pipes were made of it. */
  USERS: 128,
} as const

/** Order of memory that was not made as one block of 2^n pages (alloc_pages_exact). */
export const NO_ORDER = 255

/**
 * Words of a row. The first word: kind, marks << 8, order (or cache id + 1 of a cache object) << 16. SLAB: the slab
 * behind a slab object; of other memory the number of rights in force.
 */
export const WORDS = 8
/** An id shifted by this is where its row starts. */
export const ROW_SHIFT = 3
export const Word = { HEAD: 0, BASE: 1, SIZE: 2, BORN: 3, FREED: 4, SLAB: 5, RIGHTS: 6, POINTERS: 7 } as const
export const MARK_SHIFT = 8
export const ORDER_SHIFT = 16
/** All marks of a row's first word. */
export const ANY_MARK = 0xff << MARK_SHIFT
const FIRST_ROWS = 1024
/** Growing copies, and touches fresh memory: seldom is cheaper than little. */
const GROWTH = 4

/** Rows for another table: memory that was written before has no page faults. `used` words may not be 0. */
export interface SpareRows {
  readonly words: Int32Array
  readonly used: number
}

export class AllocationTable {
  /** Newest id; ids count from 1. */
  lastId = 0
  /** The rows; replaced when they grow. */
  words: Int32Array
  /** Words of rows that may be used: they exist, and those of no allocation yet are 0. */
  private ready = 0
  /** Words of `words` that may not be 0 from `ready` on: an older table's. */
  private stale = 0
  /** Steps at which owners gave up memory that others kept. */
  private readonly givenUp = new Map<number, number>()

  /** `spare`: the rows of a table that nobody reads any more, for this one to use. */
  constructor(
    private readonly steps: StepLog,
    spare: SpareRows | null = null,
  ) {
    this.words = spare?.words ?? new Int32Array(FIRST_ROWS * WORDS)
    this.stale = spare?.used ?? 0
    // Row 0 is nobody's, and read for those who have none.
    this.prepare(WORDS)
  }

  /** Gives the rows away: the table is empty afterwards. */
  giveRows(): SpareRows {
    const { words } = this
    const used = Math.max(this.stale, (this.lastId + 1) * WORDS)
    this.words = new Int32Array(WORDS)
    this.ready = WORDS
    this.lastId = this.stale = 0
    return { words, used }
  }

  /** Makes room for so many allocations more; returns the rows. */
  reserve(more: number): Int32Array {
    const needed = (this.lastId + more + 1) * WORDS
    if (needed > this.ready) this.prepare(needed)
    return this.words
  }

  /**
   * Makes `needed` words ready. An older table's rows are emptied little by little, just before they are used: then
   * they are in the cache when they are.
   */
  private prepare(needed: number): void {
    let size = this.words.length
    while (size < needed) size *= GROWTH
    if (size !== this.words.length) this.words = grown(this.words, size)
    if (this.ready < this.stale) this.words.fill(0, this.ready, Math.min(needed, this.stale))
    this.ready = needed < this.stale ? needed : size
  }

  /** Adds the next allocation: size in bytes, base by kind (trace/allocation-kind.ts). Returns its id. */
  add(kind: number, base: number, size: number, step: number, order: number): number {
    const id = ++this.lastId
    const at = id * WORDS
    if (at >= this.ready) this.prepare(at + WORDS)
    const { words } = this
    words[at] = kind | (order << ORDER_SHIFT)
    words[at + Word.BASE] = base
    words[at + Word.SIZE] = size
    words[at + Word.BORN] = step
    return id
  }

  kind(id: number): number {
    return (this.words[id * WORDS] ?? 0) & 0xff
  }
  mark(id: number): number {
    return ((this.words[id * WORDS] ?? 0) >>> MARK_SHIFT) & 0xff
  }
  addMark(id: number, mark: number): void {
    if (id > 0 && id <= this.lastId) this.words[id * WORDS] |= mark << MARK_SHIFT
  }
  /** The first allocation after `id` whose memory did not go back; 0 = there is none. Of millions, in one loop. */
  nextKept(id: number): number {
    const { words } = this
    const end = ((this.lastId + 1) * WORDS) | 0
    const freed = Mark.FREED << MARK_SHIFT
    for (let at = ((id + 1) * WORDS) | 0; at < end; at = (at + WORDS) | 0) {
      if (((words[at] ?? 0) & freed) === 0) return at / WORDS
    }
    return 0
  }
  /** Order of a page block; NO_ORDER if it is none. */
  order(id: number): number {
    const kind = this.kind(id)
    return kind === AllocationKind.PAGES || kind === AllocationKind.COMPOUND
      ? this.words[id * WORDS] >>> ORDER_SHIFT
      : 0
  }
  setOrder(id: number, order: number): void {
    this.words[id * WORDS] = (this.words[id * WORDS] & 0xffff) | (order << ORDER_SHIFT)
  }
  /** Cache id + 1 of a cache object or a cache; 0 = neither. */
  cache(id: number): number {
    const kind = this.kind(id)
    return kind === AllocationKind.CACHE_OBJECT || kind === AllocationKind.CACHE
      ? this.words[id * WORDS] >>> ORDER_SHIFT
      : 0
  }
  /** Where it starts; unit by kind. */
  base(id: number): number {
    return (this.words[id * WORDS + Word.BASE] ?? 0) >>> 0
  }
  /** Size in bytes. */
  size(id: number): number {
    return (this.words[id * WORDS + Word.SIZE] ?? 0) >>> 0
  }
  /** Step that made it. */
  bornAt(id: number): number {
    return this.words[id * WORDS + Word.BORN] ?? 0
  }
  /** Step at which it went back to its allocator; 0 = it lives. */
  freedAt(id: number): number {
    return this.words[id * WORDS + Word.FREED] ?? 0
  }
  /** Slab behind a slab object (an allocation id); 0 = no slab object. */
  slab(id: number): number {
    const kind = this.kind(id)
    const object = kind === AllocationKind.KMALLOC || kind === AllocationKind.CACHE_OBJECT
    return object ? this.words[id * WORDS + Word.SLAB] : 0
  }
  /** Newest right taken on it, a row of the right table; 0 = none. */
  rights(id: number): number {
    return this.words[id * WORDS + Word.RIGHTS] ?? 0
  }
  /** Newest pointer derived from it, a row of the pointer table; 0 = none. */
  pointers(id: number): number {
    return this.words[id * WORDS + Word.POINTERS] ?? 0
  }

  /** Operation kind, site and task that made it. */
  madeBy(id: number): number {
    return this.steps.op(this.bornAt(id))
  }
  site(id: number): number {
    return this.steps.site(this.bornAt(id))
  }
  task(id: number): number {
    return this.steps.task(this.bornAt(id))
  }
  /** Operation kind, site and task that gave it back; 0 = none did. */
  freedBy(id: number): number {
    return this.steps.op(this.freedAt(id))
  }
  freeSite(id: number): number {
    return this.steps.site(this.freedAt(id))
  }
  freeTask(id: number): number {
    return this.steps.task(this.freedAt(id))
  }

  /** The owner gives up its right while others keep the memory. */
  giveUp(id: number, step: number): void {
    this.addMark(id, Mark.GIVEN_UP)
    this.givenUp.set(id, step)
  }
  /** Step that ended the owner's right; 0 = held. It comes before the free when others kept the memory. */
  ownerEnd(id: number): number {
    return (this.mark(id) & Mark.GIVEN_UP) !== 0 ? (this.givenUp.get(id) ?? 0) : this.freedAt(id)
  }
  /** Operation kind that ended the owner's right. */
  ownerEndOp(id: number): number {
    return this.steps.op(this.ownerEnd(id))
  }
}
