/**
 * Every interleaving, one after the other: what the other ways of exploring are measured against. With a bound, only
 * those with at most so many preemptions: a switch away from a process that could have gone on. Those with none come
 * first, then those with one, and so on (Musuvathi and Qadeer, "Iterative context bounding for systematic testing of
 * multithreaded programs", 2007): most races need few, and what is found first needs no simpler schedule. Each
 * pass goes through the shorter ones once more on its way, and does not report them.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import type { SavedWalk } from './checkpoint.ts'
import type { ExecutionRecord } from './execution-record.ts'
import type { Walk } from './walk.ts'
import { Trail, type Chooser } from './trail.ts'

export class NaiveWalk implements Chooser {
  readonly trail: Trail
  complete = false
  /** The bound of the present pass left something out. */
  private cut = false
  /** Preemptions of the executions that are reported now; Infinity = all of them are. */
  pass: number
  /** By depth: processes left to try, first to last. */
  private readonly left: number[][] = []
  /** By depth: preemptions before it. */
  private readonly preemptions: number[] = [0]
  /** By depth: process that could go on without a preemption; -1 = none. */
  private readonly going: number[] = []
  /** By depth: processes tried and left to try, as far as is known. */
  private readonly wide: number[] = []
  private forced = -1

  constructor(
    session: Session,
    program: CompiledProgram,
    record: ExecutionRecord | null = null,
    private readonly bound: number = Infinity,
  ) {
    this.trail = new Trail(session, program, this, record)
    this.pass = bound === Infinity ? Infinity : 0
  }

  run(walk: Walk): void {
    const { trail } = this
    do {
      while (!this.begun || this.backtrack()) {
        this.begun = true
        const ending = trail.run()
        if (ending === null) continue
        const isNew = this.pass === Infinity || this.preemptions[trail.depth] === this.pass
        if (!(isNew ? walk.executed(trail, ending) : (walk.repeated?.(trail) ?? true))) return
      }
    } while (this.nextPass())
    this.complete = true
  }
  private begun = false

  /** Goes on to schedules with one more preemption; false if there are none, or they are beyond the bound. */
  private nextPass(): boolean {
    if (!this.cut || this.pass >= this.bound) return false
    this.pass++
    this.cut = this.begun = false
    this.left.length = 0
    this.trail.kept = 0
    return true
  }

  /** Share of the executions that is behind, 0 to 1, if all choices at a place led to equally many: a guess. */
  get share(): number {
    if (this.complete) return 1
    const within = this.shareOfPass
    return this.pass === Infinity ? within : (this.pass + within) / (this.bound + 1)
  }

  private get shareOfPass(): number {
    let share = 0
    let part = 1
    for (let depth = 0; depth < this.trail.depth; depth++) {
      const pending = this.left[depth]?.length ?? 0
      const all = Math.max(this.wide[depth] ?? 1, pending + 1)
      share += (part * (all - pending - 1)) / all
      part /= all
    }
    return share
  }

  /** Where the walk is, between two executions. */
  save(): SavedWalk {
    const { trail, left, preemptions, going } = this
    return {
      begun: this.begun,
      complete: this.complete,
      order: trail.order.slice(0, trail.depth),
      figures: [this.cut ? 1 : 0, this.pass === Infinity ? -1 : this.pass],
      left: left.map((processes) => processes.slice()),
      preemptions: preemptions.slice(),
      going: going.slice(),
    }
  }

  /** Goes to where a walk was. Throws if the program does not do what it did. */
  restore(saved: SavedWalk): void {
    this.begun = saved.begun
    this.complete = saved.complete
    const [cut, pass = -1] = saved.figures
    this.cut = cut === 1
    this.pass = pass < 0 ? Infinity : pass
    if (!saved.begun) return
    this.again = saved.order
    this.trail.run()
    this.again = null
    if (this.trail.depth !== saved.order.length) throw new Error('the checkpoint does not belong to this program')
    for (const processes of saved.left ?? []) this.left.push(processes.slice())
    this.preemptions.length = 0
    for (const count of saved.preemptions ?? []) this.preemptions.push(count)
    for (const process of saved.going ?? []) this.going.push(process)
  }
  /** Processes of an execution that is only gone through again. */
  private again: readonly number[] | null = null

  private backtrack(): boolean {
    const { trail, left } = this
    for (let depth = Math.min(trail.depth, left.length - 1); depth >= 0; depth--) {
      if (left[depth]!.length === 0) continue
      left.length = depth + 1
      trail.kept = depth
      this.forced = left[depth]!.shift()!
      return true
    }
    return false
  }

  choose(depth: number, able: readonly number[]): number {
    const { trail, left } = this
    if (this.again !== null) return this.again[depth] ?? -1
    if (depth < trail.kept) return trail.order[depth]!
    if (this.forced >= 0) {
      const { forced } = this
      this.forced = -1
      return forced
    }
    if (left.length <= depth) {
      const last = depth > 0 ? trail.order[depth - 1]! : -1
      this.going[depth] = able.includes(last) ? last : -1
      this.wide[depth] = able.length
      left[depth] = [...able].sort((x, y) => Number(y === last) - Number(x === last))
    }
    const next = left[depth]!.shift()
    return next ?? -1
  }

  couldNot(depth: number, process: number): void {
    // It waits: leaving it is no preemption.
    if (this.going[depth] === process) this.going[depth] = -1
  }

  made(depth: number): void {
    const { trail, preemptions } = this
    if (depth < trail.kept || this.again !== null) return
    const going = this.going[depth] ?? -1
    const before = preemptions[depth]!
    preemptions[depth + 1] = before + (going >= 0 && going !== trail.order[depth]! ? 1 : 0)
    // With all preemptions used up nobody else may take the place of a process that can go on.
    if (before >= this.pass && going >= 0 && this.left[depth]!.length > 0) {
      this.left[depth]!.length = 0
      this.cut = true
    }
  }
}
