/**
 * One run of one program: boots a machine, gives the snippet the surface, runs its tasks to the end, and leaves a
 * trace. Everything that can happen is decided by (program, era, machine, schedule); nothing outlives the run.
 */
import { RefilledList } from '../base/refilled-list.ts'
import { findEra } from '../eras/index.ts'
import { parseMachine } from '../machine/config.ts'
import { bootKernel, type Kernel } from '../mm/kernel.ts'
import { callUser, noSteps, type Steps } from '../sched/driven.ts'
import { Tasks } from '../sched/tasks.ts'
import { cell } from '../surface/handles/cells.ts'
import { list_head } from '../surface/handles/list.ts'
import { isScatter } from '../surface/handles/scatterlist.ts'
import { isView } from '../surface/handles/struct-type.ts'
import { hasSteppingProperties } from '../surface/kernel/rust.ts'
import { buildSurface, type BuiltSurface } from '../surface/build.ts'
import { lockClass } from '../surface/lock-steps.ts'
import { Surface } from '../surface/surface.ts'
import type { MakeAccessFold } from '../surface/access-answers.ts'
import type { TaskControl } from '../surface/task-control.ts'
import type { CompiledProgram } from '../compiler/contract.ts'
import { chunkBytes, type TraceChunk } from '../trace/chunk.ts'
import { Gone } from '../trace/contracts.ts'
import { Flag, NO_SUBJECT, Op } from '../trace/ops.ts'
import { TaskState } from '../trace/fields.ts'
import type { BudgetEnd, Outcome } from '../trace/record.ts'
import type { Segment } from '../trace/segment.ts'
import { TraceWriter } from '../trace/writer.ts'
import { BootImage } from './boot-image.ts'
import { ErrorPlaces, messageOf } from './error-places.ts'
import { Abandoned, isFatal, RestartInterleaved, RunEnd, TaskDeath } from './fatal.ts'
import { onNativeBound } from './native-bounds.ts'
import { ProgramModules } from './program-modules.ts'
import { Registers } from './registers.ts'
import { asksForAccess, RunAccess } from './run-access.ts'
import type { RunOptions } from './run-options.ts'
import type { RunEnding, RunSink, Sandbox } from './run-sink.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { parseSchedule, TokenPolicy } from './schedule-token.ts'
import { Scheduler } from './scheduler.ts'
import { StepSense } from './step-sense.ts'

/** Returned by a surface function that has to wait. */
export const BLOCKED = Symbol('pageward.blocked')

/**
 * Bytes of heap at which a run ends. V8 ends the process when an array that grows by half has no room: this is
 * two such steps before.
 */
const MAX_HEAP = 2 ** 29

/** What the log and the other texts of a run may take of its memory budget: they go to the window in one message. */
const SHARE_OF_TEXT = 1 / 16
/** Bytes that a line of the log takes beside its characters. */
const LINE_BYTES = 40

export type { RunEnding, RunSink, Sandbox } from './run-sink.ts'

export class Session implements TaskControl {
  private readonly trace: TraceWriter
  private readonly registers: Registers
  private readonly tasks: Tasks
  private readonly kernel: Kernel
  private surface: Surface
  private built: BuiltSurface
  private readonly scheduler: Scheduler
  private readonly maxSteps: number
  private logLines = 0
  private strings = 0
  private cachesSent = 0
  private closedBytes = 0
  /** Bytes of the log and of the table of strings. */
  private textBytes = 0
  private outcome: Outcome = 'completed'
  private readonly modules: ProgramModules
  private readonly places: ErrorPlaces
  /** The state at boot, and the chunks of the execution since; null = the session runs once. */
  private image: BootImage | null = null
  private readonly executed = new RefilledList<TraceChunk>()
  /** Caches that the kernel makes for itself; known once `prepare` was called. */
  bootCaches = 0
  private readonly usesGlobals: boolean
  /** Answers `sim.access_set`; null if the program does not ask. */
  private access: RunAccess | null = null
  /** The chunk that the writer opens before anything else is made. */
  private firstChunk: TraceChunk | null = null

