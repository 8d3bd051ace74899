/** Drop: what `using` and `drop()` do with a value. */
import { callUser, Driven } from '../sched/driven.ts'
import { Gone } from '../trace/contracts.ts'
import { Flag, NO_SUBJECT, Op } from '../trace/ops.ts'
import type { Surface } from './surface.ts'

/** `Symbol.dispose`, which the library of ES2023 does not know yet. */
const DISPOSE = (Symbol as { readonly dispose?: symbol }).dispose

/**
 * Performs one drop step. An owner is released: its type's `release(self)` runs, then the owners in its fields are
 * dropped in declaration order. A value with a `[Symbol.dispose]` method is disposed through it. A value that is no
 * owner itself has the owners in its fields dropped. `null`, `undefined` and what was moved away are not dropped.
 */
export function dropValue(s: Surface, site: number, value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  const ownership = s.owners.find(value)
  if (ownership !== undefined) {
    s.owners.remove(value, s.trace.step + 1, Gone.DROPPED)
    if (ownership.drop !== undefined) return ownership.drop(site)
    s.trace.begin(site)
    s.done(Op.drop, ownership.allocation, NO_SUBJECT, 0, 0, Flag.LAST)
    return s.owners.release(value, (field) => dropValue(s, site, field))
  }
  const dispose = DISPOSE === undefined ? undefined : (value as Readonly<Record<symbol, unknown>>)[DISPOSE]
  if (typeof dispose === 'function') {
    s.trace.begin(site)
    s.done(Op.drop, 0, NO_SUBJECT, 0, 0, 0)
    return new Driven(callUser(dispose, [], value))
  }
  if (!s.owners.holds(value)) return undefined
  return new Driven(s.owners.fields(value, (field) => dropValue(s, site, field)))
}
