/**
 * `$R` of emitted code: the registers of the running task (site, depth), the budget, and what calls, drops and modules
 * are lowered to (src-core/compiler/emit-*.ts). The session gives the hooks.
 *
 * Registers belong to the running task: whoever switches tasks uses `resume`, which keeps them apart.
 */

import { callUser, doneWith, Driven, TWIN, twinOf } from '../sched/driven.ts'
import type { Callable, Steps } from '../sched/driven.ts'
import { rewordError } from './error-text.ts'
import { isNativeSort, sortPlainly } from './merge-sort.ts'
import { nativeSteps } from './native-callbacks.ts'
import { UsingScope } from './using-scope.ts'

/** What the session provides. */
export interface RegisterHooks {
  /** A budget is used up. Has to throw what `isFatal` knows. */
  readonly onOver: (limit: 'turns' | 'depth') => never
  /** Called each few million turns without a step: what else may have run out. */
  readonly onManyTurns?: () => void
  /** Code that cannot wait has to: straight code, a constructor, a callback of a native. Has to throw. */
  readonly onCannotBlock: (site: number) => never
  /** True for what a program may not catch: the end of a budget, the death of its task. */
  readonly isFatal: (error: unknown) => boolean
  /** True for typed views of simulated memory: their properties are steps. */
  readonly isView: (value: object) => boolean
  /** Performs one drop step; may return a `Driven`. */
  readonly drop: (site: number, value: unknown) => unknown
  /** True if a value is an owner that a name of these types gives away and a place of these types takes over. */
  readonly moves?: (value: object, own: string, target: string) => boolean
  /** A name whose value was moved away is used. Has to throw. */
  readonly onDead?: (site: number, value: unknown, movedAt: number) => never
  /** Returned by a surface function that has to wait; it is called again when the task is resumed. */
  readonly blocked: symbol
  /** What is called at a site, as written: for the messages of "is not a function". */
  readonly calleeAt?: (site: number) => string
  readonly maxTurns: number
  readonly maxDepth: number
}

/** The registers of a task that is not running. */
export interface TaskRegisters {
  site: number
  depth: number
  unwinding: boolean
}

/** What follows in a task whose steps have come to a value; null = nothing, it ends. */
export type Then = (id: number, value: unknown) => Steps | null

/** The code of a task and its registers. */
export interface TaskCode {
  readonly id: number
  readonly registers: TaskRegisters
  /** What `then` gives takes their place: not by a generator around both, which every step would have to go through. */
  steps: Steps
  readonly then: Then | null
}

/** The registers of a task that has not run yet. */
export function freshTask(): TaskRegisters {
  return { site: 0, depth: 0, unwinding: false }
}

const { next: nextOf } = Object.getPrototypeOf(function* () {
  // Only its prototype is of use.
}).prototype as Steps

type TwinFunction = (this: unknown, ...args: unknown[]) => Steps
type Resumable = Iterable<undefined, unknown, undefined>

/** A growing array takes 30 MB in so many turns. */
const TURNS_BETWEEN_LOOKS = 1 << 22

export class Registers {
  /** Site of the last access or dynamic call. */
  site = 0
  /** Loop turns and calls since the last step; the machine sets it to 0 at each step. */
  turns = 0
  depth = 0
  /** Turns at which `over` is called: the budget, or an earlier look at what else runs out. */
  maxTurns: number
  private readonly turnBudget: number
  private readonly firstLook: number
  readonly maxDepth: number
  /** True while a dead task is taken apart: its `finally` blocks and drops do not run. */
  unwinding = false
  /**
   * False only while whoever runs the tasks would let the running one go on at its next preemption point: then it does
   * not yield there.
   */
  stops = true
  /** Depth of plain calls of twins: nothing can wait inside. */
  private synchronous = 0
  readonly isFatal: (error: unknown) => boolean
  readonly drop: (site: number, value: unknown) => unknown

  constructor(private readonly hooks: RegisterHooks) {
    this.turnBudget = hooks.maxTurns
    this.maxTurns = this.firstLook = Math.min(hooks.maxTurns, TURNS_BETWEEN_LOOKS)
    this.maxDepth = hooks.maxDepth
    this.isFatal = hooks.isFatal
    this.drop = hooks.drop
  }

  /** As at boot. */
  reset(): void {
    this.site = this.turns = this.depth = this.synchronous = 0
    this.maxTurns = this.firstLook
    this.unwinding = false
    this.stops = true
  }

  /** Runs a task to its next yield or its end. True at the end. */
  resume(task: TaskCode): boolean {
    const { registers } = task
    this.load(registers)
    try {
      return this.advance(task)
    } finally {
      this.store(registers)
    }
  }

  /**
   * `resume` until the task ends or, after a yield, `goesOn` says no. The registers stay the task's in between: nobody
   * else may run.
   */
  resumeWhile(task: TaskCode, goesOn: () => boolean): boolean {
    const { registers } = task
    this.load(registers)
    try {
      for (;;) {
        if (this.advance(task)) return true
        if (!goesOn()) return false
      }
    } finally {
      this.store(registers)
    }
  }