  constructor(
    private readonly program: CompiledProgram,
    private readonly options: RunOptions,
    private readonly sandbox: Sandbox,
    private readonly sink: RunSink,
    makeAccessFold: MakeAccessFold | null = null,
    /** Memory for a trace that may become long. */
    segment: Segment | null = null,
  ) {
    const era = findEra(options.era)
    const machine = parseMachine({ ...options.machine })
    if (era === undefined) throw new Error(`there is no era "${options.era}"`)
    if (!machine.ok) throw new Error(machine.errors.join('; '))
    const { budgets } = options
    this.usesGlobals = program.modules.some(({ interleaved }) => interleaved.includes('globalThis'))
    this.maxSteps = budgets.steps
    this.modules = new ProgramModules(program, sandbox)
    this.places = new ErrorPlaces(program)
    this.trace = new TraceWriter(
      { opened: (chunk) => this.chunkOpened(chunk), closed: (chunk) => this.chunkClosed(chunk) },
      segment,
    )
    this.kernel = bootKernel(machine.config, era, this.trace)
    sink.started(this.kernel.info)
    if (makeAccessFold !== null && asksForAccess(program)) {
      this.access = new RunAccess(makeAccessFold, this.kernel.info, program, () => this.trace.sync())
      if (this.firstChunk !== null) this.access.opened(this.firstChunk)
    }
    this.registers = new Registers({
      onOver: (limit) => this.end(limit),
      onManyTurns: () => this.checkHeap(),
      onCannotBlock: () => this.cannotBlock(),
      isFatal,
      calleeAt: (site) => this.program.sites[site]?.callee ?? '',
      isView: (value) =>
        isView(value) || hasSteppingProperties(value) || cell.is(value) || isScatter(value) || list_head.is(value),
      drop: (site, value) => this.built.drop(site, value),
      moves: (value, own, target) => this.surface.owners.moves(value, own, target),
      onDead: (site, value, movedAt) => this.usedAfterMove(site, value, movedAt),
      blocked: BLOCKED,
      maxTurns: budgets.turns,
      maxDepth: budgets.depth,
    })
    this.tasks = new Tasks(this.trace, (task) => sink.task(task))
    this.scheduler = new Scheduler(this.tasks, this.registers, this.trace)
    this.kernel.reports.clock = () => this.scheduler.now
    this.surface = this.newSurface()
    this.built = this.build()
  }

  private newSurface(): Surface {
    const { sink } = this
    return new Surface(this.kernel, this, this.tasks, {
      line: (level, text) => {
        sink.log({ step: this.trace.step, level, text })
        this.countText(text)
        return this.logLines++
      },
      string: (text) => {
        sink.string(text)
        this.countText(text)
        return this.strings++
      },
    })
  }

  private build(): BuiltSurface {
    const { sandbox, options } = this
    return buildSurface(this.surface, {
      protect: (value) => sandbox.protect(value),
      stepValue: (fn) => this.registers.stepValue(fn),
      suspendingValue: (fn) => this.registers.suspendingValue(fn),
      facts: options.facts ?? '',
      blocked: BLOCKED,
      scheduler: this.scheduler,
      access: this.access,
      needsInterleaving: () => this.needsInterleaving(),
      drive: (steps) => this.registers.drive(steps),
      canWait: () => !this.isStraight,
      exitTask: () => this.exitTask(),
      caughtExit: (error) => this.caughtExit(error),
    })
  }

  /**
   * Runs the program under a policy, once more from the beginning: no machine, trace or compartment is made for it.
   * Returns null if the policy gave the execution up.
   */
  execute(policy: SchedulePolicy): RunEnding | null {
    this.scheduler.policy = policy
    try {
      return this.run()
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error
      this.trace.finish()
      return null
    }
  }

  /** Before `execute`: the state at boot, whatever the last execution did. */
  prepare(): void {
    if (this.image === null) {
      this.sendCaches()
      this.bootCaches = this.cachesSent
      this.image = new BootImage(this.kernel)
    } else {
      if (this.usesGlobals) this.sandbox.reset?.()
      const touched = this.image.restore(this.kernel, this.executed.all) || this.surface.isStateful
      this.tasks.reset()
      this.scheduler.reset(touched)
      this.registers.reset()
      if (touched) {
        this.surface = this.newSurface()
        this.built = this.build()
      } else {
        this.surface.locks.reset()
        this.surface.cells.reset()
        this.surface.hooks.init = this.surface.hooks.exit = null
      }
      this.executed.clear()
      this.access?.restart()
      this.trace.restart(this.image.allocations)
    }
    this.logLines = this.strings = this.closedBytes = this.textBytes = 0
    this.cachesSent = this.bootCaches
    this.outcome = 'completed'
  }

