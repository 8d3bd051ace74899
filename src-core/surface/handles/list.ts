/**
 * `struct list_head`: a link of a doubly linked list. A field of a `struct()` lies in simulated memory, and its two
 * pointers are read and written there; one made by `LIST_HEAD` or `new list_head()` is a static variable, whose
 * pointers are cells: those of `LIST_HEAD` point at itself, others are NULL until they are initialised.
 */
import type { Ptr } from './pointer.ts'

/** What reads and writes links; one for a run. @internal */
export interface LinkAccess {
  site(): number
  next(site: number, head: list_head): list_head | null
  prev(site: number, head: list_head): list_head | null
  /** A link as the program knows it: a plain object that is one. */
  shown(link: list_head | null): list_head | null
}

/** A `struct list_head`: the head of a list or a link in one. */
export class list_head {
  readonly #links: LinkAccess | null
  readonly #place: Ptr | null
  #next: list_head | null
  #prev: list_head | null
  #cell = 0

  /** @internal */
  constructor(links: LinkAccess | null = null, place: Ptr | null = null) {
    this.#links = links
    this.#place = place
    this.#next = links === null ? null : this
    this.#prev = this.#next
  }
  /** @internal */
  static is(value: unknown): value is list_head {
    return typeof value === 'object' && value !== null && #place in value
  }
  /** Where the link lies in simulated memory; null for a static variable. @internal */
  static place(head: list_head): Ptr | null {
    return head.#place
  }
  /** A link of a static variable. @internal */
  static link(head: list_head, isNext: boolean): list_head | null {
    return isNext ? head.#next : head.#prev
  }
  /** @internal */
  static setLink(head: list_head, isNext: boolean, to: list_head | null): void {
    if (isNext) head.#next = to
    else head.#prev = to
  }
  /** Number of a static variable among them, made by `make` when first asked for. @internal */
  static cell(head: list_head, make: () => number): number {
    if (head.#cell === 0) head.#cell = make()
    return head.#cell
  }
  /** The next link; of the last one, the head. Reading it is one step. */
  get next(): list_head | null {
    return this.#links === null ? this.#next : this.#links.shown(this.#links.next(this.#links.site(), this))
  }
  /** The link before; of the first one, the head. Reading it is one step. */
  get prev(): list_head | null {
    return this.#links === null ? this.#prev : this.#links.shown(this.#links.prev(this.#links.site(), this))
  }
}
