/**
 * One execution after another: the events of the present one in order, the happens-before relation between them as
 * vector clocks, and the races among them. Decides nothing: a `Chooser` says who goes on.
 *
 * Events that an execution has in common with the one before it are not looked at again.
 */
import { put, zeros } from '../base/packed.ts'
import { LockMode, type Lock } from '../sched/locks.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { TaskState } from '../trace/fields.ts'
import { Op } from '../trace/ops.ts'
import { watchState } from '../machine/state-watch.ts'
import { Went, type SchedulePolicy } from '../runtime/schedule-policy.ts'
import { isJoin } from '../runtime/step-sense.ts'
import type { RunEnding, Session } from '../runtime/session.ts'
import { nameBirths } from '../surface/handles/objects.ts'
import type { CompiledProgram } from '../compiler/contract.ts'
import { Event, keyOf, LockStep, Thing, Way } from './event.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { Footprints } from './footprint.ts'
import { HappensBefore, MOST_PROCESSES } from './happens-before.ts'
import { StateFootprint } from './state-footprint.ts'
import { Names } from './names.ts'

/** Says who goes on. Processes are named by number (names.ts). */
export interface Chooser {
  /** The process that makes the event at `depth`, one of `able`; -1 = give the execution up. */
  choose(depth: number, able: readonly number[]): number
  /** The process chosen could not go on. */
  couldNot(depth: number, process: number): void
  /** It made the event at `depth`. */
  made(depth: number): void
}

export class Trail implements SchedulePolicy {
  readonly relation = new HappensBefore()
  /** Events of the execution, by depth. Beyond `depth` they are those of an earlier one. */
  readonly events = this.relation.events
  /** By depth: how many events its process had made before it, plus 1. */
  readonly ordinals = this.relation.ordinals
  /** Events made so far. */
  depth = 0
  /** Events at the start that are those of the last execution. Set it before `run`. */
  kept = 0
  /** Some execution used memory through a reference that outlived it. Sticks. */
  stale = false
  /** The present execution may have, in what it does not have in common with the one before it (handle-check.ts). */
  doubtful = false
  /** Page handles are told apart by whom they were made for: in executions that nobody judges. */
  tellsHandlesApart = false
  /** False = only processes are kept, no footprints, clocks and races: for executions that are not compared. */
  tracks = true
  /** Process of each event made, by depth. */
  readonly order: number[] = []
  /** By depth of the later event: depths of the earlier events of its races, latest first. */
  readonly races = this.relation.races
  /** What each process that waits for a lock at a deadlock wanted to do. */
  readonly pending: Event[] = []
  /** Nobody could go on at its end. */
  deadlocked = false
  /** Rows of its trace. */
  steps = 0

  /** By process: events made. */
  private readonly made = new Int32Array(MOST_PROCESSES)
  /** By process: its task in this execution; -1 = none yet. */
  private readonly taskOf = new Int32Array(MOST_PROCESSES)
  /** By step: depth of its event. */
  private readonly depthOfStep: number[] = []
  private readonly softirqs: number[] = []
  /** Tasks that wait for something other than a lock. */
  private readonly waiting = new Set<number>()
  /** Those that stopped waiting and did nothing since. */
  private readonly woken = new Set<number>()
  /** By length: a list for those that can go on. */
  private readonly ableProcesses: number[][] = []
  private readonly footprints: Footprints
  private readonly state: StateFootprint
  /** Parts of the session; the surface may be another one in the next execution. */
  private inside: Session['inside']
  private stepBefore = 0
  private chunkBefore = 0
  private lastAllocation = 0

  constructor(
    readonly session: Session,
    private readonly program: CompiledProgram,
    private readonly chooser: Chooser,
    private readonly record: ExecutionRecord | null = null,
    /** Names of processes, if they have to be those of another trail. */
    readonly names: Names = new Names(),
  ) {
    this.inside = session.inside
    this.footprints = new Footprints(this.names, program, this.inside.kernel)
    this.state = new StateFootprint(
      this.names,
      (pfn) => this.footprints.frame(pfn),
      (phys, end, visit) => this.footprints.places(this.inside.surface, phys, end, visit),
    )
  }