  private advance(task: TaskCode): boolean {
    for (;;) {
      // Each closure's generators have a shape of their own: looking up `next` in them would miss every time.
      const step = nextOf.call(task.steps)
      if (step.done !== true) return false
      const then = task.then === null ? null : task.then(task.id, step.value)
      if (then === null) return true
      task.steps = then
    }
  }

  private load({ site, depth, unwinding }: TaskRegisters): void {
    this.site = site
    this.depth = depth
    this.unwinding = unwinding
  }

  private store(task: TaskRegisters): void {
    task.site = this.site
    task.depth = this.depth
    task.unwinding = this.unwinding
  }

  /** Entry of a function. */
  enter(): void {
    if (++this.turns > this.maxTurns) this.over()
    if (++this.depth > this.maxDepth) this.deep()
  }

  /** More turns than `maxTurns`: goes on if the budget itself is not used up. */
  over(): void {
    if (this.turns > this.turnBudget) {
      this.unwinding = true
      this.hooks.onOver('turns')
    }
    this.maxTurns = Math.min(this.turnBudget, this.turns + TURNS_BETWEEN_LOOKS)
    this.hooks.onManyTurns?.()
  }

  /** A step was made: turns count anew. */
  stepped(): void {
    this.turns = 0
    this.maxTurns = this.firstLook
  }

  deep(): never {
    this.unwinding = true
    return this.hooks.onOver('depth')
  }

  /** First thing in every `catch`. */
  caught(error: unknown): void {
    if (!this.hooks.isFatal(error)) {
      this.reword(error)
      return
    }
    this.unwinding = true
    throw error
  }

  /** Words an error of the engine the same in both forms; for errors that no `catch` of the program has seen. */
  reword(error: unknown): void {
    rewordError(error, this.hooks.calleeAt?.(this.site) ?? 'the value')
  }

  /** A name that nothing declares was used. */
  missing(name: string): never {
    throw new ReferenceError(`${name} is not defined`)
  }

  /** A use of a name that may have been moved; `dead` is the site that moved it, or 0. */
  use<T>(site: number, value: T, dead: number): T {
    if (dead !== 0) this.hooks.onDead?.(site, value, dead)
    return value
  }

  /** True if a mention of a name moves its value. `own`, `target`: types, joined by "|"; empty = any. */
  moves(site: number, value: unknown, dead: number, own: string, target: string): boolean {
    if (dead !== 0) this.hooks.onDead?.(site, value, dead)
    return typeof value === 'object' && value !== null && (this.hooks.moves?.(value, own, target) ?? false)
  }

  /** Stores the site and gives the value back. */
  at<T>(site: number, value: T): T {
    this.site = site
    return value
  }

  /** Stores the site; true if the task has to yield before an access of the value: that is a step. */
  v(site: number, value: unknown): boolean {
    this.site = site
    return this.stops && typeof value === 'object' && value !== null && this.hooks.isView(value)
  }

  /** The result of a suspending function in code that cannot wait. */
  finish(result: unknown, site: number): unknown {
    if (result === this.hooks.blocked) return this.hooks.onCannotBlock(site)
    return result instanceof Driven ? this.drive(result.generator) : result
  }

  /** True if a step left more to be done: the steps of its generator. */
  isMore(result: unknown): result is Driven {
    return result instanceof Driven
  }

  /** The result of a step that may leave more to be done; for `yield*`. */
  settle(result: unknown): Resumable {
    return result instanceof Driven ? result.generator : doneWith(result)
  }

  /** A suspending function in generator code: waits as long as it has to, runs what it leaves to be done. */
  *suspend(fn: Callable, site: number, args: unknown[]): Steps {
    if (this.stops) yield
    for (;;) {
      this.site = site
      const result = fn(site, ...args)
      if (result !== this.hooks.blocked) return result instanceof Driven ? yield* result.generator : result
      if (this.synchronous > 0) this.hooks.onCannotBlock(site)
      yield
    }
  }

  /** Runs steps to their end at once, without preemption. */
  drive(steps: Steps): unknown {
    this.synchronous++
    try {
      let step = steps.next()
      while (!step.done) step = steps.next()
      return step.value
    } finally {
      this.synchronous--
    }
  }

  /** True while code runs that cannot wait. */
  get isSynchronous(): boolean {
    return this.synchronous > 0
  }

  /** The plain function of a twin. */
  dual(twin: TwinFunction, name: string): Callable {
    const plain = plainOf(this, twin) as Callable & { [TWIN]?: TwinFunction }
    // A plain store: closures are made by the thousand, and a descriptor each is what they would cost most.
    plain[TWIN] = twin
    if (name !== '') Object.defineProperty(plain, 'name', { value: name })
    if (twin.length > 0) Object.defineProperty(plain, 'length', { value: twin.length })
    return plain
  }

