/**
 * How code that can be preempted is represented: a generator whose yields carry nothing. A yield is a preemption point
 * or a wait; the scheduler decides who goes on.
 */

/** Code under way: yields at each preemption point, returns its result. */
export type Steps<T = unknown> = Generator<undefined, T, undefined>

/** The generator twin of a function of the snippet, under this symbol. */
export const TWIN = Symbol('pageward.twin')

/** Makes the steps of a call. */
export type Twin = (this: unknown, ...args: never[]) => Steps

/** What a surface function returns that has to call back into the snippet: the rest of its work. */
export class Driven {
  constructor(readonly generator: Steps) {}
}

/** Any function value, seen from the runtime. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown

/** The twin of a function, if it has one. */
export function twinOf(fn: unknown): ((this: unknown, ...args: unknown[]) => Steps) | undefined {
  if (typeof fn !== 'function') return undefined
  return (fn as { [TWIN]?: (this: unknown, ...args: unknown[]) => Steps })[TWIN]
}

/** Calls a function of the snippet from surface code: with preemption inside if it has a twin, plainly otherwise. */
export function* callUser(fn: unknown, args: readonly unknown[], self: unknown = undefined): Steps {
  const twin = twinOf(fn)
  // No spread: in a locked-down realm it goes through the iterator.
  if (twin) return yield* twin.apply(self, args as unknown[])
  return (fn as Callable).apply(self, args as unknown[])
}

/** The steps of code that has none of its own. */
export function* noSteps(): Steps {
  return undefined
}

/** The steps of a call of a function of the snippet, as the code of a task of its own. */
export function stepsOf(fn: unknown, args: unknown[]): Steps {
  const twin = twinOf(fn)
  if (twin === undefined) return callUser(fn, args)
  return args.length === 0 ? (twin as () => Steps)() : Reflect.apply(twin, undefined, args)
}

/** An iterator that is done at once with a value: lets `yield*` take the result of a plain call without a generator. */
class Done {
  private value: unknown = undefined

  with(value: unknown): Iterable<undefined, unknown, undefined> {
    this.value = value
    return this
  }

  next(): IteratorResult<undefined, unknown> {
    const { value } = this
    this.value = undefined
    return { done: true, value }
  }

  [Symbol.iterator](): this {
    return this
  }
}

const done = new Done()

/** Wraps a result for `yield*`; it has to be taken before anything else is wrapped. */
export function doneWith(value: unknown): Iterable<undefined, unknown, undefined> {
  return done.with(value)
}