  /** Forgets the executions so far: before names of processes that were given are taken back. */
  forget(): void {
    this.depth = this.kept = 0
    this.forgetProcesses()
  }

  private forgetProcesses(): void {
    const { count } = this.names
    const { made, taskOf } = this
    const { last, madeBy } = this.relation
    for (let i = 0; i < count; i++) {
      last[i] = made[i] = 0
      taskOf[i] = madeBy[i] = -1
    }
  }

  /** Runs one execution; null if it was given up. */
  run(): RunEnding | null {
    const { names } = this
    names.reset()
    this.footprints.reset()
    this.forgetProcesses()
    this.relation.reset()
    if (this.softirqs.length > 0) this.softirqs.length = 0
    if (this.pending.length > 0) this.pending.length = 0
    if (this.waiting.size > 0) this.waiting.clear()
    if (this.woken.size > 0) this.woken.clear()
    this.depth = 0
    this.deadlocked = this.doubtful = false
    nameBirths(() => names.birth())
    this.record?.reset(this.session.bootCaches)
    this.session.prepare()
    this.inside = this.session.inside
    this.lastAllocation = this.inside.trace.lastAllocation
    this.watch()
    watchState(this.state)
    try {
      return this.session.execute(this)
    } finally {
      watchState(null)
      nameBirths(() => 0)
      this.steps = this.inside.trace.step
    }
  }

  private watch(): void {
    const { surface } = this.inside
    surface.cells.made = (id) => this.names.cellMade(id)
    surface.locks.made = (lock) => this.names.lockMade(lock)
    if (this.tellsHandlesApart) surface.handles.tellApart()
  }

  /** True if allocations and frees are taken to depend on each other, and uses of stale pointers on both. */
  get strict(): boolean {
    return this.footprints.strict
  }
  set strict(strict: boolean) {
    this.footprints.strict = strict
  }

  // ---- SchedulePolicy

  known(): number {
    const { depth } = this
    if (depth >= this.kept) return -1
    const process = this.order[depth]!
    const task = this.taskOf[process]!
    this.begin(process, task)
    return task
  }

  private begin(process: number, task: number): void {
    const { trace, surface } = this.inside
    this.names.running = process
    this.stepBefore = trace.step
    this.chunkBefore = trace.chunkIndex
    surface.cells.change = null
    surface.cells.before = undefined
    surface.locks.forgetMissed(task)
    this.state.begin()
    this.footprints.begin()
  }

  pick(able: readonly number[]): number {
    const { names } = this
    const n = able.length
    const ableProcesses = (this.ableProcesses[n] ??= zeros(n))
    for (let i = 0; i < n; i++) ableProcesses[i] = names.process(able[i]!)
    const process = this.chooser.choose(this.depth, ableProcesses)
    if (process < 0) return -1
    const task = this.taskOf[process]
    if (task === undefined || task < 0 || !has(ableProcesses, process)) {
      this.chooser.couldNot(this.depth, process)
      return -1
    }
    this.begin(process, task)
    return task
  }

