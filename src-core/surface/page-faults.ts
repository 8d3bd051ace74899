/**
 * Page faults: the entry that an access of a user program needs is made, or there is none to make.
 *
 * Kernel: mm/memory.c handle_mm_fault(), do_anonymous_page(), do_fault(), do_wp_page(); mm/shmem.c shmem_fault();
 * KERNEL_FACTS 7.4.
 * Simplified: a fault handler of a driver runs to its end without preemption and cannot wait.
 */
import { levelsOf } from '../machine/page-table-bits.ts'
import { locks as tellLock } from '../machine/state-watch.ts'
import type { MmStruct } from '../mm/mm-struct.ts'
import type { Shmem } from '../mm/shmem.ts'
import { PG_dirty, PG_locked } from '../mm/page-flags.ts'
import { PteKind, ZERO_PFN, type UserMap } from '../mm/user-map.ts'
import { isCow, VM_EXEC, VM_READ, VM_WRITE, type Vma } from '../mm/vma.ts'
import type { Callable } from '../sched/driven.ts'
import { LockMode } from '../sched/locks.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import { page as PageHandle } from './handles/page.ts'
import { vm_fault } from './handles/user-memory.ts'
import type { Processes } from './processes.ts'
import type { Site, Surface } from './surface.ts'

export const VM_FAULT_OOM = 0x1
export const VM_FAULT_SIGBUS = 0x2
export const VM_FAULT_SIGSEGV = 0x40
export const VM_FAULT_NOPAGE = 0x100
export const VM_FAULT_LOCKED = 0x200
/** fault_around_bytes: how much a read fault maps at most. */
const FAULT_AROUND_BYTES = 0x1_0000
const VM_FAULT_ERROR = VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV

export class PageFaults {
  private readonly map: UserMap

  constructor(
    private readonly s: Surface,
    private readonly processes: Processes,
  ) {
    this.map = processes.map
  }

  /**
   * handle_mm_fault(): makes the entry that an access needs. 0 = the access can be tried again, else VM_FAULT_SIGSEGV,
   * VM_FAULT_SIGBUS or VM_FAULT_OOM. `force`: GUP on behalf of a debugger, which the area's protection does not stop.
   */
  fault(site: Site, mm: MmStruct, at: number, write: boolean, force = false): number {
    const { map } = this
    const address = at - (at % map.pageSize)
    const vma = mm.lookup(address)
    if (vma === null) return VM_FAULT_SIGSEGV
    const allowed = (vma.flags & (write ? VM_WRITE : VM_READ | VM_WRITE | VM_EXEC)) !== 0
    if (!allowed && !force) return VM_FAULT_SIGSEGV
    const pte = mm.table.get(address)
    if (pte !== null) return write && !pte.write ? this.writeFault(site, vma, address) : 0
    if (vma.shmem !== null) return this.sharedFault(site, vma, vma.shmem, address, write)
    if (vma.file === null) return this.anonymousFault(site, vma, address, write)
    return this.fileFault(site, vma, address, write)
  }

  private anonymousFault(site: Site, vma: Vma, address: number, write: boolean): number {
    const { s, map } = this
    s.trace.begin(site)
    if (!vma.mm.table.reserve(address)) return this.noMemory()
    if (!write) {
      if (!map.addSpecial(vma.mm, address, { pfn: map.zeroPage(), write: false })) return this.noMemory()
      s.done(Op.page_fault, 0, ZERO_PFN, map.rightAt(vma.mm, address), PteKind.SPECIAL, 0)
      return 0
    }
    return this.mapAnonymous(vma, address, -1)
  }

  /** shmem_fault(): a page of shared anonymous memory; the object keeps a reference of its own. */
  private sharedFault(site: Site, vma: Vma, shmem: Shmem, address: number, write: boolean): number {
    const { s, map } = this
    const index = vma.pgoff + (address - vma.start) / map.pageSize
    if (index >= shmem.size) return VM_FAULT_SIGBUS
    s.trace.begin(site)
    // Tables first: reclaim for one must not come between the allocation of the page and its record.
    if (!vma.mm.table.reserve(address)) return this.noMemory()
    if (!write && this.faultAround(site, vma, shmem, address)) return 0
    const pfn = shmem.page(index)
    if (pfn < 0) return this.noMemory()
    return this.mapShared(vma, address, pfn, write) ? 0 : this.noMemory()
  }

