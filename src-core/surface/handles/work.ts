/** `struct work_struct`, `struct delayed_work` and `struct workqueue_struct`. */

/** A `struct work_struct`: a function that a worker calls later. A field of a struct(), or `new work_struct()`. */
export class work_struct {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}

/** A `struct delayed_work`: work that is queued when a time has passed. */
export class delayed_work {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}

/** A `struct workqueue_struct *`. */
export class workqueue_struct {
  readonly #id: number
  readonly #name: string

  /** @internal */
  constructor(id: number, name: string) {
    this.#id = id
    this.#name = name
  }
  /** Id of a workqueue; 0 if the value is none. @internal */
  static id(value: unknown): number {
    return typeof value === 'object' && value !== null && #id in value ? value.#id : 0
  }
  /** Name of the workqueue. */
  get name(): string {
    return this.#name
  }
}
