/** linux/string.h: the memory functions. */
import { Op } from '../../trace/ops.ts'
import type { Ptr } from '../handles/pointer.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxString(s: Surface) {
  const { access, trace } = s

  /** A pointer argument, checked before any record is opened. */
  function pointer(site: Site, p: Ptr, kind: number): Ptr {
    trace.begin(site)
    const checked = s.pointer(p, kind)
    s.abandon()
    return checked
  }

  const size = (n: number): number => s.integer(n, 'n', 0, Number.MAX_SAFE_INTEGER, true)

  return {
    steps: {
      /** Sets `n` bytes to `c`. One step. */
      memset(site: Site, p: Ptr, c: number, n: number): Ptr {
        access.memset(site, pointer(site, p, Op.memset), s.integer(c, 'c', -(2 ** 31), 2 ** 32 - 1, true), size(n))
        return p
      },
      /** Copies `n` bytes; the areas may not overlap. A read and a write, one step each. */
      memcpy(site: Site, dst: Ptr, src: Ptr, n: number): Ptr {
        access.memcpy(site, pointer(site, dst, Op.memcpy), pointer(site, src, Op.memcpy), size(n))
        return dst
      },
      /** Copies `n` bytes; the areas may overlap. */
      memmove(site: Site, dst: Ptr, src: Ptr, n: number): Ptr {
        access.memcpy(site, pointer(site, dst, Op.memcpy), pointer(site, src, Op.memcpy), size(n))
        return dst
      },
      /** Compares `n` bytes: 0 if equal, else the sign of the first difference. */
      memcmp(site: Site, a: Ptr, b: Ptr, n: number): number {
        return access.memcmp(site, pointer(site, a, Op.memcmp), pointer(site, b, Op.memcmp), size(n))
      },
    },
  }
}
