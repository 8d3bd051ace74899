/**
 * User programs: which task has which address space and which open files, page faults, and the loads and stores of user
 * code.
 *
 * Kernel: mm/memory.c handle_mm_fault(), do_anonymous_page(), do_fault(), do_wp_page(); arch/x86/mm/fault.c;
 * KERNEL_FACTS 7.4, 7.8.
 * Simplified: a fault handler of a driver runs to its end without preemption and cannot wait.
 */
import { changes, locks as tellLock, Part } from '../machine/state-watch.ts'
import { LockMode, type Lock } from '../sched/locks.ts'
import type { Callable, Steps } from '../sched/driven.ts'
import { callUser } from '../sched/driven.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import { PteKind, UserMap, ZERO_PFN, type PteRow } from '../mm/user-map.ts'
import type { MmStruct } from '../mm/mm-struct.ts'
import type { Shmem } from '../mm/shmem.ts'
import { isCow, VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../mm/vma.ts'
import type { FdTable } from './fd-table.ts'
import { holdFile, type OpenFile } from './open-file.ts'
import { page as PageHandle } from './handles/page.ts'
import { file, mm_struct, vm_area_struct, vm_fault } from './handles/user-memory.ts'
import type { file_operations } from './handles/user-memory.ts'
import type { Site, Surface } from './surface.ts'

export const VM_FAULT_OOM = 0x1
export const VM_FAULT_SIGBUS = 0x2
export const VM_FAULT_SIGSEGV = 0x40
export const VM_FAULT_NOPAGE = 0x100
export const VM_FAULT_LOCKED = 0x200
const VM_FAULT_ERROR = VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV

/** A user program. */
export interface Process {
  readonly task: number
  /** Task that spawned or forked it. */
  readonly parent: number
  readonly mm: MmStruct
  readonly fds: FdTable
  /** How deep in the kernel the task is: system calls and faults. 0 = user code runs. */
  inKernel: number
  /** Somebody may kill it at any time, and did. */
  killable?: boolean
  killed?: boolean
  /** Status as waitpid() gives it, when the program has ended. */
  status: number
  /** A waitpid() took the status: the pid is gone. */
  isReaped?: boolean
}

export class Processes {
  readonly map: UserMap
  /** Misc devices by name. */
  readonly devices = new Map<string, file_operations>()
  readonly byTask = new Map<number, Process>()
  /** Open files by their handles. */
  readonly files = new WeakMap<object, OpenFile>()
  private readonly vmaHandles = new WeakMap<Vma, vm_area_struct>()
  private readonly mmHandles = new WeakMap<MmStruct, mm_struct>()
  private readonly locks = new WeakMap<MmStruct, Lock>()
  /** Entry that the last access of `load` went through; `stale`: the TLB has it, the page tables do not. */
  through: { readonly right: number; readonly stale: boolean } = { right: 0, stale: false }

  constructor(private readonly s: Surface) {
    this.map = new UserMap(s.kernel)
    this.map.areas.nameOf = (handle) => this.nameOf(handle)
  }

  /** Index of the name of the device file behind a handle in the strings of the run. */
  private nameOf(handle: object): number {
    const open = this.openFile(handle)
    if (open === undefined || open.path === '') return -1
    if (open.name < 0) open.name = this.s.log.string(open.path)
    return open.name
  }

  /** The running user program; null for a kernel thread. */
  get current(): Process | null {
    return this.byTask.get(this.s.control.task) ?? null
  }

  vma(vma: Vma): vm_area_struct {
    let handle = this.vmaHandles.get(vma)
    if (handle === undefined) {
      handle = new vm_area_struct(vma, () => this.mm(vma.mm))
      Object.freeze(handle)
      this.vmaHandles.set(vma, handle)
    }
    return handle
  }

  mm(mm: MmStruct): mm_struct {
    let handle = this.mmHandles.get(mm)
    if (handle === undefined) {
      handle = new mm_struct(mm)
      Object.freeze(handle)
      this.mmHandles.set(mm, handle)
    }
    return handle
  }

  /** mmap_lock. */
  lock(mm: MmStruct): Lock {
    let lock = this.locks.get(mm)
    if (lock === undefined) this.locks.set(mm, (lock = this.s.locks.init(this.mm(mm), 'rw_semaphore')))
    return lock
  }

  /** Takes mmap_lock, waiting as long as it has to. */
  *take(mm: MmStruct, mode: LockMode): Steps<void> {
    const { locks } = this.s
    // A step that has recorded something ends here: whether it did so must not depend on who holds the lock.
    yield
    while (!locks.tryTake(this.lock(mm), mode)) {
      locks.wait(this.lock(mm))
      yield
    }
    tellLock(this.lock(mm), mode === LockMode.SHARED, 'taken')
  }

  release(mm: MmStruct, mode: LockMode): void {
    this.s.locks.release(this.lock(mm), mode)
    tellLock(this.lock(mm), mode === LockMode.SHARED, 'released')
  }

  /** Row of one entry as a step. */
  row(site: Site): PteRow {
    return (kind, allocation, pfn, right, pteKind) => {
      this.s.done(kind, allocation, pfn, right, pteKind, 0)
      this.s.trace.begin(site)
    }
  }

  /** Clears the entries of [start, end): one step each. */
  zap(site: Site, mm: MmStruct, start: number, end: number, evenCows = true): number {
    this.s.trace.begin(site)
    const cleared = this.map.zap(mm, start, end, this.row(site), evenCows)
    this.s.abandon()
    return cleared
  }

  /** Whether a write to the area writes to what is mapped. */
  writable(vma: Vma): boolean {
    return (vma.flags & (VM_WRITE | VM_SHARED)) === (VM_WRITE | VM_SHARED)
  }

  /** Bits of a new entry that come from `vma->vm_page_prot`. */
  rights(vma: Vma): { readonly write: boolean; readonly none: boolean } {
    return { write: this.writable(vma), none: (vma.flags & (VM_READ | VM_WRITE | VM_EXEC)) === 0 }
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
    s.trace.begin(site)
    // Tables first: reclaim for one must not come between the allocation of the page and its record.
    if (!vma.mm.table.reserve(address)) return this.noMemory()
    const pfn = shmem.page(vma.pgoff + (address - vma.start) / map.pageSize)
    if (pfn < 0) return this.noMemory()
    if (!map.addCounted(vma.mm, address, { pfn, write: this.writable(vma), dirty: write }, true)) return this.noMemory()
    s.done(Op.page_fault, map.occupant(pfn), pfn, map.rightAt(vma.mm, address), PteKind.COUNTED, 0)
    return 0
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
    if (!map.addCounted(vma.mm, address, { pfn, write, dirty: write }, false)) {
      map.dropAnonymous(pfn)
      return this.noMemory()
    }
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
    const own = map.isExclusive(pte.pfn) || map.isSole(pte.pfn)
    if (this.writable(vma) || own) {
      s.trace.begin(site)
      if (own) map.setExclusive(pte.pfn, true)
      vma.mm.table.set(address, { ...pte, write: (vma.flags & VM_WRITE) !== 0, dirty: true })
      map.tlb.flushPage(vma.mm, address)
      s.done(Op.vm_flags, 0, NO_SUBJECT, vma.flags, 0, 0)
      return 0
    }
    return this.copyPage(site, vma, address, (vma.flags & VM_WRITE) !== 0)
  }

  /** FAULT_FLAG_UNSHARE: a page that is shared gets a copy of its own, which is not made writable. */
  unshare(site: Site, mm: MmStruct, address: number): number {
    const vma = mm.lookup(address)
    const pfn = mm.table.get(address)?.pfn ?? -1
    if (vma === null || pfn < 0) return VM_FAULT_SIGSEGV
    if (!this.map.isSole(pfn)) return this.copyPage(site, vma, address, false)
    this.map.setExclusive(pfn, true)
    return 0
  }

  /** wp_page_copy(). */
  private copyPage(site: Site, vma: Vma, address: number, write: boolean): number {
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
    map.clear(vma.mm, address, pte, this.row(site))
    map.addCounted(vma.mm, address, { pfn: fresh, write, dirty: write }, false)
    if (!vma.anonVma) vma.mm.changed(vma)
    vma.anonVma = true
    s.done(Op.page_fault, mine, fresh, map.rightAt(vma.mm, address), PteKind.COUNTED, 0)
    return 0
  }

  private fileFault(site: Site, vma: Vma, address: number, write: boolean): number {
    const { s, map } = this
    const handler = vma.ops?.fault
    if (typeof handler !== 'function') return VM_FAULT_SIGBUS
    const pgoff = vma.pgoff + (address - vma.start) / map.pageSize
    const vmf = new vm_fault(this.vma(vma), address, pgoff, write ? 1 : 0)
    Object.freeze(vmf)
    const process = this.current
    const lock = this.lock(vma.mm)
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
    const pte = { pfn, write: this.writable(vma), dirty: write && this.writable(vma) }
    const special = map.uncounted(pfn)
    if (!(special ? map.addSpecial(vma.mm, address, pte) : map.addCounted(vma.mm, address, pte, false)))
      return this.noMemory()
    const made = special ? PteKind.SPECIAL : PteKind.HANDED
    s.done(Op.page_fault, map.occupant(pfn), pfn, map.rightAt(vma.mm, address), made, 0)
    return 0
  }

  /**
   * The frame that the page tables have for a user address, after a fault if it needs one; -1 - error if there is none.
   * The entry decides, not the area: between the halves of munmap() entries are left without one.
   */
  reach(site: Site, mm: MmStruct, at: number, write: boolean, force = false): number {
    const address = at - (at % this.map.pageSize)
    for (;;) {
      const pte = mm.table.get(address)
      // can_follow_write_pte(): FOLL_FORCE is content with a copy of its own that is not writable.
      const own = force && pte !== null && this.map.isExclusive(pte.pfn)
      if (pte !== null && (pte.none !== true || force) && (!write || pte.write || own)) return pte.pfn
      const result = this.fault(site, mm, at, write, force)
      if (result !== 0) return -1 - result
    }
  }

  /** Cpu of the running task. */
  get cpu(): number {
    return this.s.tasks.cpuOf(this.s.control.task, this.s.kernel.info.cpus)
  }

  /**
   * What an access of the running cpu reaches: its TLB answers if it knows the page, else the page tables do and the
   * TLB remembers. `through` says by which entry. -1 - error if there is nothing.
   */
  load(site: Site, mm: MmStruct, at: number, write: boolean): number {
    const { map } = this
    const address = at - (at % map.pageSize)
    const known = map.tlb.find(this.cpu, mm, address)
    if (known !== undefined && (!write || known.write)) {
      const pte = mm.table.get(address)
      const stale = pte === null || pte.none === true || pte.pfn !== known.pfn || (write && !pte.write)
      if (write && !stale) mm.table.makeDirty(address)
      this.through = { right: known.right, stale }
      return known.pfn
    }
    const pfn = this.reach(site, mm, at, write)
    if (pfn < 0) return pfn
    mm.table.makeYoung(address)
    if (write) mm.table.makeDirty(address)
    const entry = map.tlb.fill(this.cpu, mm, address, mm.table.get(address)!, map.rightAt(mm, address))
    this.through = { right: entry.right, stale: false }
    return pfn
  }

  /** A copy of an area holds what it maps. */
  hold(vma: Vma): void {
    const open = vma.file === null ? undefined : this.openFile(vma.file)
    if (open !== undefined) holdFile(open)
    if (vma.shmem === null) return
    changes(Part.SHMEM, vma.shmem)
    vma.shmem.users++
  }

  /** Ends mappings whose areas left the tree: the entries of all, then for each `close` and the file. */
  *unmapDetached(site: Site, areas: readonly Vma[]): Steps<void> {
    for (const vma of areas) {
      this.zap(site, vma.mm, vma.start, vma.end)
      vma.mm.drop(vma)
    }
    for (const vma of areas) {
      yield* this.call(vma.ops?.close, [this.vma(vma)], vma.ops)
      if (vma.file !== null) yield* this.putFile(vma.file)
      if (vma.shmem !== null) changes(Part.SHMEM, vma.shmem)
      if (vma.shmem !== null && --vma.shmem.users === 0) this.freeShmem(site, vma.shmem)
    }
  }

  private freeShmem(site: Site, shmem: Shmem): void {
    const { s, map } = this
    s.trace.begin(site)
    const frames = shmem.takeAll()
    for (const pfn of frames) {
      const allocation = map.occupant(pfn)
      s.done(Op.shmem_evict, allocation, pfn, 0, 0, s.kernel.refs.put(pfn))
      s.trace.begin(site)
    }
    s.abandon()
  }

  /** fput(): the last holder of an open file calls the driver's `release`. */
  *putFile(handle: object): Steps<void> {
    const open = this.openFile(handle)
    if (open !== undefined) changes(Part.FILE, open)
    if (open === undefined || --open.references > 0) return
    yield* this.call(open.fops?.release, [handle], open.fops)
  }

  /** exit_mmap(): the areas leave the tree, then they are unmapped in order of address. */
  *exitMap(site: Site, mm: MmStruct): Steps<void> {
    const areas = mm.detachAll()
    yield* this.unmapDetached(site, areas)
    this.s.trace.begin(site)
    this.map.tlb.flushSpace(mm)
    mm.table.free()
    this.dropHolder(mm)
    this.s.done(Op.mm_count, 0, mm.id, mm.users, mm.count, 0)
  }

  /** mmdrop(): one holder of the struct less; the last one frees it, which is when its counters are looked at. */
  dropHolder(mm: MmStruct): void {
    if (--mm.count === 0) this.map.check(mm)
  }

  /** mmput() of the last user, at once. */
  tearDown(site: Site, mm: MmStruct): void {
    const steps = this.exitMap(site, mm)
    while (steps.next().done !== true);
  }

  /** Calls a callback of a driver if it has one. */
  *call(fn: unknown, args: readonly unknown[], self: unknown): Steps {
    return typeof fn === 'function' ? yield* callUser(fn, args, self) : undefined
  }

  /** The open file behind a handle. */
  openFile(handle: object): OpenFile | undefined {
    return file.is(handle) ? this.files.get(handle) : undefined
  }
}
