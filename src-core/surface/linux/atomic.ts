/** linux/atomic.h: counters changed in one step. */

import { atomic_t } from '../handles/cells.ts'
import { mustNotBeNull, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

/** An argument that has to be an atomic_t or a refcount_t, or a plain `{}` that was set as one. */
export function counterOf(s: Surface, a: unknown): atomic_t {
  if (atomic_t.is(a)) return a
  const set = typeof a === 'object' && a !== null ? s.plainCounters.get(a) : undefined
  if (set !== undefined) return set
  mustNotBeNull(a, 'an atomic_t')
  throw new TypeError(
    'this call takes an atomic_t: make it with atomic_t(0), set it first, or declare it in a struct()',
  )
}

/** The counter that a set goes to: a plain `{}` becomes one, as storage in C does. */
export function counterToSet(s: Surface, a: unknown): atomic_t {
  if (typeof a === 'object' && a !== null && !s.plainCounters.has(a) && Reflect.getPrototypeOf(a) === Object.prototype)
    s.plainCounters.set(a, new atomic_t(s.cells, 0))
  return counterOf(s, a)
}

export function linuxAtomic(s: Surface) {
  const add = (site: Site, a: atomic_t, by: number): number => atomic_t.update(counterOf(s, a), site, (old) => old + by)

  return {
    steps: {
      /** The value. One step. */
      atomic_read(site: Site, v: atomic_t): number {
        return atomic_t.read(counterOf(s, v), site)
      },
      /** Sets the value. A plain `{}` becomes a counter by it. */
      atomic_set(site: Site, v: atomic_t, i: number): void {
        atomic_t.write(counterToSet(s, v), site, i)
      },
      /** Adds 1. */
      atomic_inc(site: Site, v: atomic_t): void {
        add(site, v, 1)
      },
      /** Subtracts 1. */
      atomic_dec(site: Site, v: atomic_t): void {
        add(site, v, -1)
      },
      /** Adds `i`. The amount comes first, as in C. */
      atomic_add(site: Site, i: number, v: atomic_t): void {
        add(site, v, wholeOf(i, 'i'))
      },
      /** Subtracts `i`. The amount comes first, as in C. */
      atomic_sub(site: Site, i: number, v: atomic_t): void {
        add(site, v, -wholeOf(i, 'i'))
      },
      /** Adds 1 and returns the new value. */
      atomic_inc_return(site: Site, v: atomic_t): number {
        return (add(site, v, 1) + 1) | 0
      },
      /** Subtracts 1 and returns the new value. */
      atomic_dec_return(site: Site, v: atomic_t): number {
        return (add(site, v, -1) - 1) | 0
      },
      /** Subtracts 1; true if the result is 0. */
      atomic_dec_and_test(site: Site, v: atomic_t): boolean {
        return add(site, v, -1) === 1
      },
      /** Adds `i` and returns the old value. The amount comes first, as in C. */
      atomic_fetch_add(site: Site, i: number, v: atomic_t): number {
        return add(site, v, i)
      },
      /** Sets the value and returns the old one. */
      atomic_xchg(site: Site, v: atomic_t, n: number): number {
        return atomic_t.update(counterOf(s, v), site, () => n)
      },
      /** Sets the value to `n` if it is `old`; returns what it was. A failed exchange only reads. */
      atomic_cmpxchg(site: Site, v: atomic_t, old: number, n: number): number {
        return atomic_t.update(counterOf(s, v), site, (was) => (was === (old | 0) ? n : null))
      },
    },
    values: {
      /** A counter that is changed in one step: `atomic_t(0)`, or `new atomic_t(0)`. */
      atomic_t: s.makeAtomic as unknown as { (n?: number): atomic_t; new (n?: number): atomic_t },
    },
  }
}
