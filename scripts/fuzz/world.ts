/**
 * What a random program works in: the calls it makes through the real surface, what it owns, and, when it is recorded,
 * the text of a snippet that does the same.
 */
import { BLOCKED } from '../../src-core/runtime/session.ts'
import type { Registers } from '../../src-core/runtime/registers.ts'
import { Driven, type Steps } from '../../src-core/sched/driven.ts'
import type { BuiltSurface } from '../../src-core/surface/build.ts'
import type { SurfaceFunction } from '../../src-core/surface/run-host.ts'
import type { Coverage } from './coverage.ts'
import { Pools } from './pools.ts'
import type { Recorder } from './recorder.ts'

/** Places that the calls of a random program have, in turn: rules tell calls apart by them. */
export const SITES = 4096

/** What the driver module exports. */
export interface DriverModule {
  readonly state: { hook: ((vma: unknown) => number) | null; vma: unknown; file: unknown }
  readonly [name: string]: unknown
}

/** A pseudo-random choice that depends on one number of the program. */
export class Dice {
  private state = 1

  seed(n: number): void {
    this.state = (Math.imul(n ^ 0x9e37_79b9, 0x85eb_ca6b) ^ 0x2545_f491) >>> 0 || 1
  }

  /** A number from 0 to n - 1. */
  below(n: number): number {
    let x = this.state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.state = x >>> 0
    return this.state % n
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

export class World {
  readonly dice = new Dice()
  readonly pools = new Pools()
  /** Calls made so far. */
  operations = 0
  /** Functions of the surface by name, as far as called. */
  private readonly found = new Map<string, { fn: SurfaceFunction; step: boolean }>()

  constructor(
    private readonly registers: Registers,
    private readonly surface: BuiltSurface,
    readonly driver: DriverModule,
    private readonly coverage: Coverage,
    readonly recorder: Recorder | null,
    readonly pageSize: number,
    private readonly afterCall: () => void,
  ) {}

  /** A constant or class of the surface. */
  value<T = number>(name: string): T {
    this.recorder?.uses(name)
    return this.surface.value[name] as T
  }

  private get site(): number {
    return 1 + (this.operations % SITES)
  }

  private find(name: string): { fn: SurfaceFunction; step: boolean } {
    let known = this.found.get(name)
    if (known === undefined) this.found.set(name, (known = this.look(name)))
    return known
  }

  private look(name: string): { fn: SurfaceFunction; step: boolean } {
    const step = this.surface.step[name]
    if (step !== undefined) return { fn: step, step: true }
    const fn = this.surface.value[name]
    if (typeof fn !== 'function') throw new Error(`the surface has no function ${name}`)
    return { fn: fn as SurfaceFunction, step: false }
  }

  /** Calls a function of the surface, waiting as long as it has to. */
  *call<T = unknown>(name: string, ...args: unknown[]): Steps<T> {
    const { fn, step } = this.find(name)
    const { site } = this
    this.registers.site = site
    const text = this.recorder?.begin(name, args)
    // What does not come back is counted before.
    if (name === 'exit') this.coverage.call(name, undefined)
    let result: unknown = step ? fn(site, ...args) : fn(...args)
    while (result === BLOCKED) {
      yield
      this.registers.site = site
      result = fn(site, ...args)
    }
    if (result instanceof Driven) result = yield* result.generator
    this.ended(name, args, result, text)
    return result as T
  }

  /** Calls a function that cannot wait. */
  now<T = unknown>(name: string, ...args: unknown[]): T {
    const { fn, step } = this.find(name)
    const { site } = this
    this.registers.site = site
    const text = this.recorder?.begin(name, args)
    let result: unknown = step ? fn(site, ...args) : fn(...args)
    if (result instanceof Driven) result = this.registers.drive(result.generator)
    if (result === BLOCKED) throw new Error(`${name} would have to wait`)
    this.ended(name, args, result, text)
    return result as T
  }

  private ended(name: string, args: readonly unknown[], result: unknown, text: string | undefined): void {
    this.operations++
    this.coverage.call(name, result)
    if (text !== undefined) this.recorder?.end(text, args, result)
    this.afterCall()
  }

  /** A method of a pointer: `read_u8`, `write_u32` … */
  method<T = unknown>(name: string, on: unknown, ...args: unknown[]): T {
    const site = this.site + SITES
    this.registers.site = site
    const text = this.recorder?.method(name, on, args)
    const result = this.surface.methods[name]!(site, on, ...args)
    this.operations++
    if (text !== undefined) this.recorder?.end(text, args, result)
    this.afterCall()
    return result as T
  }

  /** A pointer further on. */
  at<T extends { add(n: number): T }>(p: T, n: number): T {
    const moved = p.add(n)
    this.recorder?.derived(moved, p, n)
    return moved
  }

  /** An array or object that calls fill. */
  object<T extends object>(value: T, text: string): T {
    this.recorder?.declare(value, text)
    return value
  }

  /** A name that the driver module exports. */
  export<T = unknown>(name: string): T {
    const value = this.driver[name]
    if (value !== null && (typeof value === 'object' || typeof value === 'function')) this.recorder?.known(value, name)
    return value as T
  }

  /** Notes that a function gave a documented error that cannot be told by its result alone. */
  saw(name: string, error: string): void {
    this.coverage.error(name, error)
  }

  /** Code of a task that waits. */
  task(body: () => Steps): SurfaceFunction {
    return this.registers.dual(body as never, '') as SurfaceFunction
  }

  /** Records what `run` does as the body of a function, and gives the body's text to `wrap`. */
  nested(run: () => void, wrap: (body: string) => string): void {
    const { recorder } = this
    if (recorder === null) run()
    else recorder.nested(run, wrap)
  }
}
