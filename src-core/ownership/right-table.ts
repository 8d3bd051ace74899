/**
 * Rights that were taken on memory, one row each, with the step that took and the step that ended it: so "the rights
 * at step s" is a question that any view can ask. Rights of one allocation are chained, newest first.
 */
import { grown } from './growable.ts'
import type { StepLog } from './step-log.ts'

export const RightKind = {
  /** A page reference: get_page() and friends. Keeps the page block. */
  REFERENCE: 1,
  /** A get that took nothing, because pages of this kind have no count in this era. No right; its put is no mistake. */
  BELIEF: 2,
  /** A temporary kernel mapping of one task (kmap_local_page). Covers bytes. */
  KMAP_LOCAL: 3,
  /** A kernel mapping of the whole machine (kmap). Covers bytes. */
  KMAP: 4,
  /** A page of a vmap area. Covers bytes. */
  VMAP: 5,
  /** A DMA mapping: a device reaches the bytes. */
  DMA: 6,
  /** An entry of a user page table that no count knows of. Covers bytes. */
  PTE_SPECIAL: 7,
  /** An entry of a user page table that holds a page reference. Keeps the page block. */
  PTE: 8,
  /** A pin of get_user_pages for DMA (pin_user_pages). Keeps the page block. */
  PIN: 9,
  /** A pipe buffer that holds the page (vmsplice). Keeps the page block. */
  PIPE: 10,
  /** An item on a list_lru. */
  LRU: 11,
  /** An entry of a table that a device walks. Covers bytes. */
  DEVICE_PTE: 12,
  /** A device's TLB entry whose page-table entry has been cleared. Covers bytes. */
  DEVICE_TLB: 13,
  /** A per-cpu batch in which a page waits for its LRU list. Keeps the page block. */
  LRU_BATCH: 14,
} as const
export type RightKind = (typeof RightKind)[keyof typeof RightKind]
export const RIGHT_KINDS: readonly RightKind[] = Object.values(RightKind)

/** True for rights that keep a page block, but none of the bytes in it (DESIGN §1.1). */
export function isBlockRight(kind: number): boolean {
  if (kind <= RightKind.BELIEF || kind === RightKind.LRU_BATCH) return true
  return kind === RightKind.PIN || kind === RightKind.PIPE || kind === RightKind.LRU
}
/** True for counted holds on a page: references, pins, pipe buffers. */
export function isReference(kind: number): boolean {
  return kind === RightKind.REFERENCE || kind === RightKind.PIN || kind === RightKind.PIPE
}

/**
 * Words of a row. The first word: kind, task << 8. NAME: right id of the trace (kmap) or area (vmap). LIKE: the next
 * older right of the same allocation and sort, in force or not. SKIP: of a right that ended, an older one in that chain
 * with none in force between; 0 = not known, NONE = there is none.
 */
const WORDS = 9
const Word = { HEAD: 0, ALLOCATION: 1, PFN: 2, FROM: 3, TO: 4, OLDER: 5, NAME: 6, LIKE: 7, SKIP: 8 } as const
const NONE = -1

/** Rights that are matched with one another are of one sort: references and gets that took nothing; else the kind. */
const SORTS = RIGHT_KINDS.length + 1
function sortOf(kind: number): number {
  return kind === RightKind.BELIEF ? RightKind.REFERENCE : kind
}

const TASK_SHIFT = 8
const FIRST_ROWS = 256

export class RightTable {
  /** Rows so far; the first is row 1. */
  last = 0
  /** The newest right of each allocation and sort. */
  private readonly newest = new Map<number, number>()
  private words = new Int32Array(FIRST_ROWS * WORDS)

  constructor(private readonly steps: StepLog) {}

  add(
    kind: RightKind,
    allocation: number,
    pfn: number,
    step: number,
    task: number,
    name: number,
    older: number,
  ): number {
    const row = ++this.last
    const at = row * WORDS
    if (at >= this.words.length) this.words = grown(this.words, this.words.length * 2)
    const { words } = this
    words[at] = kind | (task << TASK_SHIFT)
    words[at + Word.ALLOCATION] = allocation
    words[at + Word.PFN] = pfn
    words[at + Word.FROM] = step
    words[at + Word.OLDER] = older
    words[at + Word.NAME] = name
    const chain = allocation * SORTS + sortOf(kind)
    words[at + Word.LIKE] = this.newest.get(chain) ?? 0
    this.newest.set(chain, row)
    return row
  }

  end(row: number, step: number): void {
    this.words[row * WORDS + Word.TO] = step
  }

  kind(row: number): number {
    return this.words[row * WORDS] & 0xff
  }
  /** Task that took it. */
  task(row: number): number {
    return this.words[row * WORDS] >>> TASK_SHIFT
  }
  allocation(row: number): number {
    return this.words[row * WORDS + Word.ALLOCATION]
  }
  pfn(row: number): number {
    return this.words[row * WORDS + Word.PFN] >>> 0
  }
  from(row: number): number {
    return this.words[row * WORDS + Word.FROM]
  }
  /** Step that ended it; 0 = held. */
  to(row: number): number {
    return this.words[row * WORDS + Word.TO]
  }
  /** Next older right of the same allocation; 0 = none. */
  older(row: number): number {
    return this.words[row * WORDS + Word.OLDER]
  }
  /** The newest right in force on an allocation of a kind, or of what is matched with it; 0 = none. */
  inForce(allocation: number, kind: number): number {
    return this.firstInForce(this.newest.get(allocation * SORTS + sortOf(kind)) ?? 0)
  }

  /** The next older right in force of the same allocation and kind, or of what is matched with it; 0 = none. */
  olderInForce(row: number): number {
    return this.firstInForce(this.words[row * WORDS + Word.LIKE])
  }

  /** Rights that ended are passed once: a loop of gets and puts leaves a long chain of them. */
  private firstInForce(row: number): number {
    const { words } = this
    let found = row
    while (found !== 0 && words[found * WORDS + Word.TO] !== 0) found = this.passed(found)
    for (let at = row; at !== found;) {
      const next = this.passed(at)
      words[at * WORDS + Word.SKIP] = found === 0 ? NONE : found
      at = next
    }
    return found
  }

  private passed(row: number): number {
    const skip = this.words[row * WORDS + Word.SKIP]
    return skip === 0 ? this.words[row * WORDS + Word.LIKE] : skip === NONE ? 0 : skip
  }

  name(row: number): number {
    return this.words[row * WORDS + Word.NAME]
  }
  site(row: number): number {
    return this.steps.site(this.from(row))
  }
  /** Kind of the operation that took it. */
  op(row: number): number {
    return this.steps.op(this.from(row))
  }
}
