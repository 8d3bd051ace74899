/** `kmem_cache`: a handle of a `struct kmem_cache *`. */

export class kmem_cache {
  readonly #id: number
  /** One allocation for each kmem_cache_create() that gave this cache out, the newest last. */
  readonly #allocations: number[]
  #size: number

  /** @internal */
  constructor(id: number, allocation: number, size: number) {
    this.#id = id
    this.#allocations = [allocation]
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
  /** Bytes of an object, the most that a kmem_cache_create() of this cache was given. @internal */
  static size(c: kmem_cache): number {
    return c.#size
  }
  /** Another kmem_cache_create() was answered with this cache (`s->refcount++`). @internal */
  static share(c: kmem_cache, allocation: number, size: number): void {
    c.#allocations.push(allocation)
    c.#size = Math.max(c.#size, size)
  }
  /** Takes the allocation off that stands for the newest of them in the trace; the first one stays. @internal */
  static release(c: kmem_cache): number {
    return (c.#allocations.length > 1 ? c.#allocations.pop() : c.#allocations[0]) ?? 0
  }
}
