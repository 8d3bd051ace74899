/** linux/shrinker.h. Follows mm/shrinker.c at v6.12 (surface/reclaim.ts). */
import { Flag, Op } from '../../trace/ops.ts'
import { shrinker } from '../handles/shrinker.ts'
import { SHRINK_EMPTY, SHRINK_STOP } from '../reclaim.ts'
import { wholeOf } from '../arguments.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxShrinker(s: Surface, host: RunHost) {
  const { trace, reclaim } = s
  const idOf = (value: unknown, kind: number): number => {
    const id = shrinker.id(value)
    if (id !== 0) return id
    if (value === null || value === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'a shrinker made by shrinker_alloc()')
  }

  return {
    steps: {
      /**
       * Makes a shrinker: set `count_objects(shrinker, sc)` and `scan_objects(shrinker, sc)`, then register it. The
       * callbacks run in whatever task allocates, with the locks it holds: they may only try to take locks.
       * Owner: the caller, until `shrinker_free`. Returns null if there is no memory.
       */
      shrinker_alloc(site: Site, flags: number, fmt: string, ...args: unknown[]): shrinker | null {
        void args
        void fmt
        wholeOf(flags, 'flags')
        host.needsInterleaving()
        reclaim.attach(host)
        trace.begin(site)
        if (s.failures.armed && s.failures.take(Op.shrinker_alloc)) {
          s.done(Op.shrinker_alloc, 0, 0, 0, 0, Flag.FAILED)
          return null
        }
        const made = reclaim.make(flags | 0)
        s.done(Op.shrinker_alloc, 0, shrinker.id(made), 0, 0, 0)
        return made
      },
      /** From now on reclaim calls the shrinker. */
      shrinker_register(site: Site, shrinker: shrinker): void {
        trace.begin(site)
        const id = idOf(shrinker, Op.shrinker_register)
        reclaim.register(shrinker)
        s.done(Op.shrinker_register, 0, id, 0, 0, 0)
      },
    },
    suspending: {
      /** Takes the shrinker out of service, waits until no callback of it runs, and frees it. Null does nothing. */
      shrinker_free(site: Site, shrinker: shrinker | null): void {
        if (shrinker !== null && shrinker !== undefined && !reclaim.unregister(shrinker))
          return host.blocked as unknown as void
        trace.begin(site)
        if (shrinker === null || shrinker === undefined) return s.done(Op.shrinker_free, 0, 0, 0, 0, Flag.NULL)
        const id = idOf(shrinker, Op.shrinker_free)
        s.done(Op.shrinker_free, 0, id, 0, 0, reclaim.free(shrinker) ? 0 : Flag.WARNED)
      },
    },
    values: {
      /** A shrinker's scan cannot make progress now (~0UL, here as the signed number). */
      SHRINK_STOP: SHRINK_STOP as number,
      /** A shrinker has nothing to free (~0UL - 1). */
      SHRINK_EMPTY: SHRINK_EMPTY as number,
      /** Usual cost of making an object again. */
      DEFAULT_SEEKS: 2 as number,
      /** Flag: the shrinker knows nodes. */
      SHRINKER_NUMA_AWARE: 4 as number,
      /** Flag: the shrinker knows memory cgroups. */
      SHRINKER_MEMCG_AWARE: 8 as number,
    },
  }
}
