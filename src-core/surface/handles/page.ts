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
  /** By handle: who occupied its frame when it was made; null = handles are not told apart. */
  private born: WeakMap<object, number> | null = null
  /** A handle was used that was made for memory freed since. Only known while handles are told apart. */
  staleUsed = false

  constructor(
    private readonly frames: number,
    /** Allocation that occupies a frame now. */
    private readonly occupant: (pfn: number) => number,
  ) {}

  /**
   * Tells handles apart from now on: memory that takes the place of other memory gets a handle of its own, so that a
   * use of the old one shows. They name the same frame still; only `===` sees the difference, which is why no run of
   * a program has this (explore/handle-check.ts).
   */
  tellApart(): void {
    this.born = new WeakMap()
    this.pages.length = this.folios.length = 0
    this.staleUsed = false
  }

  /** Handles are not told apart any more. */
  forget(): void {
    this.born = null
  }

  /** True while handles are told apart. */
  get areApart(): boolean {
    return this.born !== null
  }

  /** A step got a handle. */
  used(handle: page | folio, pfn: number): void {
    const before = this.born?.get(handle)
    if (before !== undefined && before !== this.occupant(pfn)) this.staleUsed = true
  }

  /** The handle itself, if it was made for whoever occupies the frame now; else undefined. */
  private current<T extends page | folio>(handle: T | undefined, pfn: number): T | undefined {
    return handle !== undefined && this.born?.get(handle) === this.occupant(pfn) ? handle : undefined
  }

  /** The handle of a frame; `pfn` may be anything (a wild pointer is a handle too). */
  page(pfn: number): page {
    if (this.born !== null && pfn >= 0 && pfn < this.frames) {
      return this.current(this.pages[pfn >>> TABLE_SHIFT]?.[pfn & TABLE_MASK], pfn) ?? this.newPage(pfn)
    }
    if (pfn >= 0 && pfn < this.frames) return this.pages[pfn >>> TABLE_SHIFT]?.[pfn & TABLE_MASK] ?? this.newPage(pfn)
    let handle = this.wild.get(pfn)
    if (handle === undefined) this.wild.set(pfn, (handle = frozen(new page(pfn))))
    return handle
  }

  private newPage(pfn: number): page {
    const handle = frozen(new page(pfn))
    const table = (this.pages[pfn >>> TABLE_SHIFT] ??= new Array<page | undefined>(TABLE_MASK + 1).fill(undefined))
    table[pfn & TABLE_MASK] = handle
    this.born?.set(handle, this.occupant(pfn))
    return handle
  }

  folio(pfn: number): folio {
    if (this.born === null) return (this.folios[pfn] ??= frozen(new folio(pfn)))
    const known = this.current(this.folios[pfn], pfn)
    if (known !== undefined) return known
    const handle = (this.folios[pfn] = frozen(new folio(pfn)))
    this.born.set(handle, this.occupant(pfn))
    return handle
  }
}
