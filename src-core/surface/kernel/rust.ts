/**
 * What the modules of the Rust surface share in one run: types whose methods are steps, owners, borrows and the checks
 * of unsafe contracts. The modules are thin: memory is made and freed by the C functions beside them, so that a step of
 * either language is the same operation of the trace.
 */
import { useAllocation } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { BorrowKind, contractIndex, Gone, type ContractName } from '../../trace/contracts.ts'
import { Driven } from '../../sched/driven.ts'
import { KernelError } from '../handles/kernel-error.ts'
import type { RunHost, SurfaceFunction } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export const EIO = 5
export const ENOMEM = 12
export const EFAULT = 14
export const EINVAL = 22

/** A borrow: what it was taken from, and what has to stay as it was for it to live. */
export interface Borrow {
  /** Allocation borrowed from. */
  readonly allocation: number
  /** Step that took it. */
  readonly step: number
  /** `BorrowKind` if it is dead by now, else 0. */
  readonly dead: () => number
}

type Method<S> = (site: Site, self: S, ...args: never[]) => unknown

/** Methods of a type by how they are run. */
export interface TypeMethods<S> {
  readonly steps?: Readonly<Record<string, Method<S>>>
  readonly suspending?: Readonly<Record<string, Method<S>>>
  /** No steps. */
  readonly pure?: Readonly<Record<string, (self: S, ...args: never[]) => unknown>>
  /** Properties; reading one is a step if it records one. */
  readonly properties?: Readonly<
    Record<string, { get: (site: Site, self: S) => unknown; set?: (site: Site, self: S, value: never) => void }>
  >
  /** What `for … of` visits. */
  readonly iterate?: (self: S, site: Site) => Iterable<unknown>
}

/** State that every value of a type has. */
export interface Handle {
  /** The value that the snippet has. Set by `make`. */
  handle?: object
  /** Set for a borrow. */
  borrow?: Borrow | null
}

/** Values whose properties are steps: boxes. */
const STEPPING = new WeakSet<object>()

/** True if reading a property of the value is a step. */
export function hasSteppingProperties(value: unknown): boolean {
  return typeof value === 'object' && value !== null && STEPPING.has(value)
}

/** A type of the Rust surface in one run. */
export class RustType<S extends Handle> {
  private readonly states = new WeakMap<object, S>()
  private readonly prototype = Object.create(null) as Record<string, unknown>
  private readonly stepping: boolean

  constructor(
    private readonly rust: Rust,
    readonly name: string,
    methods: TypeMethods<S>,
  ) {
    const { rust: owner } = this
    this.stepping = methods.properties !== undefined
    const add = (key: string, value: unknown): void => {
      Object.defineProperty(this.prototype, key, { value, enumerable: false })
    }
    const self = (value: unknown, site: Site): S => this.alive(site, value)
    for (const [key, method] of Object.entries(methods.steps ?? {})) {
      const step: SurfaceFunction = function (this: unknown, site, ...args) {
        return (method as Method<S>)(site as Site, self(this, site as Site), ...(args as never[]))
      }
      add(key, owner.host.stepValue(step))
    }
    for (const [key, method] of Object.entries(methods.suspending ?? {})) {
      const step: SurfaceFunction = function (this: unknown, site, ...args) {
        return (method as Method<S>)(site as Site, self(this, site as Site), ...(args as never[]))
      }
      add(key, owner.host.suspendingValue(step))
    }
    for (const [key, method] of Object.entries(methods.pure ?? {})) {
      add(key, function (this: unknown, ...args: unknown[]) {
        return (method as (self: S, ...rest: unknown[]) => unknown)(self(this, owner.s.control.site()), ...args)
      })
    }
    for (const [key, { get, set }] of Object.entries(methods.properties ?? {})) {
      Object.defineProperty(this.prototype, key, {
        enumerable: false,
        get(this: unknown) {
          const site = owner.s.control.site()
          return get(site, self(this, site))
        },
        set(this: unknown, value: unknown) {
          const site = owner.s.control.site()
          if (set === undefined) throw new TypeError(`${key} cannot be assigned`)
          set(site, self(this, site), value as never)
        },
      })
    }
    const { iterate } = methods
    if (iterate !== undefined) {
      const items = function (this: unknown): Iterator<unknown> {
        const site = owner.s.control.site()
        return iterate(self(this, site), site)[Symbol.iterator]()
      }
      Object.defineProperty(this.prototype, Symbol.iterator, { value: items })
    }
    owner.host.protect(this.prototype)
  }

  /** A value of the type. */
  make(state: S): object {
    const value = Object.freeze(Object.create(this.prototype) as object)
    state.handle = value
    this.rust.s.isStateful = true
    if (this.stepping) STEPPING.add(value)
    this.states.set(value, state)
    return value
  }

  /** The state behind a value; undefined if it is of another type. */
  state(value: unknown): S | undefined {
    return typeof value === 'object' && value !== null ? this.states.get(value) : undefined
  }

  /** The state of a value that is used now: a dead one ends the task, a borrow that outlived its owner is reported. */
  alive(site: Site, value: unknown): S {
    const state = this.state(value)
    if (state === undefined) throw new TypeError(`this method takes a ${this.name}`)
    this.rust.checkEnded(site, state.handle ?? state)
    if (state.borrow !== undefined && state.borrow !== null) this.rust.checkBorrow(site, state.borrow)
    return state
  }
}

