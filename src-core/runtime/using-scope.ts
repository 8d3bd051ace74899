/**
 * What a block with `using` declarations is lowered to: values in order of declaration, dropped in reverse order when
 * the block is left, each drop one step at the closing brace. Errors follow explicit resource management: an error in
 * a release is thrown, together with what it suppressed. A task that is taken apart drops nothing, as in the kernel.
 */

import type { Registers } from './registers.ts'
import { Driven } from '../sched/driven.ts'
import type { Steps } from '../sched/driven.ts'

/** An error thrown while another one was on its way (ES2026 name; not every host has it). */
export class SuppressedError extends Error {
  override readonly name = 'SuppressedError'

  constructor(
    readonly error: unknown,
    readonly suppressed: unknown,
  ) {
    super(error instanceof Error ? error.message : String(error))
  }
}

interface Held {
  readonly value: unknown
  readonly site: number
}

export class UsingScope {
  private held: Held[] = []
  private failed = false
  private error: unknown = undefined

  constructor(private readonly registers: Registers) {}

  /** `using x = value`. `site` is the site of the drop. `null` and `undefined` are not dropped. */
  use<T>(value: T, site: number): T {
    if (value !== null && value !== undefined) this.held.push({ value, site })
    return value
  }

  /** The value leaves the block: it is not dropped. */
  move<T>(value: T): T {
    for (let i = this.held.length - 1; i >= 0; i--) {
      if (this.held[i]?.value !== value) continue
      this.held.splice(i, 1)
      break
    }
    return value
  }

  /** The body threw. */
  fail(error: unknown): void {
    this.failed = true
    this.error = error
    if (this.registers.isFatal(error)) this.registers.unwinding = true
    else this.registers.reword(error)
  }

  /** Drops everything, without preemption. */
  end(): void {
    for (let held = this.next(); held; held = this.next()) {
      try {
        this.registers.site = held.site
        this.registers.finish(this.registers.drop(held.site, held.value), held.site)
      } catch (error) {
        this.failRelease(error)
      }
    }
    if (this.failed) throw this.error
  }

  /** Drops everything, with a preemption point before each drop. */
  *endInterleaved(): Steps<void> {
    for (let held = this.next(); held; held = this.next()) {
      try {
        yield
        this.registers.site = held.site
        const result = this.registers.drop(held.site, held.value)
        if (result instanceof Driven) yield* result.generator
        else this.registers.finish(result, held.site)
      } catch (error) {
        this.failRelease(error)
      }
    }
    if (this.failed) throw this.error
  }

  private next(): Held | undefined {
    return this.registers.unwinding ? undefined : this.held.pop()
  }

  private failRelease(error: unknown): void {
    if (this.registers.isFatal(error)) {
      this.registers.unwinding = true
      this.error = error
    } else this.error = this.failed ? new SuppressedError(error, this.error) : error
    this.failed = true
  }
}
