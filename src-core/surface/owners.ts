/**
 * Owners of the Rust surface: which values own something, under which type, and what dropping one does. The values are
 * the objects themselves; ownership is kept beside them. An object that several counted references own (ARef) has one
 * entry for each.
 */
import { callUser, Driven, type Steps } from '../sched/driven.ts'

/** A type with a release function, as user code defines it. */
interface Releasing {
  readonly release?: unknown
}

/** What is known of an owner. */
export interface Ownership {
  /** Allocation that stands for it in the trace. */
  readonly allocation: number
  /** What a pointer to it looks like in memory; left out if it has none. */
  readonly bits?: bigint
  /** Owning type: a parameter declared with this name takes the value over. */
  readonly type?: string
  /** The drop of a type of the surface: records its own steps and may return a `Driven`. */
  readonly drop?: (site: number) => unknown
}

/** How an owner ended. */
export interface Ended {
  /** Step of the end. */
  readonly step: number
  /** `Gone` of trace/contracts.ts. */
  readonly how: number
}

/** The values that own something in this run. */
export class Owners {
  private readonly owned = new WeakMap<object, Ownership[]>()
  private readonly ended = new WeakMap<object, Ended>()

  /** `value` becomes an owner. */
  add(value: object, ownership: Ownership): void {
    const known = this.owned.get(value)
    if (known === undefined || known.length === 0) this.owned.set(value, [ownership])
    else known.push(ownership)
    this.ended.delete(value)
  }

  /** The ownership of a value, the newest if there are several; undefined if it owns nothing (any more). */
  find(value: unknown): Ownership | undefined {
    return typeof value === 'object' && value !== null ? this.owned.get(value)?.at(-1) : undefined
  }

  /**
   * True if a value is an owner that a name of the types `own` gives away and a place of the types `target` takes over:
   * types joined by "|", empty = any.
   */
  moves(value: object, own: string, target: string): boolean {
    const ownership = this.find(value)
    if (ownership === undefined) return false
    const types = (ownership.type ?? 'Owned').split('|')
    const fits = (names: string): boolean => names === '' || names.split('|').some((name) => types.includes(name))
    return fits(own) && fits(target)
  }

  /** How many owners a value has. */
  count(value: object): number {
    return this.owned.get(value)?.length ?? 0
  }

  /** Ends the newest ownership without releasing anything: the value was dropped or its content moved away. */
  remove(value: object, step = 0, how = 0): void {
    const known = this.owned.get(value)
    if (known === undefined) return
    known.pop()
    if (known.length > 0) return
    this.owned.delete(value)
    if (how !== 0) this.ended.set(value, { step, how })
  }

  /** How the last ownership of a value ended; undefined if it has one, or never had. */
  end(value: object): Ended | undefined {
    return this.ended.get(value)
  }

  /** True if a value, or something in its fields, owns anything. */
  holds(value: unknown, depth = 3): boolean {
    if (typeof value !== 'object' || value === null) return false
    if (this.find(value) !== undefined) return true
    return depth > 0 && isPlain(value) && Object.values(value).some((field) => this.holds(field, depth - 1))
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
        yield* owners.fields(value, dropField)
        return undefined
      })(),
    )
  }

  /** Drops the owners in the fields of a value, in the order of declaration. */
  *fields(value: object, dropField: (field: unknown) => unknown): Steps {
    for (const field of Object.values(value)) {
      if (!this.holds(field)) continue
      yield
      const rest = dropField(field)
      if (rest instanceof Driven) yield* rest.generator
    }
    return undefined
  }
}

/** An array, or an object of the program: something whose fields may be looked at without a step. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === Object.prototype || prototype === null || typeof prototype.constructor === 'function'
}
