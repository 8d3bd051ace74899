/**
 * What every surface module is built from: the kernel being run, the handles, the record of the run. The surface is
 * thin: it checks arguments, calls mm, records one operation, and carries the documentation that the editor shows
 * (scripts/generate-surface.ts turns these modules into declarations).
 *
 * A module is a function of `Surface` that returns its names by kind:
 *   steps      one call is one step; the compiler passes the site as first argument
 *   suspending steps that may block or call back into the snippet
 *   pure       functions that are no steps
 *   values     constants and classes
 */
import { Random } from '../base/random.ts'
import { useAllocation } from '../trace/fields.ts'
import { Flag, NO_SUBJECT, OP_NAMES, Op } from '../trace/ops.ts'
import type { TraceWriter } from '../trace/writer.ts'
import { Dma } from '../dma/dma.ts'
import type { Kernel } from '../mm/kernel.ts'
import { Locks } from '../sched/locks.ts'
import type { Tasks } from '../sched/tasks.ts'
import { describe } from './arguments.ts'
import { atomic_t, CellRecorder } from './handles/cells.ts'
import { Access } from './handles/access.ts'
import { folio, page, PageHandles } from './handles/page.ts'
import { Ptr, Region } from './handles/pointer.ts'
import { viewPointer } from './handles/struct-type.ts'
import { FailureInjection } from './failure-injection.ts'
import { Interrupts } from './interrupts.ts'
import { ListNodes } from './list-nodes.ts'
import { LruLists } from './lru-lists.ts'
import { Reclaim } from './reclaim.ts'
import { Owners } from './owners.ts'
import { Scatter } from './scatter.ts'
import { GpuTables } from './gpu-tables.ts'
import { Processes } from './processes.ts'
import type { TaskControl } from './task-control.ts'
import { UserAccess } from './user-access.ts'
import { DeferredVfree } from './deferred-vfree.ts'
import { Workqueues } from './workqueues.ts'

/** Where in the source a call stands: an index into the program's site table. Supplied by the compiler. */
export type Site = number

/** Names of one module, by how the compiler treats them. */
export interface SurfaceModule {
  readonly steps?: Readonly<Record<string, (site: Site, ...args: never[]) => unknown>>
  readonly suspending?: Readonly<Record<string, (site: Site, ...args: never[]) => unknown>>
  readonly pure?: Readonly<Record<string, (...args: never[]) => unknown>>
  readonly values?: Readonly<Record<string, unknown>>
}

/** Where the run's text goes. */
export interface RunLog {
  /** Appends a line to the kernel log; returns its index. */
  line(level: 'info' | 'warn' | 'err', text: string): number
  /** Index of a text in the run's string table. */
  string(text: string): number
}

/** Address that size-0 allocations return (ZERO_SIZE_PTR). */
const ZERO_SIZE_ADDRESS = 16n

/** A step as other modules call it. */
type Call = (site: Site, ...args: unknown[]) => unknown

/** Steps by name: those of the modules, and what some add for others to call. */
class Calls {
  readonly added = new Map<string, Call>()
  /** Finds a step of a module (build.ts gives it). */
  find: (name: string) => Call | undefined = () => undefined

  get(name: string): Call | undefined {
    return this.added.get(name) ?? this.find(name)
  }
  set(name: string, call: Call): void {
    this.added.set(name, call)
  }
}

export class Surface {
  readonly trace: TraceWriter
  readonly access: Access
  readonly handles: PageHandles
  readonly failures = new FailureInjection()
  readonly zeroSize: Ptr
  /** True once interrupts, shrinkers, lrus or workqueues hold something: a run that begins anew needs a new surface. */
  isStateful = false
  readonly locks: Locks
  readonly interrupts: Interrupts
  readonly lists: ListNodes
  readonly lrus: LruLists
  readonly reclaim: Reclaim
  readonly workqueues: Workqueues
  readonly deferredVfree = new DeferredVfree(this)
  readonly owners = new Owners()
  /** Called before a driver is released from a device: what it holds for the device is revoked (Devres). */
  readonly unbinding: ((device: object, site: Site) => void)[] = []
  /** Every step by name, for modules that are built from others. */
  readonly calls = new Calls()
  readonly random: Random
  readonly cells: CellRecorder
  readonly dma: Dma
  readonly scatter: Scatter
  readonly gpu: GpuTables
  readonly users: Processes
  readonly userAccess: UserAccess
  /** Callbacks a snippet registered that the loader runs later: `module_init`, `module_exit`. */
  readonly hooks: { init: (() => unknown) | null; initSite: number; exit: (() => unknown) | null; exitSite: number } = {
    init: null,
    initSite: 0,
    exit: null,
    exitSite: 0,
  }