  /** Maps a page of shared anonymous memory; the row is open, and closed here. False: no memory, and it is open. */
  private mapShared(vma: Vma, address: number, pfn: number, write: boolean): boolean {
    const { s, map } = this
    if (!map.addCounted(vma.mm, address, { pfn, write: this.processes.writable(vma), dirty: write }, true)) return false
    if (write) map.setFlag(pfn, PG_dirty)
    s.done(Op.page_fault, map.occupant(pfn), pfn, map.rightAt(vma.mm, address), PteKind.COUNTED, 0)
    return true
  }

  /**
   * do_fault_around(), filemap_map_pages(): a read maps the pages around it that the object has. The row is open; it is
   * closed if the page at the address is among them: then this is true.
   */
  private faultAround(site: Site, vma: Vma, shmem: Shmem, address: number): boolean {
    const { s, map } = this
    const size = map.pageSize
    const pages = FAULT_AROUND_BYTES / size
    const perTable = 2 ** levelsOf(s.kernel.info).bits.at(-1)!
    const at = address / size
    const table = at - (at % perTable)
    const from = Math.max(at - (at % pages), table, vma.start / size)
    const to = Math.min(from + pages, table + perTable, vma.end / size, vma.start / size - vma.pgoff + shmem.size)
    let isMapped = false
    for (let page = from; page < to; page++) {
      const index = vma.pgoff + page - vma.start / size
      if (vma.mm.table.get(page * size) !== null || !shmem.has(index)) continue
      const pfn = shmem.page(index)
      if ((s.kernel.frames.flags[pfn]! & (1 << PG_locked)) !== 0) continue
      if (!this.mapShared(vma, page * size, pfn, false)) break
      isMapped ||= page === at
      s.trace.begin(site)
    }
    if (isMapped) s.abandon()
    return isMapped
  }

  /** Maps a new anonymous page; copies `from` (a frame) into it. The row is open, and closed here. */
  private mapAnonymous(vma: Vma, address: number, from: number): number {
    const { s, map } = this
    const pfn = map.newAnonymous(vma.mm)
    if (pfn < 0) return this.noMemory()
    if (vma.mm.table.get(address) !== null) {
      // Reclaim ran a driver that made an entry there: the fault has nothing left to do.
      map.dropAnonymous(pfn)
      s.abandon()
      return 0
    }
    if (from >= 0) s.kernel.memory.copy(pfn * map.pageSize, from * map.pageSize, map.pageSize)
    const write = (vma.flags & VM_WRITE) !== 0
    if (!map.mapNew(vma.mm, address, pfn, write)) return this.noMemory()
    if (!vma.anonVma) vma.mm.changed(vma)
    vma.anonVma = true
    s.done(Op.page_fault, map.occupant(pfn), pfn, map.rightAt(vma.mm, address), PteKind.COUNTED, 0)
    return 0
  }

  private noMemory(): number {
    this.s.abandon()
    return VM_FAULT_OOM
  }

  /** do_wp_page(): a write to an entry that may only be read. */
  private writeFault(site: Site, vma: Vma, address: number): number {
    const { s, map } = this
    const pte = vma.mm.table.get(address)!
    const own = map.isExclusive(pte.pfn) || this.mayReuse(site, vma, pte.pfn)
    if (this.processes.writable(vma) || own) {
      s.trace.begin(site)
      if (own) map.setExclusive(pte.pfn, true)
      vma.mm.table.set(address, { ...pte, write: (vma.flags & VM_WRITE) !== 0, dirty: true })
      map.tlb.flushPage(vma.mm, address)
      s.done(Op.vm_flags, 0, NO_SUBJECT, vma.flags, 0, 0)
      return 0
    }
    return this.copyPage(site, vma, address, (vma.flags & VM_WRITE) !== 0, true)
  }

  /** FAULT_FLAG_UNSHARE: a page that is shared gets a copy of its own, which is not made writable. */
  unshare(site: Site, mm: MmStruct, address: number): number {
    const vma = mm.lookup(address)
    const pfn = mm.table.get(address)?.pfn ?? -1
    if (vma === null || pfn < 0) return VM_FAULT_SIGSEGV
    if (!this.map.isExclusive(pfn) && !this.mayReuse(site, vma, pfn))
      return this.copyPage(site, vma, address, false, false)
    this.map.setExclusive(pfn, true)
    return 0
  }

  /** wp_can_reuse_anon_folio(): a page of a private area that nobody else holds any more. */
  private mayReuse(site: Site, vma: Vma, pfn: number): boolean {
    if (this.processes.writable(vma)) return false
    if (this.map.wantsDrain(pfn)) this.processes.drain(site)
    return this.map.isSole(pfn)
  }

