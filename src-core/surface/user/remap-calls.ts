/**
 * mremap. Follows mm/mremap.c at v6.12: mremap_to(), vma_to_resize(), move_vma() (KERNEL_FACTS 7.8, measured 7.9).
 */
import { LockMode } from '../../sched/locks.ts'
import type { Steps } from '../../sched/driven.ts'
import { Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import * as Vm from '../../mm/vma.ts'
import type { Vma } from '../../mm/vma.ts'
import { mergeNewRange } from '../../mm/vma-merge.ts'
import type { Process } from '../processes.ts'
import type { Site } from '../surface.ts'
import { MemoryCalls } from './memory-calls.ts'

export const MREMAP_MAYMOVE = 1
export const MREMAP_FIXED = 2
export const MREMAP_DONTUNMAP = 4

const ENOMEM = -12
const EFAULT = -14
const EINVAL = -22

/** What mremap() is asked for. Lengths are whole pages. */
interface Remap {
  readonly from: number
  readonly oldBytes: number
  readonly newBytes: number
  readonly flags: number
  readonly wanted: number
}

export class RemapCalls extends MemoryCalls {
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
    const { users, pageSize } = this.s
    const { mm } = process
    const request = { from, oldBytes: this.pages(oldLength), newBytes: this.pages(newLength), flags, wanted }
    const known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP
    const moves = (flags & MREMAP_MAYMOVE) !== 0
    if ((flags & ~known) !== 0 || ((flags & MREMAP_FIXED) !== 0 && !moves)) return EINVAL
    if ((flags & MREMAP_DONTUNMAP) !== 0 && (!moves || request.oldBytes !== request.newBytes)) return EINVAL
    if (from % pageSize !== 0 || !(request.newBytes > 0)) return EINVAL
    yield* users.take(mm, LockMode.EXCLUSIVE)
    const to = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0
    const result = mm.lookup(from) === null ? EFAULT : yield* this.remap(site, mm, request, to)
    users.release(mm, LockMode.EXCLUSIVE)
    return result
  }

  private *remap(site: Site, mm: MmStruct, request: Remap, isFixed: boolean): Steps<number> {
    const { from, oldBytes, newBytes, flags } = request
    if (isFixed) return yield* this.remapTo(site, mm, request)
    if (oldBytes >= newBytes) {
      const shrunk = oldBytes === newBytes ? 0 : yield* this.unmapRange(site, mm, from + newBytes, from + oldBytes)
      this.called(site, Op.sys_mremap, from, shrunk)
      return shrunk < 0 ? shrunk : from
    }
    const vma = this.resizable(mm, request)
    if (typeof vma === 'number') return vma
    const next = mm.findVma(vma.end)
    const end = from + newBytes
    if (oldBytes === vma.end - from && mm.fits(from, end) && (next === null || next.start >= end)) {
      // vma_merge_extend(): what is added is merged like a new area, which one of VM_SPECIAL never is.
      const pgoff = vma.pgoff + (vma.end - vma.start) / this.s.pageSize
      const grown = mergeNewRange(mm, { ...vma, start: vma.end, end, pgoff }, this.s.pageSize)
      this.called(site, Op.sys_mremap, from, grown === null ? ENOMEM : 0)
      return grown === null ? ENOMEM : from
    }
    if ((flags & MREMAP_MAYMOVE) === 0) return ENOMEM
    const to = mm.gap(newBytes)
    return to < 0 ? ENOMEM : yield* this.move(site, vma, request, oldBytes, to)
  }

  /** mremap_to(): with MREMAP_FIXED or MREMAP_DONTUNMAP. */
  private *remapTo(site: Site, mm: MmStruct, request: Remap): Steps<number> {
    const { from, newBytes, flags, wanted } = request
    const fixed = (flags & MREMAP_FIXED) !== 0
    let { oldBytes } = request
    // Without MREMAP_FIXED the address is a hint, and has to be a good one all the same.
    if (wanted % this.s.pageSize !== 0 || !mm.reaches(wanted, wanted + newBytes)) return EINVAL
    if (from + oldBytes > wanted && wanted + newBytes > from) return EINVAL
    if (fixed) {
      const cleared = yield* this.unmapRange(site, mm, wanted, wanted + newBytes)
      if (cleared < 0) return cleared
    }
    if (oldBytes > newBytes) {
      const shrunk = yield* this.unmapRange(site, mm, from + newBytes, from + oldBytes)
      if (shrunk < 0) return shrunk
      oldBytes = newBytes
    }
    const vma = this.resizable(mm, { ...request, oldBytes })
    if (typeof vma === 'number') return vma
    const isHinted = wanted > 0 && mm.isFree(wanted, wanted + newBytes)
    const to = fixed || isHinted ? wanted : mm.gap(newBytes)
    return to < 0 ? ENOMEM : yield* this.move(site, vma, request, oldBytes, to)
  }

  /** vma_to_resize(): the area, or why it cannot be had in the new size. */
  private resizable(mm: MmStruct, { from, oldBytes, newBytes, flags }: Remap): Vma | number {
    const vma = mm.lookup(from)
    if (vma === null) return EFAULT
    const stiff = (vma.flags & (Vm.VM_DONTEXPAND | Vm.VM_PFNMAP)) !== 0
    if (oldBytes === 0 && (vma.flags & (Vm.VM_SHARED | Vm.VM_MAYSHARE)) === 0) return EINVAL
    if ((flags & MREMAP_DONTUNMAP) !== 0 && stiff) return EINVAL
    if (oldBytes > vma.end - from) return EFAULT
    return newBytes !== oldBytes && stiff ? EFAULT : vma
  }

  /** move_vma(): a copy of the area, its entries moved, the driver asked, the old range unmapped. */
  private *move(site: Site, vma: Vma, request: Remap, oldBytes: number, to: number): Steps<number> {
    const { s } = this
    const { users } = s
    const { mm } = vma
    const { from, newBytes, flags } = request
    const veto = yield* this.splitVeto(vma, from, from + oldBytes)
    if (veto < 0) return veto
    const untouched = vma.file === null && vma.shmem === null && !vma.anonVma
    const pgoff = untouched ? to / s.pageSize : vma.pgoff + (from - vma.start) / s.pageSize
    const copy: Vma = { ...vma, start: to, end: to + newBytes, pgoff }
    const merged = mergeNewRange(mm, copy, s.pageSize)
    if (merged === null) {
      mm.insert(copy)
      users.hold(copy)
      yield* users.call(copy.ops?.open, [users.vma(copy)], copy.ops)
    }
    const area = merged ?? copy
    s.trace.begin(site)
    const moved = users.map.move(mm, from, to, Math.min(oldBytes, newBytes))
    s.done(Op.sys_mremap, 0, Math.floor(to / s.pageSize) >>> 0, moved ? 0 : ENOMEM, 0, 0)
    let result = moved ? 0 : ENOMEM
    if (moved && typeof vma.ops?.mremap === 'function')
      result = Number((yield* users.call(vma.ops.mremap, [users.vma(area)], vma.ops)) ?? 0)
    if (result < 0) {
      // The driver refuses, or there is no memory for tables: everything goes back.
      s.trace.begin(site)
      users.map.move(mm, to, from, Math.min(oldBytes, newBytes))
      s.done(Op.sys_mremap, 0, Math.floor(from / s.pageSize) >>> 0, result | 0, 0, 0)
      yield* this.unmapRange(site, mm, to, to + newBytes)
      return result
    }
    if ((flags & MREMAP_DONTUNMAP) === 0) yield* this.unmapRange(site, mm, from, from + oldBytes)
    else if (vma.start === from && vma.end === from + oldBytes) this.unfault(vma)
    return to
  }

  /** Of an area whose pages have all moved nothing is left of its anon_vma: it is as if it had never been touched. */
  private unfault(vma: Vma): void {
    vma.mm.changed(vma)
    vma.anonVma = false
    if (vma.file === null && vma.shmem === null) vma.pgoff = vma.start / this.s.pageSize
    vma.mm.updated(vma)
  }

  private *splitVeto(vma: Vma, start: number, end: number): Steps<number> {
    if (typeof vma.ops?.may_split !== 'function') return 0
    for (const at of [start, end]) {
      if (at === vma.start || at === vma.end) continue
      const { users } = this.s
      const veto = Number((yield* users.call(vma.ops.may_split, [users.vma(vma), BigInt(at)], vma.ops)) ?? 0)
      if (veto < 0) return veto
    }
    return 0
  }
}
