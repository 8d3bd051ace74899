/** `kmem_cache`: a handle of a `struct kmem_cache *`. */

export class kmem_cache {
  readonly #id: number
  readonly #allocation: number
  readonly #size: number

  /** @internal */
  constructor(id: number, allocation: number, size: number) {
    this.#id = id
    this.#allocation = allocation
    this.#size = size
  }
  /** @internal */
  static is(value: unknown): value is kmem_cache {
    return typeof value === 'object' && value !== null && #id in value
  }
  /** Id of the cache in the run's table. @internal */
  static id(c: kmem_cache): number {
    return c.#id
  }
  /** Bytes of an object, as kmem_cache_create() was given them. @internal */
  static size(c: kmem_cache): number {
    return c.#size
  }
  /** Allocation that stands for the cache in the trace. @internal */
  static allocation(c: kmem_cache): number {
    return c.#allocation
  }
}
