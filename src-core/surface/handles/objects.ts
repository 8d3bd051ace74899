/**
 * Kernel objects that a snippet declares as storage: locks, completions, counters, cells. What they hold lives here,
 * outside the snippet's reach; a plain `{}` becomes such an object through its init function, as in C.
 */

/** A `struct mutex`. */
export class mutex {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}
/** A `spinlock_t`. */
export class spinlock_t {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}
/** A `struct rw_semaphore`. */
export class rw_semaphore {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}
/** A `struct completion`. */
export class completion {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}
/** A `struct rcu_head`: what `call_rcu` queues. */
export class rcu_head {
  readonly #own = true
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #own in value
  }
}
/** A `struct task_struct *`. */
export class task_struct {
  readonly #id: number
  readonly #name: string
  readonly #pid: number

  /** @internal */
  constructor(id: number, name: string, pid: number) {
    this.#id = id
    this.#name = name
    this.#pid = pid
  }
  /** @internal */
  static is(value: unknown): value is task_struct {
    return typeof value === 'object' && value !== null && #id in value
  }
  /** @internal */
  static id(task: task_struct): number {
    return task.#id
  }
  /** Name of the task. */
  get comm(): string {
    return this.#name
  }
  /** Process id of the task. */
  get pid(): number {
    return this.#pid
  }
}