  went(task: number, what: Went): void {
    const { names } = this
    const { trace, surface, tasks } = this.inside
    const process = names.process(task)
    if (trace.lastAllocation !== this.lastAllocation) this.nameAllocations()
    const isDisabled = what === Went.BLOCKED && (surface.locks.missed(task) !== undefined || this.isJoin())
    if (isDisabled && !this.state.hasBegun) {
      this.chooser.couldNot(this.depth, process)
      return
    }
    const { depth } = this
    put(this.order, depth, process, 0)
    if (!this.tracks) {
      this.depth = depth + 1
      this.chooser.made(depth)
      return
    }
    if (depth >= this.kept) this.add(process, task, what)
    else if (trace.step > this.stepBefore) {
      const chunk = trace.openChunk
      this.footprints.follow(chunk, this.rowOf(this.stepBefore + 1), chunk.opCount)
    }
    for (let step = this.stepBefore + 1; step <= trace.step; step++) put(this.depthOfStep, step, depth, 0)
    this.relation.went(process, depth)
    if (this.woken.size > 0) this.woken.delete(task)
    this.made[process]!++
    this.depth = depth + 1
    if (this.waiting.size > 0) this.wake(depth)
    if (this.state.stoppedTasks.length > 0) this.stop(depth)
    const waits = what === Went.BLOCKED || (what === Went.STEPPED && tasks.state(task) === TaskState.BLOCKED)
    if (waits && (what === Went.BLOCKED || surface.locks.missed(task) === undefined)) {
      this.waiting.add(task)
    }
    this.chooser.made(depth)
  }

  /** Names what the running process allocated in its last step. */
  private nameAllocations(): void {
    const { trace, kernel } = this.inside
    const { allocations, firstAllocation } = trace.openChunk
    for (let id = this.lastAllocation + 1; id <= trace.lastAllocation; id++) {
      const at = id - firstAllocation
      if (at >= 0 && allocations.kind[at] === AllocationKind.SLAB) {
        this.names.slabMade(id, kernel.frames.slab[allocations.base[at]!]!)
      } else this.names.allocated(id)
    }
    this.lastAllocation = trace.lastAllocation
  }

  /** True if the running process waits for the end of a task: until then it is disabled, and did nothing yet. */
  private isJoin(): boolean {
    return isJoin(this.program.sites[this.session.site()]?.callee)
  }

  added(task: number, by: number): void {
    const after = this.inside.tasks.after.get(task)
    // kfree_rcu() has workers of its own, in no order among each other.
    const isFree = after !== undefined && this.inside.tasks.info(task).name === 'kfree_rcu'
    const process = this.names.task(task, after === undefined ? by : isFree ? -3 : -2)
    this.taskOf[process] = task
    const { relation } = this
    relation.admit(process)
    if (after !== undefined) {
      const depths = after.map((step) => this.depthOfStep[step] ?? this.depth)
      const before = isFree ? undefined : this.softirqs[this.softirqs.length - 1]
      if (before !== undefined && relation.last[before]! > 0) depths.push(relation.last[before]! - 1)
      relation.comesAfter[process] = depths
      if (!isFree) this.softirqs.push(process)
      this.inside.tasks.after.delete(task)
    } else if (by >= 0) relation.madeBy[process] = this.depth
    else if (this.depth > 0) relation.afterAll = process
  }

  stuck(): void {
    this.deadlocked = true
    this.collectWishes()
  }

  /** Notes what those want who wait for a lock. */
  collectWishes(): void {
    const { locks } = this.inside.surface
    const { tasks } = this.inside
    for (const { id } of tasks.list) {
      const missed = locks.missed(id)
      if (missed === undefined || tasks.state(id) !== TaskState.BLOCKED) continue
      this.pending.push(this.wish(this.names.process(id), missed.lock, missed.mode))
    }
  }

  /** What a process that waits for a lock would do. */
  private wish(process: number, lock: Lock, mode: LockMode): Event {
    const event = new Event(process)
    event.lock = keyOf(Thing.LOCK, this.names.lock(lock))
    event.waits = true
    const shared = mode === LockMode.SHARED
    event.step = mode === LockMode.COMPLETION ? LockStep.WAIT : shared ? LockStep.TAKE_SHARED : LockStep.TAKE
    event.wanted = event.step
    event.touch(event.lock, 0, 1, shared ? Way.SHARED : Way.WRITE)
    return event
  }

  // ---- events

  private rowOf(step: number): number {
    return Math.max(0, step - this.inside.trace.openChunk.firstStep)
  }

