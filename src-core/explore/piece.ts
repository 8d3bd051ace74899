/**
 * A piece of an exploration that several workers share: what a worker gets, and what it gives back. A piece is a place
 * in the tree of all schedules with what is planned there; a worker explores some of it and gives the rest back.
 * What a piece comes to depends on the piece alone, not on who explores it.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { Session, type Sandbox } from '../runtime/session.ts'
import { DEFAULT_BUDGETS } from '../runtime/run-options.ts'
import { Collected, type Seen } from './collected.ts'
import { ExecutionRecord } from './execution-record.ts'
import { Minimiser } from './minimise.ts'
import { Names } from './names.ts'
import { OptimalWalk } from './optimal.ts'
import type { ExploredFinding, ExploreOptions, Incomplete, Independence } from './options.ts'
import type { PackedPlan } from './packed-plan.ts'
import type { Progress } from './explorer.ts'
import { exploredFinding } from './explored-finding.ts'
import type { SavedEvent } from './saved-event.ts'

/** Names of processes and of locks in memory, as `Names.save` gives them. They only ever grow at their ends. */
export interface SavedNames {
  readonly names: readonly (readonly [number, number])[]
  readonly insides: readonly (readonly [string, number])[]
}

export interface Piece {
  /** In the order of issue, from 0. */
  readonly number: number
  readonly names: SavedNames
  /** Depth from which on the plan is the piece's own. */
  readonly owned: number
  /** Processes of the execution after which to go on, or up to where the first branch is taken. */
  readonly order: readonly number[]
  /** Depths below `owned`: guards, and what is planned there and not certain. */
  readonly above: PackedPlan
  /** By depth below `owned`: events (of `above`) that begin what others explored or are sure to explore. */
  readonly known: readonly (readonly number[])[]
  /** Depths from `owned` on; null = nothing was explored there yet. */
  readonly own: PackedPlan | null
  /** The branch to take at depth `owned` - 1, with what is planned after it; null = go on after `order`. */
  readonly first: Int32Array | null
  /** By depth from `owned` on: ways on that are explored. */
  readonly explored: readonly number[]
  /** Steps of executions after which the rest is given back. */
  readonly steps: number
}

/** What is left of a piece. */
export interface Rest {
  readonly order: readonly number[]
  /** Events from depth `owned` on, as numbers. */
  readonly path: readonly number[]
  readonly plan: PackedPlan
  readonly explored: readonly number[]
}

export interface PutDown {
  readonly events: readonly SavedEvent[]
  /** Reversals that belong above the piece (ReversalPacker). */
  readonly outgoing: Int32Array
  /** The event before depth `owned` as it was made; -1 = it was not, or was known before. */
  readonly root: number
  /** null = all of the piece is explored. */
  readonly rest: Rest | null
}

export interface PieceResult extends PutDown {
  readonly number: number
  /** All names of the piece and those that came up. */
  readonly names: SavedNames
  readonly executions: number
  readonly blocked: number
  readonly probes: number
  /** Executions that turned out to be another piece's. */
  readonly redundant: number
  readonly seen: readonly Seen[]
  readonly advice: readonly string[]
  readonly reasons: readonly Incomplete[]
  readonly independence: Independence | null
  /** A stale pointer was used: all has to begin again (shared-exploration.ts). */
  readonly isStale: boolean
  /** Share of the piece that is behind: a guess. */
  readonly share: number
}

/** Explores one piece after the other, in one session. */
export class PieceExplorer {
  private readonly session: Session
  private readonly record = new ExecutionRecord()
  private piece: Piece | null = null
  private readonly names = new Names()
  /** One for all pieces: what it made room for, and what the engine learned about it, serves them all. */
  private readonly walk: OptimalWalk
  private collected: Collected | null = null
  private steps = 0

  constructor(
    private readonly program: CompiledProgram,
    private readonly options: ExploreOptions,
    sandbox: Sandbox,
  ) {
    const { era, machine, steps } = options
    const budgets = { ...DEFAULT_BUDGETS, steps }
    const own = { era, machine: { ...program.pragmas.machine, ...machine }, budgets, interleaved: true }
    this.session = new Session(program, own, sandbox, this.record)
    this.walk = new OptimalWalk(this.session, program, this.record, this.names)
    this.walk.trail.strict = options.strict === true
  }

  begin(piece: Piece): void {
    const { session, program, record, options } = this
    this.piece = piece
    this.walk.takeUp(piece)
    this.collected = new Collected(session, program, record, options, options.seed + piece.number)
    this.steps = 0
  }

  /** Explores until `goOn` (asked after each execution) says no. Returns true when the piece is to be given back. */
  advanceWhile(goOn: () => boolean): boolean {
    const { walk, collected, piece } = this
    if (collected === null || piece === null) return true
    let full = false
    walk.run({
      executed: (trail, ending) => {
        collected.executed(trail, ending)
        this.steps += trail.steps
        full = this.steps >= piece.steps || collected.isStale
        return !full && goOn()
      },
    })
    return full || walk.complete
  }

  get progress(): Progress {
    const { walk, collected } = this
    return {
      executions: collected?.executions ?? 0,
      redundant: walk.foreign,
      findings: collected?.seen.size ?? 0,
      share: walk.share,
    }
  }

  /** Ends the piece. */
  end(): PieceResult {
    const { walk, collected, piece } = this
    if (collected === null || piece === null) throw new Error('there is no piece to end')
    this.collected = this.piece = null
    return {
      ...walk.putDown(),
      number: piece.number,
      names: this.names.save(),
      executions: collected.executions,
      blocked: walk.redundant + walk.impossible,
      probes: walk.probes,
      redundant: walk.foreign,
      seen: [...collected.seen.values()],
      advice: [...collected.advice],
      reasons: [...collected.reasons],
      independence: collected.independence,
      isStale: walk.trail.stale && !walk.trail.strict,
      share: walk.share,
    }
  }

  /** Looks for the simplest schedule of each finding. */
  conclude(seen: readonly Seen[], { names, insides }: SavedNames): ExploredFinding[] {
    const { session, program, record, options } = this
    const own = new Names()
    own.restore(names, insides)
    const { trail } = new OptimalWalk(session, program, record, own)
    const minimiser = new Minimiser(session, program, record, options.era, trail)
    return seen.map((one) => exploredFinding(one, program, minimiser.simplest(one)))
  }
}
