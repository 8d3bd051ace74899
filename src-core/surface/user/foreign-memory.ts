/**
 * user: memory of another program. Follows mm/process_vm_access.c at v6.12: each page of the other side is pinned for
 * the copy (slow GUP, so VM_IO and VM_PFNMAP areas are refused).
 * Simplified: no permission checks; a pin that lasts as long as the step is not recorded.
 */
import { VM_IO, VM_PFNMAP, VM_READ, VM_WRITE } from '../../mm/vma.ts'
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

  /** Frame behind an address of another program, as slow GUP finds it; -1 = refused. */
  function frameOf(site: Site, other: Process, at: number, write: boolean): number {
    const vma = other.mm.lookup(at)
    if (vma === null || (vma.flags & (VM_IO | VM_PFNMAP)) !== 0) return -1
    if ((vma.flags & (write ? VM_WRITE : VM_READ)) === 0) return -1
    const pfn = users.reach(site, other.mm, at, write)
    const special = pfn >= 0 && other.mm.table.get(at - (at % s.pageSize))?.special === true
    if (pfn < 0 || (special && pfn !== ZERO_PFN)) return -1
    users.map.touch(other.mm, at, pfn, write)
    return pfn
  }

  /** Copies between the two sides, page by page of the other one. The bytes copied, or a negative errno. */
  function copy(site: Site, pid: number, local: readonly Piece[], remote: readonly Piece[], write: boolean): number {
    const me = users.current
    if (me === null) throw new TypeError('process_vm_readv() is a system call: only a user program can make it')
    const task = tasks.list.find((one) => one.pid === pid)
    const other = task === undefined ? undefined : users.byTask.get(task.id)
    if (other === undefined || other.mm.users === 0) return ESRCH
    const total = local.reduce((sum, { iov_len }) => sum + iov_len, 0)
    let done = 0
    let index = 0
    let offset = 0
    for (const piece of remote) {
      for (let at = 0; at < piece.iov_len && done < total;) {
        const from = piece.iov_base + at
        while (index < local.length && offset === local[index]!.iov_len) {
          index++
          offset = 0
        }
        const mine = local[index]!
        const run = Math.min(piece.iov_len - at, s.pageSize - (from % s.pageSize), mine.iov_len - offset, total - done)
        const pfn = frameOf(site, other, from, write)
        if (pfn < 0) return done > 0 ? done : EFAULT
        const phys = pfn * s.pageSize + (from % s.pageSize)
        const here = mine.iov_base + offset
        if (write) {
          const data = s.userAccess.read(site, me.mm, here, run)
          if (data === null) return done > 0 ? done : EFAULT
          trace.begin(site)
          s.kernel.memory.writeBytes(phys, data)
          s.done(Op.user_store, s.memoryAt(phys), phys, run, users.map.rightAt(other.mm, from - (from % s.pageSize)), 0)
        } else {
          trace.begin(site)
          const data = s.kernel.memory.bytes(phys, run)
          s.done(Op.user_load, s.memoryAt(phys), phys, run, users.map.rightAt(other.mm, from - (from % s.pageSize)), 0)
          if (!s.userAccess.write(site, me.mm, here, data)) return done > 0 ? done : EFAULT
        }
        done += run
        at += run
        offset += run
      }
    }
    return done
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
