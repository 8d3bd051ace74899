/** `struct list_lru` and what its walks hand to callbacks. */
import type { spinlock_t } from './objects.ts'

/** A `struct list_lru`: items that a shrinker may free, oldest first. */
export class list_lru {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}

/** A `struct list_lru_one *`: the list of one node that a walk is in. */
export class list_lru_one {
  readonly #id: number
  readonly #lock: spinlock_t
  readonly #count: () => number

  /** @internal */
  constructor(id: number, lock: spinlock_t, count: () => number) {
    this.#id = id
    this.#lock = lock
    this.#count = count
  }
  /** Id of the lru it belongs to; -1 if the value is no such list. @internal */
  static lru(value: unknown): number {
    return typeof value === 'object' && value !== null && #id in value ? value.#id : -1
  }
  /** The lock that the walk holds. */
  get lock(): spinlock_t {
    return this.#lock
  }
  /** Items on the list. No step. */
  get nr_items(): number {
    return this.#count()
  }
}