  constructor(
    readonly kernel: Kernel,
    readonly control: TaskControl,
    readonly tasks: Tasks,
    readonly log: RunLog,
  ) {
    this.trace = kernel.trace
    kernel.reports.console = (level, line) => void log.line(level === 'bug' ? 'err' : level, line)
    this.access = new Access(kernel, control)
    this.handles = new PageHandles(kernel.frames.count, (pfn) => this.occupant(pfn))
    this.locks = new Locks(tasks)
    this.interrupts = new Interrupts(this)
    this.lists = new ListNodes(this)
    this.lrus = new LruLists(this)
    this.reclaim = new Reclaim(this)
    this.workqueues = new Workqueues(this)
    this.random = new Random(kernel.config.seed)
    this.cells = new CellRecorder(kernel.trace, control, this.access)
    this.dma = new Dma(kernel)
    this.scatter = new Scatter(this)
    this.gpu = new GpuTables(this)
    this.users = new Processes(this)
    this.userAccess = new UserAccess(this, () => control.exitTask())
    this.access.users = this.userAccess
    this.zeroSize = this.access.fromAddress(ZERO_SIZE_ADDRESS)
  }

  /** `atomic_t(n)` and `new atomic_t(n)`; the function itself stands for the type of a field. */
  readonly makeAtomic = this.counterMaker()
  /** `refcount_t(n)` and `new refcount_t(n)`. */
  readonly makeRefcount = this.counterMaker()

  /** `new kref()`. */
  readonly makeKref = this.counterMaker()

  /** Counters whose storage is a plain `{}` of the program. */
  readonly plainCounters = new WeakMap<object, atomic_t>()

  /** A function that can be called with and without `new`. */
  private counterMaker(): (n?: number) => atomic_t {
    const surface = this
    return function (n = 0) {
      if (typeof n !== 'number') throw new TypeError(`a counter begins with a whole number, not ${describe(n)}`)
      return new atomic_t(surface.cells, n)
    }
  }

  /** Bytes in a page. */
  get pageSize(): number {
    return 2 ** this.kernel.info.pageShift
  }

  /**
   * Closes the record of the step and returns. A task that the kernel stopped (Flag.FAULT) does not come back.
   * Meaning of the arguments by kind: trace/ops.ts.
   */
  done(kind: number, allocation: number, subject: number, a: number, b: number, flags: number): void {
    this.trace.end(kind, allocation, subject, a, b, flags)
    if ((flags & Flag.FAULT) !== 0) this.control.oops()
    this.control.stepped()
    if (this.kernel.reports.aboutFrames.length > 0) this.tellFrames()
  }

  /**
   * WARN_ON_ONCE about the arguments of the step that is to come: a row of its own before it. `where`: `file:line
   * function`; `means`: what is wrong with the call; `advice`: what to do instead.
   */
  warnOnce(site: Site, where: string, means: string, advice: string): void {
    const { reports } = this.kernel
    const isFirst = reports.isFirstOf(where)
    if (isFirst) reports.add('warn', reports.warnHeader(where))
    this.trace.begin(site)
    const text = this.log.string(`${where}\n${means}\n${advice}`)
    this.done(Op.kernel_warn, 0, NO_SUBJECT, text, isFirst ? 1 : 0, Flag.WARNED)
  }

  /** Rows for what was found in pages that the step took, and the lines of the kernel log. */
  private tellFrames(): void {
    const site = this.trace.lastSite
    for (const { pfn, text } of this.kernel.reports.aboutFrames.splice(0)) {
      this.trace.begin(site)
      for (const line of text.split('\n')) this.log.line('err', line)
      this.done(Op.poison_report, 0, pfn, this.log.string(text), 0, 0)
    }
  }

