/**
 * System calls on address spaces: mmap, munmap, mremap, fork's copy. Follows mm/mmap.c, mm/mremap.c, mm/memory.c
 * copy_page_range() at v6.12 (KERNEL_FACTS 7.8).
 */
import { LockMode } from '../../sched/locks.ts'
import type { Steps } from '../../sched/driven.ts'
import { Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { PteKind } from '../../mm/user-map.ts'
import * as Vm from '../../mm/vma.ts'
import type { Vma } from '../../mm/vma.ts'
import type { Process } from '../processes.ts'
import type { OpenFile } from '../open-file.ts'
import type { Site, Surface } from '../surface.ts'

export const PROT_READ = 1
export const PROT_WRITE = 2
export const PROT_EXEC = 4
export const MAP_SHARED = 1
export const MAP_PRIVATE = 2
export const MAP_FIXED = 0x10
export const MAP_ANONYMOUS = 0x20
export const MREMAP_MAYMOVE = 1
export const MREMAP_FIXED = 2
export const MREMAP_DONTUNMAP = 4

const ENOMEM = -12
const EFAULT = -14
const ENODEV = -19
const EINVAL = -22

export class MemoryCalls {
  constructor(private readonly s: Surface) {}

  private pages(bytes: number): number {
    const { pageSize } = this.s
    return Math.ceil(bytes / pageSize) * pageSize
  }

  /** The row of a system call that has ended its first half. */
  private called(site: Site, kind: number, address: number, result: number): void {
    const { s } = this
    s.trace.begin(site)
    s.done(kind, 0, Math.floor(address / s.pageSize) >>> 0, result | 0, 0, 0)
  }

  /** mmap(): address, or a negative errno. */
  *mmap(
    site: Site,
    process: Process,
    hint: number,
    length: number,
    prot: number,
    flags: number,
    open: OpenFile | null,
    offset: number,
  ): Steps<number> {
    const { s } = this
    const { users } = s
    const { mm } = process
    const bytes = this.pages(length)
    if (bytes <= 0 || offset % s.pageSize !== 0 || (flags & (MAP_SHARED | MAP_PRIVATE)) === 0) return EINVAL
    yield* users.take(mm, LockMode.EXCLUSIVE)
    const fixed = (flags & MAP_FIXED) !== 0
    if (fixed) yield* this.unmapRange(site, mm, hint, hint + bytes)
    const start = fixed ? hint : mm.gap(bytes)
    if (start < 0) {
      users.release(mm, LockMode.EXCLUSIVE)
      return ENOMEM
    }
    const shared = (flags & MAP_SHARED) !== 0
    const vma: Vma = {
      start,
      end: start + bytes,
      pgoff: offset / s.pageSize,
      flags:
        (prot & 7) |
        Vm.VM_MAYREAD |
        Vm.VM_MAYWRITE |
        Vm.VM_MAYEXEC |
        (shared && open !== null ? Vm.VM_SHARED | Vm.VM_MAYSHARE : 0),
      mm,
      file: open?.handle ?? null,
      ops: null,
      privateData: null,
      pageProt: prot,
    }
    let result = 0
    if (open !== null) {
      open.references++
      const hook = open.fops?.mmap
      // The area is not in the tree yet while the driver's hook runs.
      result =
        typeof hook === 'function'
          ? Number((yield* users.call(hook, [open.handle, users.vma(vma)], open.fops)) ?? 0)
          : ENODEV
    }
    if (result < 0 && open !== null) {
      users.zap(site, mm, vma.start, vma.end)
      users.release(mm, LockMode.EXCLUSIVE)
      yield* users.putFile(open.handle)
      return result
    }
    mm.insert(vma)
    this.called(site, Op.sys_mmap, start, 0)
    users.release(mm, LockMode.EXCLUSIVE)
    return start
  }

  /** The areas of a range leave the tree; those at its ends are cut. */
  private *detach(mm: MmStruct, start: number, end: number): Steps<Vma[]> {
    const { users } = this.s
    for (const at of [start, end]) {
      const vma = mm.lookup(at)
      if (vma === null || vma.start === at) continue
      const upper = mm.split(vma, at)
      if (upper.file !== null) users.openFile(upper.file)!.references++
      yield* users.call(upper.ops?.open, [users.vma(upper)], upper.ops)
    }
    const gone = mm.vmas.filter((vma) => vma.start >= start && vma.end <= end)
    for (const vma of gone) mm.remove(vma)
    return gone
  }

  private *unmapRange(site: Site, mm: MmStruct, start: number, end: number): Steps<void> {
    for (const vma of yield* this.detach(mm, start, end)) yield* this.s.users.unmapDetached(site, vma)
  }

  /** munmap(): the areas leave the tree under the write lock; the entries are cleared after it was downgraded. */
  *munmap(site: Site, process: Process, start: number, length: number): Steps<number> {
    const { s } = this
    const { users } = s
    const { mm } = process
    const bytes = this.pages(length)
    if (start % s.pageSize !== 0 || bytes <= 0) return EINVAL
    yield* users.take(mm, LockMode.EXCLUSIVE)
    const gone = yield* this.detach(mm, start, start + bytes)
    this.called(site, Op.sys_munmap, start, 0)
    users.release(mm, LockMode.EXCLUSIVE)
    s.locks.tryTake(users.lock(mm), LockMode.SHARED)
    yield
    for (const vma of gone) yield* users.unmapDetached(site, vma)
    users.release(mm, LockMode.SHARED)
    return 0
  }

  /** mremap(): the new address, or a negative errno. */
  *mremap(
    site: Site,
    process: Process,
    from: number,
    oldLength: number,
    newLength: number,
    flags: number,
    wanted: number,
  ): Steps<number> {
    const { s } = this
    const { users } = s
    const { mm } = process
    const oldBytes = this.pages(oldLength)
    const newBytes = this.pages(newLength)
    if (from % s.pageSize !== 0 || newBytes <= 0) return EINVAL
    yield* users.take(mm, LockMode.EXCLUSIVE)
    const result = yield* this.remap(site, mm, from, oldBytes, newBytes, flags, wanted)
    users.release(mm, LockMode.EXCLUSIVE)
    return result
  }

  private *remap(
    site: Site,
    mm: MmStruct,
    from: number,
    oldBytes: number,
    newBytes: number,
    flags: number,
    wanted: number,
  ): Steps<number> {
    const { users } = this.s
    const vma = mm.lookup(from)
    if (vma === null || from + oldBytes > vma.end) return EFAULT
    const keep = (flags & MREMAP_DONTUNMAP) !== 0
    const fixed = (flags & MREMAP_FIXED) !== 0
    const stiff = (vma.flags & (Vm.VM_DONTEXPAND | Vm.VM_PFNMAP)) !== 0
    if (keep && (stiff || oldBytes !== newBytes)) return EINVAL
    if (stiff && newBytes > oldBytes) return EFAULT
    if (newBytes < oldBytes && !fixed) {
      yield* this.unmapRange(site, mm, from + newBytes, from + oldBytes)
      this.called(site, Op.sys_mremap, from, 0)
      return from
    }
    const next = mm.findVma(from + oldBytes)
    const room = next === null || next.start >= from + newBytes
    if (!fixed && !keep && (newBytes === oldBytes || (from + oldBytes === vma.end && room))) {
      vma.end = Math.max(vma.end, from + newBytes)
      this.called(site, Op.sys_mremap, from, 0)
      return from
    }
    if ((flags & MREMAP_MAYMOVE) === 0) return ENOMEM
    if (fixed) yield* this.unmapRange(site, mm, wanted, wanted + newBytes)
    const to = fixed ? wanted : mm.gap(newBytes)
    if (to < 0) return ENOMEM
    const copy: Vma = { ...vma, start: to, end: to + newBytes, pgoff: vma.pgoff + (from - vma.start) / this.s.pageSize }
    mm.insert(copy)
    if (copy.file !== null) users.openFile(copy.file)!.references++
    yield* users.call(copy.ops?.open, [users.vma(copy)], copy.ops)
    this.s.trace.begin(site)
    users.map.move(mm, from, to, Math.min(oldBytes, newBytes))
    this.s.done(Op.sys_mremap, 0, Math.floor(to / this.s.pageSize) >>> 0, 0, 0, 0)
    if (!keep) yield* this.unmapRange(site, mm, from, from + oldBytes)
    return to
  }

  /** dup_mmap(): the areas of a parent, with the entries that cannot be made again by a fault. */
  *copy(site: Site, parent: MmStruct, child: MmStruct): Steps<void> {
    const { users } = this.s
    for (const vma of [...parent.vmas]) {
      if ((vma.flags & Vm.VM_DONTCOPY) !== 0) continue
      const twin: Vma = { ...vma, mm: child }
      child.insert(twin)
      if (twin.file !== null) users.openFile(twin.file)!.references++
      yield* users.call(twin.ops?.open, [users.vma(twin)], twin.ops)
      const kept = vma.file === null || Vm.isCow(vma) || (vma.flags & (Vm.VM_PFNMAP | Vm.VM_MIXEDMAP)) !== 0
      if (kept) this.copyEntries(site, vma, child)
    }
  }

  private copyEntries(site: Site, vma: Vma, child: MmStruct): void {
    const { s } = this
    const { map } = s.users
    const cow = Vm.isCow(vma)
    for (let at = vma.start; at < vma.end; at += s.pageSize) {
      const pte = vma.mm.table.get(at)
      if (pte === null) continue
      s.trace.begin(site)
      if (pte.special) {
        map.addSpecial(child, at, pte)
      } else if (cow && map.isAnonymous(pte.pfn) && map.maybePinned(pte.pfn)) {
        // The child gets a copy at once: the pinned page stays with the parent.
        const fresh = map.newAnonymous(child)
        s.kernel.memory.copy(fresh * s.pageSize, pte.pfn * s.pageSize, s.pageSize)
        map.addCounted(child, at, { pfn: fresh, write: pte.write, dirty: true }, false)
      } else {
        // The child's entry is clean when the area is shared.
        map.addCounted(child, at, { ...pte, write: pte.write && !cow, dirty: cow && pte.dirty === true }, true)
        if (cow && pte.write) vma.mm.table.set(at, { ...pte, write: false })
      }
      const pfn = child.table.get(at)!.pfn
      const kind = pte.special ? PteKind.SPECIAL : PteKind.COUNTED
      s.done(Op.copy_pte, map.occupant(pfn), pfn, map.rightAt(child, at), kind, 0)
    }
    // flush_tlb_mm(): what was made read-only has to fault.
    map.tlb.flushSpace(vma.mm)
  }
}