  /** Says which steps of an execution under a token count. */
  readonly sense = new StepSense(
    () => this.surface,
    () => this.program.sites[this.registers.site]?.callee,
  )

  /** Runs the program as a token says, once more from the beginning, after `prepare`. */
  replay(policy: TokenPolicy): RunEnding | null {
    this.sense.start()
    try {
      return this.execute(policy)
    } finally {
      this.sense.stop()
    }
  }

  /** After the run: nothing of its trace lies in the segment that it was given. */
  get hasLeftSegment(): boolean {
    return this.trace.hasLeft
  }

  /** What the explorer looks at. */
  get inside(): {
    readonly trace: TraceWriter
    readonly tasks: Tasks
    readonly surface: Surface
    readonly kernel: Kernel
  } {
    const { trace, tasks, surface, kernel } = this
    return { trace, tasks, surface, kernel }
  }

  /** Runs the program to its end. Throws RestartInterleaved if the straight form will not do. */
  run(): RunEnding {
    onNativeBound(() => this.end('turns'))
    let budget: BudgetEnd | null = null
    const { schedule = '' } = this.options
    if (schedule !== '' && !this.isStraight) {
      const parsed = parseSchedule(schedule)
      if (typeof parsed === 'string') throw new Error(parsed)
      this.scheduler.policy = new TokenPolicy(parsed, this.sense)
      this.sense.start()
    }
    try {
      if (this.options.interleaved || this.program.interleaved) this.runInterleaved()
      else this.runStraight()
    } catch (error) {
      if (!(error instanceof RunEnd)) throw error
      this.outcome = 'budget'
      const counted = error.limit !== 'memory' && error.limit !== 'seconds'
      budget = { limit: error.limit, reproducible: counted, at: this.places.placeOf(error, !this.isStraight) }
    }
    if (schedule !== '') this.sense.stop()
    this.sendCaches()
    this.trace.finish()
    return { outcome: this.outcome, budget }
  }

  // ---- TaskControl

  waitsAt(site: number): void {
    this.registers.site = site
  }

  site(): number {
    return this.registers.site
  }

  get task(): number {
    return this.tasks.current
  }

  afterStep: (() => void) | null = null

  stepped(): void {
    this.registers.stepped()
    if (this.afterStep !== null) this.afterStep()
    if (this.trace.step >= this.maxSteps) this.end('steps')
  }

  oops(): never {
    this.outcome = 'oops'
    this.registers.unwinding = true
    throw new TaskDeath()
  }

  /** A name is used whose value was moved away: the Rust compiler would have refused the program. */
  private usedAfterMove(site: number, value: unknown, movedAt: number): never {
    const allocation = this.surface.owners.find(value)?.allocation ?? 0
    this.trace.begin(site)
    this.trace.end(Op.use_after_move, allocation, NO_SUBJECT, movedAt, Gone.MOVED, Flag.FAULT)
    return this.oops()
  }

  exitTask(): never {
    this.registers.unwinding = true
    throw new TaskDeath(true)
  }

  /** The kernel's part of the end of a user program goes on where the program was stopped. */
  private caughtExit(error: unknown): boolean {
    if (!(error instanceof TaskDeath) || !error.isExit) return false
    this.registers.unwinding = false
    this.registers.depth = 0
    return true
  }

  /** True if code that waits cannot: the straight form, or a callback of a native function. */
  get isStraight(): boolean {
    return !this.options.interleaved && !this.program.interleaved
  }

  /** A call needs the interleaved form (it makes a task, or waits). */
  needsInterleaving(): void {
    if (this.isStraight) {
      this.registers.unwinding = true
      throw new RestartInterleaved()
    }
  }

  private cannotBlock(): never {
    this.needsInterleaving()
    throw new Error(
      'this code cannot wait here: it runs inside a constructor, an accessor, a callback of a built-in function, ' +
        'or reclaim in the middle of a step',
    )
  }

  /** An array that grows without an end would end the process, not the run. */
  private checkHeap(): void {
    const { heapBytes } = this.sandbox
    if (heapBytes !== undefined && heapBytes() > MAX_HEAP) this.end('memory')
  }

  private end(limit: BudgetEnd['limit']): never {
    this.registers.unwinding = true
    throw new RunEnd(limit)
  }

  // ---- the life of a run

  private startTask(name: string): number {
    const id = this.tasks.create(name, 'process')
    this.switchTo(id)
    return id
  }

