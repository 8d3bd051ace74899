/** Owners of the Rust surface: which values own something, and what dropping one does. */
import { callUser, Driven, type Steps } from '../sched/driven.ts'

/** A type with a release function, as user code defines it. */
interface Releasing {
  readonly release?: unknown
}

/** What is known of an owner. */
export interface Ownership {
  /** Allocation that stands for it in the trace. */
  readonly allocation: number
}

/** The values that own something in this run. A value is owned by at most one owner at a time. */
export class Owners {
  private readonly owned = new WeakMap<object, Ownership>()

  /** `value` becomes an owner. */
  add(value: object, ownership: Ownership): void {
    this.owned.set(value, ownership)
  }

  /** The ownership of a value; undefined if it owns nothing (any more). */
  find(value: unknown): Ownership | undefined {
    return typeof value === 'object' && value !== null ? this.owned.get(value) : undefined
  }

  /** Ends the ownership without releasing anything: the value was dropped or its content moved away. */
  remove(value: object): void {
    this.owned.delete(value)
  }

  /**
   * What is left to do after the drop step of an owner: its release function, then the owners in its fields in
   * order.
   */
  release(value: object, dropField: (field: unknown) => unknown): Driven {
    const { release } = (value as { constructor: Releasing }).constructor
    const owners = this
    return new Driven(
      (function* (): Steps {
        if (typeof release === 'function') yield* callUser(release, [value])
        for (const field of Object.values(value)) {
          if (owners.find(field) === undefined) continue
          yield
          const rest = dropField(field)
          if (rest instanceof Driven) yield* rest.generator
        }
        return undefined
      })(),
    )
  }
}
