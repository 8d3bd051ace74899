/** linux/refcount.h: counters that saturate. Follows lib/refcount.c at v6.12. */
import { atomic_t } from '../handles/cells.ts'
import type { Site, Surface } from '../surface.ts'
import { counterOf as of } from './atomic.ts'

/** Value of a saturated refcount_t. */
const SATURATED = -0x4000_0000

export function linuxRefcount(s: Surface) {
  return {
    steps: {
      /** Sets a reference counter. */
      refcount_set(site: Site, r: atomic_t, n: number): void {
        atomic_t.write(of(r), site, n)
      },
      /** The count. */
      refcount_read(site: Site, r: atomic_t): number {
        return atomic_t.read(of(r), site)
      },
      /** Takes a reference. On a count of 0 it saturates with the warning "addition on 0; use-after-free". */
      refcount_inc(site: Site, r: atomic_t): void {
        atomic_t.update(of(r), site, (old) => (old <= 0 || old === 0x7fff_ffff ? SATURATED : old + 1))
      },
      /** Takes a reference unless the count is 0; true if it was taken. */
      refcount_inc_not_zero(site: Site, r: atomic_t): boolean {
        return atomic_t.update(of(r), site, (old) => (old === 0 ? null : old < 0 ? old : old + 1)) !== 0
      },
      /**
       * Drops a reference; true if it was the last one. On a count of 0 it saturates with "underflow;
       * use-after-free".
       */
      refcount_dec_and_test(site: Site, r: atomic_t): boolean {
        return atomic_t.update(of(r), site, (old) => (old === 0 ? SATURATED : old < 0 ? null : old - 1)) === 1
      },
      /**
       * Drops a reference that is not the last one. On a count of 1 it saturates with "decrement hit 0; leaking
       * memory", on 0 with "underflow; use-after-free".
       */
      refcount_dec(site: Site, r: atomic_t): void {
        atomic_t.update(of(r), site, (old) => (old <= 1 ? SATURATED : old - 1))
      },
    },
    values: {
      /** A reference counter that saturates instead of wrapping: `refcount_t(1)`, or `new refcount_t(1)`. */
      refcount_t: s.makeRefcount as unknown as { (n?: number): atomic_t; new (n?: number): atomic_t },
    },
  }
}
