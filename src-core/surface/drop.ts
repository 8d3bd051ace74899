/** Drop: what `using` and `drop()` do with a value. */
import { callUser, Driven } from '../sched/driven.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import type { Surface } from './surface.ts'

/** `Symbol.dispose`, which the library of ES2023 does not know yet. */
const DISPOSE = (Symbol as { readonly dispose?: symbol }).dispose

/**
 * Performs one drop step. A value with a `[Symbol.dispose]` method is disposed through it, inside the step's task.
 * Anything else is no owner: dropping it changes nothing. `null` and `undefined` are never dropped.
 */
export function dropValue(s: Surface, site: number, value: unknown): unknown {
  if (typeof value !== 'object' && typeof value !== 'function') return undefined
  if (value === null) return undefined
  const dispose = DISPOSE === undefined ? undefined : (value as Readonly<Record<symbol, unknown>>)[DISPOSE]
  if (typeof dispose !== 'function') throw new TypeError('the value declared with `using` has no [Symbol.dispose]() method')
  s.trace.begin(site)
  s.done(Op.drop, 0, NO_SUBJECT, 0, 0, 0)
  return new Driven(callUser(dispose, [], value))
}
