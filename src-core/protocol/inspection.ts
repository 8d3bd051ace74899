/** What the inspector shows of a selection: fields, rights, walks, the life of the memory. Part of the call table. */

export interface FieldRow {
  /** Name as the kernel spells it in this era. */
  readonly name: string
  readonly value: string
  /** What it was after the step `Inspection.since`; empty if it was not there. The same as `value`: unchanged. */
  readonly before: string
  readonly changed: boolean
  /** What it means, one sentence. */
  readonly help: string
}
/** A kernel struct beside `struct page` that the memory is, or that names it. */
export interface StructView {
  /** Name of the struct as the kernel spells it: `struct scatterlist`. */
  readonly name: string
  /** Which one: `entry 0 of 2`. */
  readonly which: string
  readonly fields: readonly FieldRow[]
}
/** One level of a walk through a page table. */
export interface WalkLevel {
  readonly name: string
  /** Index of the entry in its table, and how many bits of the address it is. */
  readonly index: number
  readonly bits: number
  /** Frame of the table. */
  readonly table: number
  /** The entry, 64 bits: `0x` and 16 digits. */
  readonly entry: string
  /** The bits that are set, low to high; its address is not among them. */
  readonly flags: readonly { readonly name: string; readonly help: string }[]
  /** Frame that the entry names: the next table, or the page; -1 = the entry is empty. */
  readonly pfn: number
}
/** A walk from the top table of an address space to an address. */
export interface PageWalk {
  /** `mm 1`, or `vmalloc space`, of which the machine keeps no tables: it has no levels then. */
  readonly space: string
  readonly address: string
  readonly levels: readonly WalkLevel[]
  /** Indexes of the levels that the walk did not reach, and the bits of the offset in a page. */
  readonly below: readonly { readonly name: string; readonly index: number; readonly bits: number }[]
  readonly pageShift: number
  /** Frame that the address leads to; -1 = none. */
  readonly pfn: number
  /** Where the walk stops short and why, or what is wrong with where it leads; empty if an access goes through. */
  readonly stops: string
}
export interface RightRow {
  readonly kind: string
  readonly on: 'page' | 'bytes' | 'none'
  readonly holder: string
  readonly step: number
  readonly file: string
  readonly line: number
  readonly column: number
  /** The line as written. */
  readonly text: string
}
export interface EventRow {
  readonly step: number
  readonly sentence: string
  readonly file: string
  readonly line: number
  readonly column: number
}
/** Everything the inspector shows of one selection at one step. */
export interface Inspection {
  readonly title: string
  readonly subtitle: string
  /** Frame the fields belong to; -1 if the memory has none at this step. */
  readonly pfn: number
  readonly allocation: number
  /** `leaked`: a bad page, which the allocator keeps from everybody; it is not reserved. */
  readonly state: 'free' | 'allocated' | 'freed' | 'leaked' | 'reserved'
  /**
   * The step that fields and rights are compared with: the one that was asked for, else the event of this memory before
   * its latest one up to the playhead.
   */
  readonly since: number
  readonly fields: readonly FieldRow[]
  readonly structs: readonly StructView[]
  /** How user page tables and vmalloc space lead to it, at most 16 of them. */
  readonly walks: readonly PageWalk[]
  /** What can still reach it, at this step. */
  readonly rights: readonly RightRow[]
  /** Rights that were held after the step `since` and are not held now. */
  readonly gone: readonly RightRow[]
  /** Plain pointers into it (no right). */
  readonly pointers: readonly RightRow[]
  /** Its biography, oldest first, at most a few hundred rows. */
  readonly events: readonly EventRow[]
  readonly moreEvents: number
  /** Objects of the slab, if it is one: physical offset in the frame, allocation (0 = free), label. */
  readonly objects: readonly {
    readonly offset: number
    readonly bytes: number
    readonly allocation: number
    readonly label: string
  }[]
  /** Kernel virtual address of the memory, and its physical address. */
  readonly address: string
  readonly physical: string
  readonly bytes: number
  /** Of an object of a slab: bytes of its place in front of it (left red zone), and of the whole place; else null. */
  readonly slot: { readonly before: number; readonly bytes: number } | null
}

/** What a byte is that an allocator's debugging wrote, and nobody overwrote since. */
export const Painted = {
  NONE: 0,
  /** POISON_FREE and POISON_END in a free object. */
  POISON_FREE: 1,
  POISON_END: 2,
  /** The same in an object in use that nobody wrote to: it still holds the poison. */
  UNWRITTEN: 3,
  /** SLUB_RED_INACTIVE beside a free object, SLUB_RED_ACTIVE beside one in use. */
  RED_INACTIVE: 4,
  RED_ACTIVE: 5,
  /** POISON_INUSE of a new slab, where nothing was put since. */
  PADDING: 6,
  /** PAGE_POISON of a free page (`page_poison=on`), also where its owner did not write since. */
  PAGE_POISON: 7,
} as const

/** What a byte belongs to, whatever it holds: a part of its slab, as the allocator laid it out. */
export const ByteRegion = {
  /** Of no slab. */
  NONE: 0,
  /** Memory that somebody asked for and has. */
  OBJECT: 1,
  FREE_OBJECT: 2,
  /** Behind what was asked for, up to the size of the class or of the cache that it was merged with. */
  SLACK: 3,
  LEFT_RED_ZONE: 4,
  RIGHT_RED_ZONE: 5,
  /** Where SLUB keeps the next free object; inside of a free object, or behind it. */
  FREE_POINTER: 6,
  /** Who allocated and who freed it (`struct track`). */
  ALLOC_TRACK: 7,
  FREE_TRACK: 8,
  /** What kmalloc() was asked for. */
  REQUESTED_SIZE: 9,
  KASAN_RECORD: 10,
  KASAN_RED_ZONE: 11,
  PADDING: 12,
  /** Behind the last object of a slab. */
  SLAB_REST: 13,
} as const
export type ByteRegion = (typeof ByteRegion)[keyof typeof ByteRegion]

/** Names of `ByteRegion`, by number. */
export const BYTE_REGION_NAMES: readonly string[] = Object.keys(ByteRegion).map((name) =>
  name.toLowerCase().replaceAll('_', '-'),
)