  /** Adds the event that the running process made. */
  private add(process: number, task: number, what: Went): void {
    const { names } = this
    const { trace, surface, tasks } = this.inside
    const event = new Event(process)
    const late = tasks.after.get(task)
    if (late !== undefined) {
      event.bound = true
      tasks.after.delete(task)
    }
    const chunk = trace.openChunk
    if (this.woken.has(task) && this.endsGracePeriod(what)) event.bound = true
    if (chunk.index !== this.chunkBefore) event.global = true
    else if (trace.step > this.stepBefore) {
      this.footprints.read(event, surface, chunk, this.rowOf(this.stepBefore + 1), chunk.opCount)
    } else if (what === Went.BLOCKED && surface.locks.missed(task) === undefined) this.waitBegun(event)
    this.state.addTo(event)
    event.begins = event.waits && (event.begins || this.state.hasBegun)
    const isBlocked = what === Went.BLOCKED || (what === Went.STEPPED && tasks.state(task) === TaskState.BLOCKED)
    const missed = isBlocked ? surface.locks.missed(task) : undefined
    // It came to a lock that was not free.
    if (missed !== undefined) event.touch(keyOf(Thing.LOCK, this.names.lock(missed.lock)), 0, 1, Way.READ)
    const { uses } = this.footprints
    if (uses.found) this.stale = true
    if (uses.doubtful) this.doubtful = true
    put(this.events, this.depth, event, event)
    put(this.ordinals, this.depth, this.made[process]! + 1, 0)
    const { after } = this.footprints
    const joined = after.join < 0 ? -1 : this.relation.last[names.process(after.join)]! - 1
    after.join = -1
    const { depth } = this
    const lateDepths = late === undefined ? null : late.map((step) => this.depthOfStep[step] ?? depth)
    this.relation.relate(event, depth, lateDepths, joined)
  }

  /** True if the running step is the end of a wait for readers: it has nothing else that could come earlier. */
  private endsGracePeriod(what: Went): boolean {
    const { trace } = this.inside
    if (what === Went.BLOCKED || trace.step === this.stepBefore) return false
    const kind = trace.openChunk.ops.kind[this.rowOf(this.stepBefore + 1)]
    return kind === Op.synchronize_rcu || kind === Op.rcu_barrier
  }

  /** A process began to wait for something other than a lock: the beginning is an event of its own. */
  private waitBegun(event: Event): void {
    const callee = this.program.sites[this.session.site()]?.callee ?? ''
    if (callee === 'synchronize_rcu') event.touch(keyOf(Thing.RCU, 0), 0, 1, Way.UPDATER)
    else if (callee.endsWith('rcu_barrier')) event.touch(keyOf(Thing.RCU, 0), 0, 1, Way.BARRIER)
    else event.global = true
  }

  /** Tasks that stopped waiting because of the event at `depth` come after it. */
  private wake(depth: number): void {
    const { tasks } = this.inside
    for (const task of this.waiting) {
      // Who is interrupted as well goes on later: what it waited for came now.
      if (tasks.state(task) === TaskState.BLOCKED) continue
      this.waiting.delete(task)
      this.woken.add(task)
      this.relation.after(this.names.process(task), depth)
    }
  }

  /** A task that an event lets go on comes after it; it could have gone on before the one that stopped it. */
  private stop(depth: number): void {
    for (const { task, how } of this.state.stoppedTasks) {
      const process = this.names.process(task)
      // Who waited could not have gone on either.
      const couldGo = process !== this.order[depth] && !this.waiting.has(task)
      if (how === 'stopped' && couldGo) this.relation.stop(process, depth)
      if (how === 'resumed') this.relation.after(process, depth)
    }
  }

  /** Task of a process in the present execution. */
  taskOfProcess(process: number): number {
    return this.taskOf[process]!
  }

  /** The clock entry of an event for a process. */
  clock(depth: number, process: number): number {
    return this.relation.clock(depth, process)
  }
}

/** `includes` without the detour that a locked-down realm's natives make. */
export function has(list: readonly number[], one: number): boolean {
  for (let i = 0; i < list.length; i++) if (list[i] === one) return true
  return false
}
