/**
 * Memory as the static check sees it: one object for each allocation that a path makes, with what it would take to
 * say that it is live: its owner, the counts of its pages, and what is still mapped to it.
 */

import type ts from 'typescript'
import type { Value } from './values.ts'

/** Which allocator memory came from. */
export type MemoryKind =
  | 'page'
  | 'slab'
  | 'large-kmalloc'
  | 'cache'
  | 'vmalloc'
  | 'vmap'
  | 'kv'
  | 'coherent'
  | 'sg-table'
  | 'owned'
  | 'user'
  | 'foreign'
  | 'wild'

/** What ended memory, or a mapping. */
export interface Ending {
  readonly node: ts.Node
  /** Name of the call: `kfree`, `put_page`, `krealloc`. */
  readonly by: string
  readonly task: number
}

/** A reference that somebody took and has to drop. */
export interface Reference {
  readonly node: ts.Node
  readonly task: number
  /** True if it protects nothing (slab pages): its put is no second mistake. */
  readonly hollow: boolean
  readonly pin: boolean
  /** Dropped by name only: by the page table entry or the pipe that has it. */
  readonly held?: boolean
  /** Taken by GUP, from this area, for how long. */
  readonly gup?: { readonly area: { readonly open: boolean }; readonly pin: boolean; readonly longterm: boolean }
}

/** The count of a page frame. */
export interface PageCount {
  count: number
  readonly references: Reference[]
  /** Flags that the driver set: name → where. */
  readonly flags: Map<string, ts.Node>
  zeroed: Ending | null
  /** References that were ever taken. */
  taken: number
  /** Task that has the page lock. */
  lockedBy: number
}

/** A mapping or other right that outlives a free only by mistake. */
export interface Mapping {
  readonly kind: 'kmap' | 'dma' | 'sg' | 'vmap' | 'pte' | 'pfn-pte'
  readonly node: ts.Node
  readonly task: number
  readonly memory: Memory
  readonly page: number
  readonly from: number
  readonly size: number | null
  readonly direction: Value
  readonly device: Value
  /** Function that made it. */
  readonly by: string
  checked: boolean
  /** The map failed: there is no mapping. */
  failed: boolean
  /** 'device' while only the device may touch the bytes. */
  side: 'device' | 'cpu'
  /** Parts that a partial sync gave to the CPU. */
  readonly cpu: { from: number; to: number }[]
  /** Cleared in the page table, but not flushed: the CPU may still have it. */
  stale: ts.Node | null
  /** Its handle went to code that is not seen: it may have ended. */
  lost: boolean
  /** A zap that should have ended it and did not. */
  missedBy: ts.Node | null
  /** Where the memory was freed under the mapping. */
  freedUnder: Ending | null
  ended: Ending | null
}

/** One allocation of a path. */
export class Memory {
  freed: Ending | null = null
  /** Freed by RCU: the grace period has not passed. */
  deferred: Ending | null = null
  /** Given to code that the check does not see: nothing is missed at the end. */
  escaped = false
  /** A mistake of it was reported: what follows is a consequence. */
  blamed = false
  split = false
  /** The cell through which RCU readers find it, and whether it was taken out again. */
  published: object | null = null
  unlinked = false
  /** Lists that a node in it is on. */
  readonly lists = new Set<object>()
  /** Bytes that krealloc() may use in place; null if not known. */
  room: number | null = null
  /** An owner of the Rust surface has it. */
  rustOwner: Memory | null = null
  /** What a box or vector keeps beside this memory of its. */
  content: object | null = null
  /** The owner that this stands for, or the value whose fields it has: what is lost with it. */
  holder: Value = undefined
  /** Where a box was made of it again. */
  takenBack: ts.Node | null = null
  /** Freed, and got again by a lookup: it may be another page. */
  reused: 'no' | 'unchecked' | 'checked' = 'no'
  /** Its release function is running. */
  releasing = false
  /** The declaration without `using` that holds the owner. */
  declaration: ts.Node | null = null
  /** A vmap area with VM_MAP_PUT_PAGES owns it. */
  handedOver = false
  /** Its owner gave up its own reference. */
  ownerDropped = false
  /** Failed krealloc() whose result went over the only pointer. */
  lost: ts.Node | null = null
  readonly mappings = new Set<Mapping>()
  readonly contents = new Map<number, Value>()
  zeroed = false
  /** Bytes that the program wrote; null = some that the text does not tell. */
  written: { readonly from: number; readonly to: number }[] | null = []
  /** Cache of a slab object; pages of a vmap. */
  cache: Value = undefined
  backing: readonly { memory: Memory; index: number }[] = []
  ownsBacking = false
  private readonly counts = new Map<number, PageCount>()

  constructor(
    readonly id: number,
    readonly kind: MemoryKind,
    readonly node: ts.Node,
    /** Function that made it. */
    readonly by: string,
    public size: number | null,
    readonly order: number | null = 0,
    readonly compound = false,
    readonly highmem = false,
    /** Bytes of a page of the machine. */
    readonly pageSize = 4096,
  ) {}

  /** Pages of a block share the count of the head if it is compound, as what kmalloc() takes whole is. */
  private slot(index: number): number {
    return (this.compound || this.kind === 'large-kmalloc') && !this.split ? 0 : index
  }

  page(index: number): PageCount {
    const slot = this.slot(index)
    let page = this.counts.get(slot)
    if (page === undefined) {
      page = {
        count: slot === 0 || this.split ? 1 : 0,
        references: [],
        flags: new Map(),
        zeroed: null,
        taken: 0,
        lockedBy: 0,
      }
      this.counts.set(slot, page)
    }
    return page
  }

  pages(): IterableIterator<[number, PageCount]> {
    return this.counts.entries()
  }

  /** True if frame `index` has no owner and no reference of its own, though the block lives. */
  isTail(index: number): boolean {
    return index > 0 && !this.compound && !this.split && (this.order ?? 0) > 0
  }
}
