/**
 * Executions by chance, for programs with too many schedules. `random`: at each step one of those that can go on.
 * `pct`: tasks have priorities; at a few steps the running task falls behind all others (Burckhardt et al., "A
 * randomized scheduler with probabilistic guarantees of finding bugs", 2010): a bug of depth d is found with
 * probability 1 / (tasks * steps^(d-1)) or better in each execution. The seed decides everything.
 */
import { Random } from '../base/random.ts'
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import type { ExecutionRecord } from './execution-record.ts'
import type { Walk } from './walk.ts'
import { Trail, type Chooser } from './trail.ts'

/** Changes of priority in a `pct` execution: finds bugs that depend on up to 3 ordered steps. */
const CHANGES = 2

export class SamplingWalk implements Chooser {
  readonly trail: Trail
  /** There is always another execution. */
  readonly complete = false
  private readonly random: Random
  /** By process: priority; larger goes first. */
  private readonly priorities: number[] = []
  private readonly changes: number[] = []
  /** Steps of the longest execution so far. */
  private longest = 16

  constructor(
    session: Session,
    program: CompiledProgram,
    record: ExecutionRecord | null,
    private readonly mode: 'random' | 'pct',
    seed: number,
  ) {
    this.trail = new Trail(session, program, this, record)
    this.trail.tracks = false
    this.random = new Random(seed)
  }

  run(walk: Walk): void {
    const { trail } = this
    for (;;) {
      this.priorities.length = 0
      this.changes.length = 0
      for (let i = 0; i < CHANGES; i++) this.changes.push(this.random.next() % this.longest)
      const ending = trail.run()
      this.longest = Math.max(this.longest, trail.depth)
      if (ending !== null && !walk.executed(trail, ending)) return
    }
  }

  choose(depth: number, able: readonly number[]): number {
    if (this.mode === 'random') return able[this.random.next() % able.length]!
    let best = able[0]!
    for (const process of able) if (this.priority(process) > this.priority(best)) best = process
    const change = this.changes.indexOf(depth)
    if (change < 0) return best
    this.priorities[best] = change - CHANGES
    this.changes[change] = -1
    return this.choose(depth, able)
  }

  private priority(process: number): number {
    while (this.priorities.length <= process) this.priorities.push(this.random.next())
    return this.priorities[process]!
  }

  couldNot(): void {
    // Another one is chosen: this one waits now.
  }
  made(): void {
    // Nothing is remembered.
  }
}
