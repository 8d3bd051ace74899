/**
 * Kernel objects that a snippet declares as storage: locks, completions, counters, cells. What they hold lives here,
 * outside the snippet's reach; a plain `{}` becomes such an object through its init function, as in C.
 */

/** Says which object of the run is being made: the explorer's name for it. 0 outside of explorations. */
let birth: () => number = () => 0

/** From now on objects are named by `name`. @internal */
export function nameBirths(name: () => number): void {
  birth = name
}

/** Makes an object that is named otherwise: after the memory it lies in. @internal */
export function withoutBirth<T>(make: () => T): T {
  const named = birth
  birth = () => 0
  try {
    return make()
  } finally {
    birth = named
  }
}

/** The name that an object got when it was made; -1 if it is none of these. @internal */
export function birthOf(object: object): number {
  for (const type of [mutex, spinlock_t, rw_semaphore, completion])
    if (type.is(object)) return type.birth(object as never)
  return -1
}

/** A `struct mutex`. */
export class mutex {
  readonly #birth = birth()
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #birth in value
  }
  /** @internal */
  static birth(value: mutex): number {
    return value.#birth
  }
}
/** A `spinlock_t`. */
export class spinlock_t {
  readonly #birth = birth()
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #birth in value
  }
  /** @internal */
  static birth(value: spinlock_t): number {
    return value.#birth
  }
}
/** A `struct rw_semaphore`. */
export class rw_semaphore {
  readonly #birth = birth()
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #birth in value
  }
  /** @internal */
  static birth(value: rw_semaphore): number {
    return value.#birth
  }
}
/** A `struct completion`. */
export class completion {
  readonly #birth = birth()
  /** @internal */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #birth in value
  }
  /** @internal */
  static birth(value: completion): number {
    return value.#birth
  }
}
/** A `wait_queue_head_t`: tasks that wait for a condition. */
export class wait_queue_head_t {
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
