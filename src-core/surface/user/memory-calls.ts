/**
 * System calls on address spaces: mmap and munmap. Follows mm/mmap.c and mm/vma.c at v6.12 (KERNEL_FACTS 7.8).
 */
import { locks as tellLock, Part, reads } from '../../machine/state-watch.ts'
import { LockMode } from '../../sched/locks.ts'
import type { Steps } from '../../sched/driven.ts'
import { Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import * as Vm from '../../mm/vma.ts'
import type { Vma } from '../../mm/vma.ts'
import { mergeNewRange } from '../../mm/vma-merge.ts'
import type { Process } from '../processes.ts'
import { holdFile, type OpenFile } from '../open-file.ts'
import type { Site, Surface } from '../surface.ts'

export const PROT_READ = 1
export const PROT_WRITE = 2
export const PROT_EXEC = 4
export const MAP_SHARED = 1
export const MAP_PRIVATE = 2
export const MAP_FIXED = 0x10
export const MAP_ANONYMOUS = 0x20
export const MAP_FIXED_NOREPLACE = 0x10_0000

const ENOMEM = -12
const EACCES = -13
const EEXIST = -17
const ENODEV = -19
const EINVAL = -22
/** Access modes of an open file. */
const O_ACCMODE = 3
const O_RDONLY = 0
const O_WRONLY = 1

/** What mmap() is asked for. */
export interface MapRequest {
  readonly hint: number
  readonly length: number
  readonly prot: number
  readonly flags: number
  readonly open: OpenFile | null
  readonly offset: number
}

export class MemoryCalls {
  constructor(protected readonly s: Surface) {}

  protected pages(bytes: number): number {
    const { pageSize } = this.s
    return Math.ceil(bytes / pageSize) * pageSize
  }

  /** The row of a system call that has ended its first half. */
  protected called(site: Site, kind: number, address: number, result: number): void {
    const { s } = this
    s.trace.begin(site)
    s.done(kind, 0, Math.floor(address / s.pageSize) >>> 0, result | 0, 0, 0)
  }

  /** What the file forbids (do_mmap): a negative errno, or 0. */
  private refused({ prot, flags, open }: MapRequest): number {
    if (open === null) return 0
    const access = open.handle.f_flags & O_ACCMODE
    if (access === O_WRONLY) return EACCES
    if ((flags & MAP_SHARED) !== 0 && (prot & PROT_WRITE) !== 0 && access === O_RDONLY) return EACCES
    return typeof open.fops?.mmap === 'function' ? 0 : ENODEV
  }

  private flagsOf({ prot, flags, open }: MapRequest): number {
    const may = Vm.VM_MAYREAD | Vm.VM_MAYWRITE | Vm.VM_MAYEXEC
    if ((flags & MAP_SHARED) === 0) return (prot & 7) | may
    const readOnly = open !== null && (open.handle.f_flags & O_ACCMODE) === O_RDONLY
    // do_mmap(): of a file that is not open for writing it is VM_MAYSHARE alone.
    return (prot & 7) | Vm.VM_MAYSHARE | (readOnly ? may & ~Vm.VM_MAYWRITE : may | Vm.VM_SHARED)
  }

  /** Where a mapping goes: an address, or a negative errno. */
  private place(mm: MmStruct, { hint, flags }: MapRequest, bytes: number): number {
    const { pageSize } = this.s
    if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0) {
      if (hint % pageSize !== 0) return EINVAL
      if (!mm.reaches(hint, hint + bytes)) return ENOMEM
      return (flags & MAP_FIXED_NOREPLACE) !== 0 && !mm.isFree(hint, hint + bytes) ? EEXIST : hint
    }
    const wanted = this.pages(hint)
    if (wanted > 0 && mm.isFree(wanted, wanted + bytes)) return wanted
    const found = mm.gap(bytes)
    return found < 0 ? ENOMEM : found
  }

  /** mmap(): address, or a negative errno. */
  *mmap(site: Site, process: Process, request: MapRequest): Steps<number> {
    const { s } = this
    const { users } = s
    const { mm } = process
    const { flags, open, offset } = request
    const bytes = this.pages(request.length)
    if (!(bytes > 0) || offset % s.pageSize !== 0 || (flags & (MAP_SHARED | MAP_PRIVATE)) === 0) return EINVAL
    yield* users.take(mm, LockMode.EXCLUSIVE)
    const placed = this.place(mm, request, bytes)
    const start = placed < 0 ? placed : this.refused(request) || placed
    const result = start < 0 ? start : yield* this.region(site, mm, start, bytes, request)
    users.release(mm, LockMode.EXCLUSIVE)
    if (result < 0 && start >= 0 && open !== null) yield* users.putFile(open.handle)
    return result
  }

  /** mmap_region(): makes the area, or lets one that touches it grow. */
  private *region(site: Site, mm: MmStruct, start: number, bytes: number, request: MapRequest): Steps<number> {
    const { s } = this
    const { users } = s
    const { flags, open, offset } = request
    yield* this.unmapRange(site, mm, start, start + bytes)
    const shared = (flags & MAP_SHARED) !== 0
    const vma: Vma = {
      start,
      end: start + bytes,
      // Private anonymous memory has its address as its offset, so that neighbours can be merged.
      pgoff: open === null ? (shared ? 0 : start / s.pageSize) : offset / s.pageSize,
      flags: this.flagsOf(request),
      mm,
      file: open?.handle ?? null,
      shmem: open === null && shared ? users.map.newShmem(bytes) : null,
      anonVma: false,
      ops: null,
      privateData: null,
      pageProt: shared ? request.prot : request.prot & ~PROT_WRITE,
    }
    if (mergeNewRange(mm, vma, s.pageSize) !== null) {
      this.called(site, Op.sys_mmap, start, 0)
      return start
    }
    if (open !== null) {
      holdFile(open)
      mm.offer(vma)
      // The area is not in the tree yet while the driver's hook runs.
      const result = Number((yield* users.call(open.fops?.mmap, [open.handle, users.vma(vma)], open.fops)) ?? 0)
      if (result < 0) {
        users.zap(site, mm, vma.start, vma.end)
        mm.withdraw(vma)
        return result
      }
    }
    mm.insert(vma)
    this.called(site, Op.sys_mmap, start, 0)
    return start
  }

  /** __split_vma(): cuts an area in two; a driver may refuse. The part that is new, or a negative errno. */
  protected *cut(mm: MmStruct, vma: Vma, at: number, below: boolean): Steps<Vma | number> {
    const { users } = this.s
    if (typeof vma.ops?.may_split === 'function') {
      const veto = Number((yield* users.call(vma.ops.may_split, [users.vma(vma), BigInt(at)], vma.ops)) ?? 0)
      if (veto < 0) return veto
    }
    const part = mm.split(vma, at, below)
    users.hold(part)
    yield* users.call(part.ops?.open, [users.vma(part)], part.ops)
    return part
  }

  /**
   * The areas of a range leave the tree; those at its ends are cut, and what stays of them is new: the driver knows
   * what goes. Or a negative errno: nothing left the tree.
   */
  protected *detach(mm: MmStruct, start: number, end: number): Steps<Vma[] | number> {
    for (const at of [start, end]) {
      const vma = mm.lookup(at)
      if (vma === null || vma.start === at) continue
      const part = yield* this.cut(mm, vma, at, at === start)
      if (typeof part === 'number') return part
    }
    reads(Part.AREAS, mm, start, end)
    const gone = mm.vmas.filter((vma) => vma.start >= start && vma.end <= end)
    for (const vma of gone) mm.detach(vma)
    return gone
  }

  /** do_munmap() with the write lock held. 0, or a negative errno. */
  protected *unmapRange(site: Site, mm: MmStruct, start: number, end: number): Steps<number> {
    const gone = yield* this.detach(mm, start, end)
    if (typeof gone === 'number') return gone
    yield* this.s.users.unmapDetached(site, gone)
    return 0
  }

  /** munmap(): the areas leave the tree under the write lock; the entries are cleared after it was downgraded. */
  *munmap(site: Site, process: Process, start: number, length: number): Steps<number> {
    const { s } = this
    const { users } = s
    const { mm } = process
    const bytes = this.pages(length)
    if (start % s.pageSize !== 0 || !(bytes > 0) || !mm.reaches(start, start + bytes)) return EINVAL
    yield* users.take(mm, LockMode.EXCLUSIVE)
    const gone = yield* this.detach(mm, start, start + bytes)
    this.called(site, Op.sys_munmap, start, typeof gone === 'number' ? gone : 0)
    users.release(mm, LockMode.EXCLUSIVE)
    if (typeof gone === 'number') return gone
    s.locks.tryTake(users.lock(mm), LockMode.SHARED)
    tellLock(users.lock(mm), true, 'taken')
    yield
    yield* users.unmapDetached(site, gone)
    users.release(mm, LockMode.SHARED)
    return 0
  }
}