  private switchTo(id: number): void {
    this.tasks.current = id
    this.trace.task = id
    const { name, pid } = this.tasks.info(id)
    this.kernel.reports.comm = name
    this.kernel.reports.pid = pid
    const cpu = this.tasks.cpuOf(id, this.kernel.info.cpus)
    this.kernel.setCpu(cpu)
    this.kernel.lru.here = this.scheduler.policy === null ? cpu : this.tasks.homeOf(id)
  }

  private runStraight(): void {
    this.startTask('insmod')
    let loaded = false
    this.guard(false, () => {
      this.modules.load(this.registers, this.built)
      loaded = this.loadSucceeded(this.surface.hooks.init?.())
    })
    const { exit } = this.surface.hooks
    if (!loaded || exit === null) return
    this.startTask('rmmod')
    this.guard(false, () => exit())
  }

  private runInterleaved(): void {
    const insmod = this.startTask('insmod')
    this.loaded = false
    this.modules.unload()
    this.scheduler.add(insmod, noSteps(), this.insmod)
    this.schedule()
    const { exit } = this.surface.hooks
    if (!this.loaded || exit === null || this.outcome === 'deadlock') return
    const rmmod = this.startTask('rmmod')
    this.scheduler.add(rmmod, callUser(exit, []))
    this.schedule()
  }

  private loaded = false

  /** What insmod does after its steps have come to a value: the next module, or the program's `module_init`. */
  private readonly insmod = (_id: number, value: unknown): Steps | null => {
    const { modules } = this
    if (modules.isLoaded) {
      this.loaded = this.loadSucceeded(value)
      return null
    }
    const next = modules.next(this.registers, this.built, value)
    if (next !== null) return next
    const { init } = this.surface.hooks
    this.loaded = init === null
    return init === null ? null : callUser(init, [])
  }

  private schedule(): void {
    const ended = this.scheduler.run({
      switchTo: (id) => this.switchTo(id),
      threw: (id, error) => this.taskThrew(id, error, true),
      waitsFor: (id) => {
        const lock = this.surface.locks.waitedFor(id)
        return lock === undefined ? [0, 0] : [lock.id, lockClass(lock)]
      },
    })
    if (ended === 'deadlock') this.outcome = 'deadlock'
  }

  /** `module_init` ended well: only then does `module_exit` run. */
  private loadSucceeded(result: unknown): boolean {
    return !(typeof result === 'number' && result < 0)
  }

  /** Runs a task's straight code; an error that nobody caught ends the task, not the run. */
  private guard(interleaved: boolean, code: () => void): void {
    const id = this.tasks.current
    this.tasks.setState(id, TaskState.RUNNABLE)
    try {
      code()
      this.tasks.setState(id, TaskState.ENDED)
    } catch (error) {
      this.taskThrew(id, error, interleaved)
    }
  }

  private taskThrew(id: number, error: unknown, interleaved: boolean): void {
    this.registers.unwinding = false
    this.registers.depth = 0
    if (error instanceof RunEnd || error instanceof RestartInterleaved || error instanceof Abandoned) throw error
    if (!(error instanceof TaskDeath)) this.recordUncaught(error, interleaved)
    this.tasks.setState(id, TaskState.OOPSED)
  }

  private recordUncaught(error: unknown, interleaved: boolean): void {
    this.outcome = 'oops'
    const { trace } = this
    this.registers.reword(error)
    trace.begin(this.places.siteOf(error, interleaved, this.registers.site))
    const index = this.strings++
    this.sink.string(messageOf(error))
    trace.end(Op.uncaught, 0, NO_SUBJECT, index, 0, 0)
  }

  // ---- what goes out

  private chunkOpened(chunk: TraceChunk): void {
    this.firstChunk ??= chunk
    this.access?.opened(chunk)
    this.sink.opened(chunk)
    if (this.closedBytes + chunkBytes(chunk) > this.options.budgets.memory) this.end('memory')
  }

  private countText(text: string): void {
    this.textBytes += text.length + LINE_BYTES
    if (this.textBytes > this.options.budgets.memory * SHARE_OF_TEXT) this.end('memory')
  }

  private chunkClosed(chunk: TraceChunk): void {
    this.closedBytes += chunkBytes(chunk)
    if (this.image !== null) this.executed.add(chunk)
    this.sendCaches()
    this.sink.closed(chunk)
  }

  private sendCaches(): void {
    const { caches } = this.kernel.slab
    while (this.cachesSent < caches.length) this.sink.cache(caches[this.cachesSent++]!)
  }
}