export class Rust {
  /** Pages that an owner of the Rust surface has, by allocation: step that made the owner. */
  readonly pageOwners = new Map<number, number>()
  /** Pages whose owner was given up for a physical address, by pfn. */
  readonly inPhys = new Map<number, { readonly allocation: number; readonly step: number }>()
  /** The last time an address was taken back, by pfn. */
  readonly takenBack = new Map<number, { readonly allocation: number; readonly step: number }>()

  constructor(
    readonly s: Surface,
    readonly host: RunHost,
  ) {}

  /** Position in time of the era that runs. */
  get era(): number {
    return this.s.kernel.era.position
  }

  /** Calls a C function as a part of this step's call. If it has to reclaim, it does so without preemption. */
  call(name: string, site: Site, ...args: unknown[]): unknown {
    const fn = this.s.calls.get(name)
    if (fn === undefined) throw new Error(`there is no ${name}()`)
    const result = fn(site, ...args)
    return result instanceof Driven ? this.host.drive(result.generator) : result
  }

  type<S extends Handle>(name: string, methods: TypeMethods<S>): RustType<S> {
    return new RustType(this, name, methods)
  }

  /** A function of a type (`Page.alloc_page`): one step. */
  fn(act: (site: Site, ...args: never[]) => unknown): SurfaceFunction {
    return this.host.stepValue(act as unknown as SurfaceFunction)
  }

  /** A function of a type that may wait or call back. */
  suspendingFn(act: (site: Site, ...args: never[]) => unknown): SurfaceFunction {
    return this.host.suspendingValue(act as unknown as SurfaceFunction)
  }

  /** The `Err` of a `Result`. */
  fail(errno: number, detail = ''): never {
    throw new KernelError(errno, detail)
  }

  /** Records a step that changes nothing. */
  note(site: Site, kind: number = Op.other, allocation = 0, subject = NO_SUBJECT, a = 0, b = 0, flags = 0): void {
    this.s.trace.begin(site)
    this.s.done(kind, allocation, subject, a, b, flags)
  }

  /** Takes a value over from its owner: the old names are dead. Returns false if it has no owner. */
  consume(site: Site, value: unknown, how: number = Gone.MOVED): boolean {
    if (typeof value !== 'object' || value === null) return false
    this.checkEnded(site, value)
    if (this.s.owners.find(value) === undefined) return false
    this.s.owners.remove(value, this.s.trace.step + 1, how)
    return true
  }

  /** A value whose owner has ended is used: the task ends. */
  checkEnded(site: Site, value: object): void {
    const end = this.s.owners.end(value)
    if (end === undefined) return
    this.usedAfterMove(site, 0, end.how, end.step)
  }

  /** Records the use of a dead name and ends the task. `moveSite`: where it was moved, 0 = see `step`. */
  usedAfterMove(site: Site, moveSite: number, how: number, step: number, allocation = 0): never {
    this.s.trace.begin(site)
    this.s.done(Op.use_after_move, allocation, step > 0 ? step : NO_SUBJECT, moveSite, how, Flag.FAULT)
    return this.s.control.oops()
  }

  /** Takes a borrow: one row that names what is borrowed. */
  borrowed(site: Site, allocation: number, pfn: number, dead: () => number): Borrow {
    this.s.trace.begin(site)
    this.s.done(Op.borrow, allocation, pfn < 0 ? NO_SUBJECT : pfn, 0, 0, 0)
    return { allocation, step: this.s.trace.step, dead }
  }

  /** A borrow is used: reported if what it was taken from is gone. The program goes on. */
  checkBorrow(site: Site, borrow: Borrow): void {
    const dead = borrow.dead()
    if (dead !== 0) this.note(site, Op.borrow_outlived, borrow.allocation, NO_SUBJECT, borrow.step, dead)
  }

  /** Says whether the value that a borrow was taken from still has its owner. */
  ownerGone(owner: object): () => number {
    return () => (this.s.owners.find(owner) === undefined ? BorrowKind.OWNER : 0)
  }

  /** Records the breach of a clause. `earlier`: the step that made it one, 0 = none. The program goes on. */
  breach(site: Site, name: ContractName, allocation: number, earlier = 0): void {
    this.note(site, Op.contract, allocation, NO_SUBJECT, contractIndex(name), earlier)
  }

  /** `breach` of a clause without which nothing can go on: the task ends. */
  fatalBreach(site: Site, name: ContractName, allocation: number): never {
    this.note(site, Op.contract, allocation, NO_SUBJECT, contractIndex(name), 0, Flag.FAULT)
    return this.s.control.oops()
  }

  /** Allocation that occupies a frame. */
  occupant(pfn: number): number {
    const { frames } = this.s.kernel
    return frames.valid(pfn) ? useAllocation(frames.use[pfn] ?? 0) : 0
  }

  /** True if an object is a value of the program with the functions of a type. */
  classOf(value: object): Readonly<Record<string, unknown>> {
    const { constructor } = value as { constructor?: unknown }
    return typeof constructor === 'function' ? (constructor as unknown as Record<string, unknown>) : {}
  }
}

const RUSTS = new WeakMap<Surface, Rust>()

/** The Rust surface of a run. */
export function rustOf(s: Surface, host: RunHost): Rust {
  let rust = RUSTS.get(s)
  if (rust === undefined) RUSTS.set(s, (rust = new Rust(s, host)))
  return rust
}
