/**
 * user: memory of another program. Follows mm/process_vm_access.c at v6.12: each page of the other side is pinned for
 * the copy (slow GUP, so VM_IO and VM_PFNMAP areas are refused).
 * Simplified: no permission checks; a pin that lasts as long as the step is not recorded.
 */
import { VM_IO, VM_PFNMAP, VM_READ, VM_WRITE } from '../../mm/vma.ts'
import { PG_dirty } from '../../mm/page-flags.ts'
import { ZERO_PFN } from '../../mm/user-map.ts'
import { Flag, Op } from '../../trace/ops.ts'
import type { Ptr } from '../handles/pointer.ts'
import { piecesOf, wholeOf, type Piece } from '../arguments.ts'
import type { Process } from '../processes.ts'
import type { Site, Surface } from '../surface.ts'

const ESRCH = -3
const EFAULT = -14
const EINVAL = -22

export function foreignMemory(s: Surface) {
  const { users, tasks, trace } = s
  /** PVM_MAX_USER_PAGES, what two pages of pointers hold: as many are pinned at once. */
  const MAX_USER_PAGES = (2 * s.pageSize) / s.access.word

  /** Frame behind an address of another program, as a pin by slow GUP finds it; -1 = refused. */
  function frameOf(site: Site, other: Process, at: number, write: boolean): number {
    const vma = other.mm.lookup(at)
    if (vma === null || (vma.flags & (VM_IO | VM_PFNMAP)) !== 0) return -1
    if ((vma.flags & (write ? VM_WRITE : VM_READ)) === 0) return -1
    for (;;) {
      const pfn = users.reach(site, other.mm, at, write)
      const pte = pfn < 0 ? null : other.mm.table.get(at)
      if (pte === null || (pte.special && pfn !== ZERO_PFN)) return -1
      // gup_must_unshare(): a pin has the page for itself.
      if (!write && !pte.write && users.map.isAnonymous(pfn) && !users.map.isExclusive(pfn)) {
        if (users.faults.unshare(site, other.mm, at) !== 0) return -1
        continue
      }
      users.map.touch(other.mm, at, pfn, write)
      return pfn
    }
  }

  /** Where the own side of a copy stands. */
  interface Progress {
    readonly local: readonly Piece[]
    index: number
    offset: number
    done: number
  }

  /** process_vm_rw_pages(): copies `bytes` at `from` in pinned pages. False: the own memory cannot be reached. */
  function copyPages(site: Site, other: Process, from: number, bytes: number, mine: Progress, write: boolean): boolean {
    for (let at = from; at < from + bytes;) {
      while (mine.index < mine.local.length && mine.offset === mine.local[mine.index]!.iov_len) {
        mine.index++
        mine.offset = 0
      }
      const piece = mine.local[mine.index]
      if (piece === undefined) return true
      const run = Math.min(from + bytes - at, s.pageSize - (at % s.pageSize), piece.iov_len - mine.offset)
      const page = at - (at % s.pageSize)
      const phys = other.mm.table.get(page)!.pfn * s.pageSize + (at % s.pageSize)
      const here = piece.iov_base + mine.offset
      const { mm } = users.current!
      const data = write ? s.userAccess.read(site, mm, here, run) : null
      if (write && data === null) return false
      trace.begin(site)
      const bytesThere = write ? null : s.kernel.memory.bytes(phys, run)
      if (data !== null) s.kernel.memory.writeBytes(phys, data)
      s.done(write ? Op.user_store : Op.user_load, s.memoryAt(phys), phys, run, users.map.rightAt(other.mm, page), 0)
      if (bytesThere !== null && !s.userAccess.write(site, mm, here, bytesThere)) return false
      mine.done += run
      mine.offset += run
      at += run
    }
    return true
  }

  /** unpin_user_pages_dirty_lock(): pages that were written are dirty, whatever their entries say. */
  function markDirty(site: Site, other: Process, start: number, count: number): void {
    const { flags } = s.kernel.frames
    for (let i = 0; i < count; i++) {
      const pfn = other.mm.table.get(start + i * s.pageSize)!.pfn
      const head = s.kernel.frames.headOf(pfn)
      if ((flags[head]! & (1 << PG_dirty)) !== 0) continue
      trace.begin(site)
      users.map.setFlag(pfn, PG_dirty)
      s.done(Op.page_flag_set, s.memoryAt(pfn * s.pageSize), pfn, PG_dirty, 0, 0)
    }
  }

  /**
   * process_vm_rw_core(): of each piece of the other side pages are pinned as far as that goes, then copied, and so on
   * until there is nothing left. The bytes copied, or a negative errno.
   */
  function copy(site: Site, pid: number, local: readonly Piece[], remote: readonly Piece[], write: boolean): number {
    if (users.current === null)
      throw new TypeError('process_vm_readv() is a system call: only a user program can make it')
    const task = tasks.list.find((one) => one.pid === pid)
    const other = task === undefined ? undefined : users.byTask.get(task.id)
    if (other === undefined || other.mm.users === 0) return ESRCH
    const total = local.reduce((sum, { iov_len }) => sum + iov_len, 0)
    const mine: Progress = { local, index: 0, offset: 0, done: 0 }
    for (const { iov_base, iov_len } of remote) {
      const end = iov_base + iov_len
      for (let at = iov_base; at < end && mine.done < total;) {
        const start = at - (at % s.pageSize)
        const most = Math.min(Math.ceil((end - start) / s.pageSize), MAX_USER_PAGES)
        let pinned = 0
        while (pinned < most && frameOf(site, other, start + pinned * s.pageSize, write) >= 0) pinned++
        if (pinned === 0) return mine.done > 0 ? mine.done : EFAULT
        const bytes = Math.min(start + pinned * s.pageSize, end) - at
        const isDone = copyPages(site, other, at, bytes, mine, write)
        if (write) markDirty(site, other, start, pinned)
        if (!isDone) return mine.done > 0 ? mine.done : EFAULT
        at += bytes
      }
    }
    return mine.done
  }

  function call(
    site: Site,
    pid: number,
    local: readonly Piece[],
    remote: readonly Piece[],
    flags: number,
    write: boolean,
  ): number {
    const me = users.current
    if (me !== null) me.inKernel++
    const result = flags !== 0 ? EINVAL : copy(site, pid, local, remote, write)
    if (me !== null) me.inKernel--
    trace.begin(site)
    s.done(Op.sys_process_vm_readv, 0, pid >>> 0, result, write ? 1 : 0, result < 0 ? Flag.FAILED : 0)
    return result
  }

  return {
    steps: {
      /**
       * Copies memory of another program into one's own: `remote` into `local`, piece by piece. Returns the bytes
       * copied, which may be fewer, -ESRCH (no such program), -EFAULT (memory that GUP refuses), -EINVAL (`flags` is
       * not 0).
       */
      process_vm_readv(
        site: Site,
        pid: number,
        local: readonly { readonly iov_base: Ptr; readonly iov_len: number }[],
        liovcnt: number,
        remote: readonly { readonly iov_base: Ptr; readonly iov_len: number }[],
        riovcnt: number,
        flags: number,
      ): number {
        const [mine, theirs] = [piecesOf(local, liovcnt, 'local'), piecesOf(remote, riovcnt, 'remote')]
        return call(site, wholeOf(pid, 'pid'), mine, theirs, wholeOf(flags, 'flags'), false)
      },
      /** Copies one's own memory into another program's. See `process_vm_readv`. */
      process_vm_writev(
        site: Site,
        pid: number,
        local: readonly { readonly iov_base: Ptr; readonly iov_len: number }[],
        liovcnt: number,
        remote: readonly { readonly iov_base: Ptr; readonly iov_len: number }[],
        riovcnt: number,
        flags: number,
      ): number {
        const [mine, theirs] = [piecesOf(local, liovcnt, 'local'), piecesOf(remote, riovcnt, 'remote')]
        return call(site, wholeOf(pid, 'pid'), mine, theirs, wholeOf(flags, 'flags'), true)
      },
    },
    values: {},
  }
}
