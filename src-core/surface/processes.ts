/**
 * User programs: which task has which address space and which open files, and the loads and stores of user code. Page
 * faults: page-faults.ts.
 *
 * Kernel: arch/x86/mm/fault.c; KERNEL_FACTS 7.4, 7.8.
 */
import { changes, locks as tellLock, Part } from '../machine/state-watch.ts'
import { LockMode, type Lock } from '../sched/locks.ts'
import type { Steps } from '../sched/driven.ts'
import { callUser } from '../sched/driven.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import { UserMap, type PteRow } from '../mm/user-map.ts'
import type { MmStruct } from '../mm/mm-struct.ts'
import type { Shmem } from '../mm/shmem.ts'
import { VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../mm/vma.ts'
import type { FdTable } from './fd-table.ts'
import { holdFile, type OpenFile } from './open-file.ts'
import { PageFaults } from './page-faults.ts'
import { file, mm_struct, vm_area_struct } from './handles/user-memory.ts'
import type { file_operations } from './handles/user-memory.ts'
import type { Site, Surface } from './surface.ts'

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
  readonly faults: PageFaults
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
    this.faults = new PageFaults(s, this)
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

  /** lru_add_drain(): pages in the batches of the running cpu come on their LRU lists. A row if there are any. */
  drain(site: Site): void {
    const { kernel, trace } = this.s
    if (kernel.lru.isEmpty) return
    trace.begin(site)
    const held = kernel.lru.drain()
    this.s.done(Op.lru_add_drain, 0, NO_SUBJECT, held, kernel.lru.here, 0)
  }

  /** Clears the entries of [start, end), after a drain: one step each. */
  zap(site: Site, mm: MmStruct, start: number, end: number, evenCows = true): number {
    this.drain(site)
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
      const result = this.faults.fault(site, mm, at, write, force)
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

  /** shmem_evict_inode(): the cache drops its references; __folio_batch_release() drains the batches of this cpu. */
  private freeShmem(site: Site, shmem: Shmem): void {
    const { s, map } = this
    if (!shmem.isEmpty) this.drain(site)
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