  /** The twin of a function value; of one that has none, its plain call. */
  twin(fn: Callable): TwinFunction {
    return twinOf(fn) ?? ((...args) => callUser(fn, args))
  }

  /** A private method taken as a value. */
  bound(self: unknown, twin: TwinFunction): Callable {
    return this.dual(twin.bind(self), twin.name)
  }

  /** Replaces the generator methods of a class by their plain functions. */
  duals(made: { readonly prototype: object }): void {
    for (const owner of [made.prototype, made]) {
      for (const [key, { value, writable }] of Object.entries(allDescriptors(owner))) {
        this.replaceTwin(owner, key, value, writable)
      }
      for (const key of Object.getOwnPropertySymbols(owner)) {
        const found = Object.getOwnPropertyDescriptor(owner, key)
        this.replaceTwin(owner, key, found?.value, found?.writable)
      }
    }
  }

  private replaceTwin(owner: object, key: string | symbol, value: unknown, writable: boolean | undefined): void {
    if (!writable || typeof value !== 'function' || Object.getPrototypeOf(value) !== generatorFunction) return
    const name = typeof key === 'symbol' ? `[${key.description ?? ''}]` : key
    Object.defineProperty(owner, key, { value: this.dual(value as TwinFunction, name) })
  }

  /** A call of a value in generator code; for `yield*`. */
  icall(site: number, fn: unknown, args: unknown[]): Resumable {
    return this.imethod(site, undefined, fn, args)
  }

  /** A call with `this` in generator code; for `yield*`. */
  imethod(site: number, self: unknown, fn: unknown, args: unknown[]): Resumable {
    this.site = site
    if (typeof fn !== 'function') throw new TypeError('the value is not a function')
    const twin = twinOf(fn)
    if (twin) return twin.apply(self, args)
    return nativeSteps(fn, self, args) ?? doneWith((fn as Callable).apply(self, args))
  }

  /** A call of something named `sort` in straight code. */
  sort(site: number, self: unknown, fn: unknown, args: unknown[]): unknown {
    this.site = site
    if (typeof fn !== 'function') throw new TypeError('the value is not a function')
    if (typeof args[0] === 'function' && isNativeSort(self, fn)) return sortPlainly(self, fn, args[0])
    return (fn as Callable).apply(self, args)
  }

  /** A step of the surface as a function value: takes its site from the call. */
  stepValue(fn: Callable): Callable {
    const registers = this
    const plain = function (this: unknown, ...args: unknown[]): unknown {
      const { site } = registers
      return registers.finish(fn.call(this, site, ...args), site)
    }
    const twin = function* (this: unknown, ...args: unknown[]): Steps {
      const { site } = registers
      if (registers.stops) yield
      registers.site = site
      return yield* registers.settle(fn.call(this, site, ...args))
    }
    Object.defineProperty(plain, TWIN, { value: twin })
    return plain
  }

  /** A suspending function of the surface as a function value. */
  suspendingValue(fn: Callable): Callable {
    const registers = this
    const plain = function (this: unknown, ...args: unknown[]): unknown {
      const { site } = registers
      return registers.finish(fn.call(this, site, ...args), site)
    }
    const twin = function (this: unknown, ...args: unknown[]): Steps {
      return registers.suspend(fn.bind(this), registers.site, args)
    }
    Object.defineProperty(plain, TWIN, { value: twin })
    return plain
  }

  /** A block with `using` declarations. */
  scope(): UsingScope {
    return new UsingScope(this)
  }

  numeric(value: unknown): unknown {
    return typeof value === 'bigint' ? value : Number(value)
  }

  increment(value: unknown): unknown {
    return typeof value === 'bigint' ? value + 1n : (value as number) + 1
  }

  decrement(value: unknown): unknown {
    return typeof value === 'bigint' ? value - 1n : (value as number) - 1
  }

  /** Defines exports as live getters. */
  export(exports: object, getters: Record<string, () => unknown>): void {
    for (const [name, get] of Object.entries(getters)) {
      Object.defineProperty(exports, name, { get, enumerable: true, configurable: true })
    }
  }

  /** `export * from`. */
  exportAll(exports: object, from: object): void {
    for (const name of Object.keys(from)) {
      if (name === 'default' || Object.hasOwn(exports, name)) continue
      Object.defineProperty(exports, name, {
        get: () => Reflect.get(from, name) as unknown,
        enumerable: true,
        configurable: true,
      })
    }
  }

  enumMember(target: Record<string, unknown>, name: string, value: unknown): void {
    target[name] = value
    if (typeof value === 'number') target[value] = name
  }
}

/** A function without a name that runs a twin to its end. */
function plainOf(registers: Registers, twin: TwinFunction): Callable {
  return function (this: unknown, ...args: unknown[]): unknown {
    return registers.drive(twin.apply(this, args))
  }
}

const generatorFunction: unknown = Object.getPrototypeOf(function* () {
  yield
})

function allDescriptors(owner: object): Record<string, PropertyDescriptor> {
  return Object.getOwnPropertyDescriptors(owner)
}
