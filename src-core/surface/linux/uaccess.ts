/** linux/uaccess.h: copies between kernel and user memory. Follows lib/usercopy.c at v6.12. */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import type { Ptr } from '../handles/pointer.ts'
import { Ptr as Pointer } from '../handles/pointer.ts'
import { addressOf, countOf, describe, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxUaccess(s: Surface) {
  const { users, access, trace } = s

  function refused(site: Site, kind: number, n: number): number {
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, n, 0, Flag.FAILED)
    return n
  }

  /** Bytes from an address on that user memory really has; its pages are faulted in. */
  function reachable(site: Site, mm: MmStruct, at: number, n: number, write: boolean): number {
    for (let done = 0; done < n;) {
      if (users.load(site, mm, at + done, write) < 0) return done
      done += s.pageSize - ((at + done) % s.pageSize)
    }
    return n
  }

  return {
    steps: {
      /** Copies to the running program's memory, faulting pages in. Returns the bytes that were not copied. */
      copy_to_user(site: Site, to: bigint | number | Ptr, from: Ptr, n: number): number {
        const mm = users.current?.mm
        const at = addressOf(to, 'to')
        if (!Pointer.is(from)) throw new TypeError(`from has to be a pointer, not ${describe(from)}`)
        if (countOf(n, 'n') === 0) return 0
        const copied = mm === undefined ? 0 : reachable(site, mm, at, n, true)
        if (mm !== undefined && copied > 0) {
          const data = access.readBytes(site, from, copied, Op.copy_to_user)
          s.userAccess.write(site, mm, at, data)
        }
        return copied === n ? 0 : refused(site, Op.sys_write, n - copied)
      },
      /**
       * Copies from the running program's memory, faulting pages in. Returns the bytes that were not copied; those are
       * zero at the destination.
       */
      copy_from_user(site: Site, to: Ptr, from: bigint | number | Ptr, n: number): number {
        const mm = users.current?.mm
        const at = addressOf(from, 'from')
        if (!Pointer.is(to)) throw new TypeError(`to has to be a pointer, not ${describe(to)}`)
        if (wholeOf(n, 'n', 0, s.kernel.config.memory) === 0) return 0
        const copied = mm === undefined ? 0 : reachable(site, mm, at, n, false)
        const data = new Uint8Array(n)
        const bytes = mm === undefined || copied === 0 ? null : s.userAccess.read(site, mm, at, copied)
        if (bytes !== null) data.set(bytes)
        access.writeBytes(site, to, data, Op.copy_from_user)
        return copied === n ? 0 : refused(site, Op.sys_read, n - copied)
      },
    },
  }
}
