/**
 * `page` and `folio`: handles of `struct page` and `struct folio`. One struct has one handle, so handles compare
 * with `===`. A handle has no provenance: it names the frame, whoever uses it.
 */

/** A `struct page *`. */
export class page {
  readonly #pfn: number

  /** @internal */
  constructor(pfn: number) {
    this.#pfn = pfn
  }
  /** @internal */
  static is(value: unknown): value is page {
    return typeof value === 'object' && value !== null && #pfn in value
  }
  /** Page frame number the handle names; out of range for a wild pointer. @internal */
  static pfn(p: page): number {
    return p.#pfn
  }
  /** `pfn` of what is a page, undefined of anything else: what `is` and `pfn` say, looked up once. @internal */
  static pfnOf(value: unknown): number | undefined {
    return typeof value === 'object' && value !== null && #pfn in value ? value.#pfn : undefined
  }
  /** @internal */
  toString(): string {
    if (!(#pfn in this)) return 'no page'
    return `page pfn:0x${this.#pfn.toString(16)}`
  }
}

/** A `struct folio *`: the head page of a block, seen as a whole. */
export class folio {
  readonly #pfn: number

  /** @internal */
  constructor(pfn: number) {
    this.#pfn = pfn
  }
  /** @internal */
  static is(value: unknown): value is folio {
    return typeof value === 'object' && value !== null && #pfn in value
  }
  /** pfn of the head page. @internal */
  static pfn(f: folio): number {
    return f.#pfn
  }
  /** @internal */
  toString(): string {
    if (!(#pfn in this)) return 'no folio'
    return `folio pfn:0x${this.#pfn.toString(16)}`
  }
}

/** Freezes a handle: a snippet cannot hang anything on it. @internal */
function frozen<T extends object>(handle: T): T {
  Object.freeze(handle)
  return handle
}

const TABLE_SHIFT = 9
const TABLE_MASK = (1 << TABLE_SHIFT) - 1

/** The handles made so far. One per frame; wild page pointers have theirs too. */
export class PageHandles {
  /** By pfn, in tables of 512: an array with a few high indices would be a hash table. */
  private readonly pages: ((page | undefined)[] | undefined)[] = []
  private readonly folios: (folio | undefined)[] = []
  private readonly wild = new Map<number, page>()

  constructor(private readonly frames: number) {}

  /** The handle of a frame; `pfn` may be anything (a wild pointer is a handle too). */
  page(pfn: number): page {
    if (pfn >= 0 && pfn < this.frames) return this.pages[pfn >>> TABLE_SHIFT]?.[pfn & TABLE_MASK] ?? this.newPage(pfn)
    let handle = this.wild.get(pfn)
    if (handle === undefined) this.wild.set(pfn, (handle = frozen(new page(pfn))))
    return handle
  }

  private newPage(pfn: number): page {
    const handle = frozen(new page(pfn))
    const table = (this.pages[pfn >>> TABLE_SHIFT] ??= new Array<page | undefined>(TABLE_MASK + 1).fill(undefined))
    table[pfn & TABLE_MASK] = handle
    return handle
  }

  folio(pfn: number): folio {
    return (this.folios[pfn] ??= frozen(new folio(pfn)))
  }
}