  /** pfn of a page argument. NULL is dereferenced: the step is recorded as such and the task ends. */
  pfn(p: page, kind: number): number {
    const pfn = page.pfnOf(p)
    if (pfn !== undefined) {
      if (this.handles.areApart) this.handles.used(p, pfn)
      return pfn
    }
    if (p === null || p === undefined) return this.nullArgument(kind)
    if (folio.is(p)) throw this.wrongType(kind, 'a page; this is a folio: use folio_page(folio, 0)')
    throw this.wrongType(kind, 'a page')
  }

  /** pfn of the head page of a folio argument. See `pfn`. */
  folioPfn(f: folio, kind: number): number {
    if (folio.is(f)) {
      const pfn = folio.pfn(f)
      if (this.handles.areApart) this.handles.used(f, pfn)
      return pfn
    }
    if (f === null || f === undefined) return this.nullArgument(kind)
    throw this.wrongType(kind, page.is(f) ? 'a folio; this is a page: use page_folio(page)' : 'a folio')
  }

  /** A pointer argument; a view stands for its pointer. NULL is dereferenced. */
  pointer(p: unknown, kind: number): Ptr {
    if (Ptr.is(p)) return p
    const behind = viewPointer(p)
    if (behind !== null) return behind
    if (p === null || p === undefined) return this.nullArgument(kind)
    throw this.wrongType(kind, 'a pointer')
  }

  /** A pointer argument that may be NULL. */
  pointerOrNull(p: unknown, kind: number): Ptr | null {
    return p === null || p === undefined ? null : this.pointer(p, kind)
  }

  /**
   * A whole number argument in a range. Throws RangeError or TypeError, which end the task as an uncaught exception.
   * The step's record is open, unless `beforeStep`.
   */
  integer(value: unknown, name: string, low: number, high: number, beforeStep = false): number {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      if (!beforeStep) this.abandon()
      throw new TypeError(`${name} has to be a whole number, not ${describe(value)}`)
    }
    if (value < low || value > high) {
      if (!beforeStep) this.abandon()
      throw new RangeError(`${name} has to be between ${low} and ${high}, not ${value}`)
    }
    return value
  }

  /** GFP flags. Asked before the step's record is opened; costs nothing when they are what they should be. */
  gfp(flags: number): number {
    return typeof flags === 'number' && flags >>> 0 === flags
      ? flags
      : this.integer(flags, 'flags', 0, 2 ** 32 - 1, true)
  }

  private nullArgument(kind: number): never {
    this.trace.end(kind, 0, NO_SUBJECT, 0, 0, Flag.NULL | Flag.FAULT)
    return this.control.oops()
  }

  /** The error for an argument of the wrong type. */
  wrongType(kind: number, wanted: string): TypeError {
    this.abandon()
    return new TypeError(`${OP_NAMES[kind]}() takes ${wanted}`)
  }

  /** Takes back the `begin` of a step that turned out to be no call the kernel could have seen. */
  abandon(): void {
    this.trace.abandon()
  }

  /** Virtual-memory page number of a pointer into vmalloc space, or -1. */
  vpageOf(p: Ptr): number {
    return Ptr.region(p) === Region.VMALLOC ? Math.floor(Ptr.offset(p) / this.pageSize) : -1
  }

  /** Physical address of a pointer into the linear map, or -1. */
  physOf(p: Ptr): number {
    const offset = Ptr.offset(p)
    return Ptr.region(p) === Region.LINEAR && offset >= 0 && offset < this.kernel.config.memory ? offset : -1
  }

  /** Allocation that occupies a byte now: in a slab page the object there; 0 = none. */
  memoryAt(phys: number): number {
    const pfn = Math.floor(phys / this.pageSize)
    const { frames, slab } = this.kernel
    if (!frames.valid(pfn)) return 0
    const object = slab.isSlab(pfn) ? slab.objectAt(phys) : -1
    return object >= 0 ? slab.allocationAt(object) : this.occupant(pfn)
  }

  /** Allocation that occupies a frame now; 0 = free, reserved or no frame. */
  occupant(pfn: number): number {
    return this.kernel.frames.valid(pfn) ? useAllocation(this.kernel.frames.use[pfn]!) : 0
  }
}
