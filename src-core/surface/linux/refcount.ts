/** linux/refcount.h: counters that saturate. Follows lib/refcount.c at v6.12. */
import { Flag, NO_SUBJECT, Op, RefcountWarning } from '../../trace/ops.ts'
import { atomic_t } from '../handles/cells.ts'
import type { Site, Surface } from '../surface.ts'
import { counterOf, counterToSet } from './atomic.ts'

/** Value of a saturated refcount_t. */
const SATURATED = -0x4000_0000
const INT_MAX = 0x7fff_ffff

/** What a refcount_t does, and what is made of one (kref). */
export class Refcounts {
  constructor(private readonly s: Surface) {}

  /** refcount_warn_saturate(): a row of its own behind the one that changed the counter. */
  private warn(site: Site, why: number): void {
    this.s.trace.begin(site)
    this.s.trace.end(Op.refcount_warn, 0, NO_SUBJECT, why, 0, Flag.WARNED)
  }

  private of(r: unknown): atomic_t {
    return counterOf(this.s, r)
  }

  read(site: Site, r: unknown): number {
    return atomic_t.read(this.of(r), site) >>> 0
  }

  inc(site: Site, r: unknown): void {
    const was = atomic_t.update(this.of(r), site, (old) => (old <= 0 || old === INT_MAX ? SATURATED : old + 1))
    if (was === 0) this.warn(site, RefcountWarning.ADDITION_ON_0)
    else if (was === INT_MAX) this.warn(site, RefcountWarning.SATURATED)
  }

  incNotZero(site: Site, r: unknown): boolean {
    const was = atomic_t.update(this.of(r), site, (old) => {
      if (old === 0) return null
      return old < 0 || old === INT_MAX ? SATURATED : old + 1
    })
    if (was === INT_MAX) this.warn(site, RefcountWarning.SATURATED)
    return was !== 0
  }

  decAndTest(site: Site, r: unknown): boolean {
    const was = atomic_t.update(this.of(r), site, (old) => (old <= 0 ? SATURATED : old - 1))
    if (was === 0) this.warn(site, RefcountWarning.UNDERFLOW)
    return was === 1
  }

  dec(site: Site, r: unknown): void {
    const was = atomic_t.update(this.of(r), site, (old) => (old <= 1 ? SATURATED : old - 1))
    if (was === 0 || was === 1) this.warn(site, RefcountWarning.DECREMENT_HIT_0)
  }
}

export function linuxRefcount(s: Surface) {
  const counts = new Refcounts(s)

  return {
    steps: {
      /** Sets a reference counter. A plain `{}` becomes one by it. */
      refcount_set(site: Site, r: atomic_t, n: number): void {
        atomic_t.write(counterToSet(s, r), site, n)
      },
      /** The count, an `unsigned int`: 0xc0000000 when it is saturated. */
      refcount_read(site: Site, r: atomic_t): number {
        return counts.read(site, r)
      },
      /**
       * Takes a reference. On a count of 0 it saturates with the warning "addition on 0; use-after-free", on INT_MAX
       * with "saturated; leaking memory".
       */
      refcount_inc(site: Site, r: atomic_t): void {
        counts.inc(site, r)
      },
      /** Takes a reference unless the count is 0; true if it was taken. */
      refcount_inc_not_zero(site: Site, r: atomic_t): boolean {
        return counts.incNotZero(site, r)
      },
      /**
       * Drops a reference; true if it was the last one. On a count of 0 it saturates with "underflow;
       * use-after-free".
       */
      refcount_dec_and_test(site: Site, r: atomic_t): boolean {
        return counts.decAndTest(site, r)
      },
      /**
       * Drops a reference that is not the last one. On a count of 1, and of 0, it saturates with "decrement hit 0;
       * leaking memory".
       */
      refcount_dec(site: Site, r: atomic_t): void {
        counts.dec(site, r)
      },
    },
    values: {
      /** A reference counter that saturates instead of wrapping: `refcount_t(1)`, or `new refcount_t(1)`. */
      refcount_t: s.makeRefcount as unknown as { (n?: number): atomic_t; new (n?: number): atomic_t },
    },
  }
}
