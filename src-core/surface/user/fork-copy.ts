/**
 * What fork does to an address space. Follows kernel/fork.c dup_mmap() and mm/memory.c copy_page_range() at v6.12
 * (KERNEL_FACTS 7.8).
 */
import { Part, reads } from '../../machine/state-watch.ts'
import { LockMode } from '../../sched/locks.ts'
import type { Steps } from '../../sched/driven.ts'
import { encodePte, type Pte } from '../../machine/page-table.ts'
import { Flag, Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { PteKind } from '../../mm/user-map.ts'
import * as Vm from '../../mm/vma.ts'
import type { Vma } from '../../mm/vma.ts'
import type { Site } from '../surface.ts'
import { RemapCalls } from './remap-calls.ts'

const ENOMEM = -12

export class ForkCopy extends RemapCalls {
  /** dup_mmap(): the areas of a parent, with the entries that a fault cannot make again. 0, or -ENOMEM. */
  *copy(site: Site, parent: MmStruct, child: MmStruct): Steps<number> {
    const { users } = this.s
    yield* users.take(parent, LockMode.EXCLUSIVE)
    let result = 0
    reads(Part.AREAS, parent)
    for (const vma of [...parent.vmas]) {
      if ((vma.flags & Vm.VM_DONTCOPY) !== 0) continue
      const twin: Vma = { ...vma, mm: child }
      child.insert(twin)
      users.hold(twin)
      yield* users.call(twin.ops?.open, [users.vma(twin)], twin.ops)
      const copied = vma.anonVma || (vma.flags & (Vm.VM_PFNMAP | Vm.VM_MIXEDMAP)) !== 0
      if (copied && !this.copyEntries(site, vma, child)) result = ENOMEM
      if (result < 0) break
    }
    // flush_tlb_mm(): what was made read-only has to fault.
    users.map.tlb.flushSpace(parent)
    users.release(parent, LockMode.EXCLUSIVE)
    return result
  }

  /** copy_pte_range(). False: no memory. */
  private copyEntries(site: Site, vma: Vma, child: MmStruct): boolean {
    const { s } = this
    const { map } = s.users
    for (let at = vma.start; at < vma.end; at += s.pageSize) {
      if (vma.mm.table.get(at) === null) continue
      s.trace.begin(site)
      const hasTables = child.table.reserve(at)
      // Reclaim may have cleared it.
      const pte = vma.mm.table.get(at)
      if (pte === null) {
        s.abandon()
        continue
      }
      const made = hasTables && this.copyEntry(vma, child, at, pte)
      const twin = child.table.get(at)
      if (made && twin === null) {
        s.abandon()
        continue
      }
      const pfn = twin?.pfn ?? pte.pfn
      const kind = pte.special ? PteKind.SPECIAL : PteKind.COUNTED
      const right = made ? map.rightAt(child, at) : 0
      s.done(Op.copy_pte, map.occupant(pfn), pfn, right, kind, made ? 0 : Flag.FAILED)
      if (!made) return false
    }
    return true
  }

  /** Copies one entry, or none if reclaim cleared the parent's meanwhile. False: no memory. */
  private copyEntry(vma: Vma, child: MmStruct, at: number, pte: Pte): boolean {
    const { s } = this
    const { map } = s.users
    const cow = Vm.isCow(vma)
    const dirty = cow && pte.dirty === true
    if (pte.special) {
      if (cow && pte.write) vma.mm.table.set(at, { ...pte, write: false })
      return map.addSpecial(child, at, { ...pte, write: pte.write && !cow, old: true, dirty })
    }
    if (cow && map.isAnonymous(pte.pfn) && map.maybePinned(pte.pfn)) {
      // The child gets a copy at once: the pinned page stays with the parent.
      const fresh = map.newAnonymous(child)
      if (fresh < 0) return false
      if (vma.mm.table.raw(at) !== encodePte(s.kernel.info, pte)) {
        map.dropAnonymous(fresh)
        return true
      }
      s.kernel.memory.copy(fresh * s.pageSize, pte.pfn * s.pageSize, s.pageSize)
      const write = (vma.flags & Vm.VM_WRITE) !== 0
      return map.mapNew(child, at, fresh, write, true)
    }
    // The child's entry is old, and clean when the area is shared.
    if (!map.addCounted(child, at, { ...pte, write: pte.write && !cow, dirty, old: true }, true)) return false
    if (cow && pte.write) vma.mm.table.set(at, { ...pte, write: false })
    if (map.isAnonymous(pte.pfn)) map.setExclusive(pte.pfn, false)
    return true
  }
}