  /** wp_page_copy(). `write`: the copy may be written. `dirty`: it is about to be, be it by force. */
  private copyPage(site: Site, vma: Vma, address: number, write: boolean, dirty: boolean): number {
    const { s, map } = this
    const { table } = vma.mm
    const pte = table.get(address)!
    const before = table.raw(address)
    s.trace.begin(site)
    const fresh = map.newAnonymous(vma.mm)
    if (fresh < 0) return this.noMemory()
    if (table.raw(address) !== before) {
      // Reclaim cleared the entry, or changed it: the access is made again.
      map.dropAnonymous(fresh)
      s.abandon()
      return 0
    }
    if (s.kernel.frames.valid(pte.pfn)) s.kernel.memory.copy(fresh * map.pageSize, pte.pfn * map.pageSize, map.pageSize)
    const mine = map.occupant(fresh)
    map.clear(vma.mm, address, pte, this.processes.row(site), false)
    map.mapNew(vma.mm, address, fresh, write, dirty)
    if (!vma.anonVma) vma.mm.changed(vma)
    vma.anonVma = true
    s.done(Op.page_fault, mine, fresh, map.rightAt(vma.mm, address), PteKind.COUNTED, 0)
    return 0
  }

  private fileFault(site: Site, vma: Vma, address: number, write: boolean): number {
    const { map } = this
    const handler = vma.ops?.fault
    if (typeof handler !== 'function') return VM_FAULT_SIGBUS
    const pgoff = vma.pgoff + (address - vma.start) / map.pageSize
    const vmf = new vm_fault(this.processes.vma(vma), address, pgoff, write ? 1 : 0)
    Object.freeze(vmf)
    const process = this.processes.current
    const lock = this.processes.lock(vma.mm)
    // A fault that calls a driver holds mmap_lock shared. Nobody can be waited for in the middle of an access.
    const locked = this.s.locks.tryTake(lock, LockMode.SHARED)
    tellLock(lock, true, 'asked')
    if (process !== null) process.inKernel++
    let result: number
    try {
      result = Number((handler as Callable).call(vma.ops, vmf) ?? 0)
    } finally {
      if (process !== null) process.inKernel--
      if (locked) this.s.locks.release(lock, LockMode.SHARED)
    }
    if ((result & VM_FAULT_ERROR) !== 0) return result & VM_FAULT_ERROR
    if ((result & VM_FAULT_NOPAGE) !== 0) return vma.mm.table.get(address) === null ? VM_FAULT_SIGBUS : 0
    if (!PageHandle.is(vmf.page)) return VM_FAULT_SIGBUS
    const pfn = PageHandle.pfn(vmf.page)
    const done = this.mapHanded(site, vma, address, write, pfn)
    // The handler may hand the page over locked: the core unlocks it.
    if ((result & VM_FAULT_LOCKED) !== 0) this.unlock(site, pfn)
    return done
  }

  private unlock(site: Site, pfn: number): void {
    const { kernel, handles, calls } = this.s
    const head = kernel.frames.headOf(pfn)
    const isLocked = kernel.frames.valid(pfn) && (kernel.frames.flags[head]! & (1 << PG_locked)) !== 0
    if (isLocked) calls.get('unlock_page')?.(site, handles.page(head))
  }

  /** finish_fault(): maps a page that a handler returned, whose reference comes along; or a copy of it. */
  private mapHanded(site: Site, vma: Vma, address: number, write: boolean, pfn: number): number {
    const { s, map } = this
    s.trace.begin(site)
    if (!vma.mm.table.reserve(address)) {
      s.done(Op.put_page, map.occupant(pfn), pfn, s.kernel.frames.headOf(pfn), 0, s.kernel.refs.put(pfn))
      return VM_FAULT_OOM
    }
    if (write && isCow(vma)) {
      const done = this.mapAnonymous(vma, address, pfn)
      s.trace.begin(site)
      s.done(Op.put_page, map.occupant(pfn), pfn, s.kernel.frames.headOf(pfn), 0, s.kernel.refs.put(pfn))
      return done
    }
    const pte = { pfn, write: this.processes.writable(vma), dirty: write && this.processes.writable(vma) }
    const special = map.uncounted(pfn)
    if (!(special ? map.addSpecial(vma.mm, address, pte) : map.addCounted(vma.mm, address, pte, false)))
      return this.noMemory()
    const made = special ? PteKind.SPECIAL : PteKind.HANDED
    // fault_dirty_shared_page()
    if (pte.dirty && !special) map.setFlag(pfn, PG_dirty)
    s.done(Op.page_fault, map.occupant(pfn), pfn, map.rightAt(vma.mm, address), made, 0)
    return 0
  }
}
