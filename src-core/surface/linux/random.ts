/** linux/random.h: the only randomness a snippet has, seeded by the machine's `seed`. */
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxRandom(s: Surface) {
  const { trace } = s
  return {
    steps: {
      /** A number from the seeded generator: the same in every run with the same seed. */
      get_random_u32(site: Site): number {
        trace.begin(site)
        const value = s.random.next()
        s.done(Op.get_random, 0, NO_SUBJECT, value | 0, 0, 0)
        return value
      },
    },
  }
}
