/** linux/uaccess.h: copies between kernel and user memory. Follows lib/usercopy.c at v6.12. */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { Ptr } from '../handles/pointer.ts'
import { Ptr as Pointer } from '../handles/pointer.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxUaccess(s: Surface) {
  const { users, access, trace } = s

  function refused(site: Site, kind: number, n: number): number {
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, n, 0, Flag.FAILED)
    return n
  }

  const address = (value: bigint | number | Ptr): number => Number(Pointer.is(value) ? value.addr : value)

  return {
    steps: {
      /** Copies to the running program's memory, faulting pages in. Returns the bytes that were not copied. */
      copy_to_user(site: Site, to: bigint | number | Ptr, from: Ptr, n: number): number {
        const mm = users.current?.mm
        if (n === 0) return 0
        if (mm === undefined) return refused(site, Op.sys_write, n)
        const data = access.readBytes(site, from, n, Op.copy_to_user)
        return s.userAccess.write(site, mm, address(to), data) ? 0 : refused(site, Op.sys_write, n)
      },
      /** Copies from the running program's memory, faulting pages in. Returns the bytes that were not copied. */
      copy_from_user(site: Site, to: Ptr, from: bigint | number | Ptr, n: number): number {
        const mm = users.current?.mm
        if (n === 0) return 0
        const data = mm === undefined ? null : s.userAccess.read(site, mm, address(from), n)
        if (data === null) return refused(site, Op.sys_read, n)
        access.writeBytes(site, to, data, Op.copy_from_user)
        return 0
      },
    },
  }
}
