/**
 * One exploration of one program: walks through its executions, has the rules judge each, collects what they find and
 * the simplest schedule that shows it. It works in slices, so that whoever hosts it can listen in between.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { DEFAULT_BUDGETS } from '../runtime/run-options.ts'
import { Session, type Sandbox } from '../runtime/session.ts'
import { textSum, type Checkpoint } from './checkpoint.ts'
import { ExecutionRecord } from './execution-record.ts'
import { Collected, needsOrder } from './collected.ts'
import { exploredFinding } from './explored-finding.ts'
import { byPlace, mergeIndependence } from './merge.ts'
import { Minimiser } from './minimise.ts'
import { NaiveWalk } from './naive.ts'
import { OptimalWalk } from './optimal.ts'
import { Frontier } from './frontier.ts'
import { Names } from './names.ts'
import { partOf, partsFor, partsOfShard, showsStaleSoon } from './shards.ts'
import type { ExploredFinding, ExploreOptions, Incomplete, Independence } from './options.ts'
import { SamplingWalk } from './sampling.ts'
import type { Trail } from './trail.ts'

/** Figures of an exploration so far. */
export interface Progress {
  readonly executions: number
  readonly redundant: number
  readonly findings: number
  /** Share of the schedules that is behind, 0 to 1, as far as can be told; null = cannot. */
  readonly share: number | null
}

/** What an exploration gives, without what only its host knows (times, files). */
export interface Explored {
  readonly executions: number
  readonly blocked: number
  readonly probes: number
  readonly redundant: number
  readonly complete: boolean
  readonly incomplete: readonly Incomplete[]
  readonly findings: readonly ExploredFinding[]
  readonly advice: readonly string[]
  readonly independence?: Independence
  /** A stale pointer was used: allocations and frees count as dependent. */
  readonly strict?: true
}

/** A sum of what a program does. */
function sumOf({ modules }: CompiledProgram): number {
  return textSum(modules.map(({ interleaved }) => interleaved))
}

interface Before {
  readonly collected: Collected
  readonly trail: Trail
}

type AnyWalk = OptimalWalk | NaiveWalk | SamplingWalk

export class Explorer {
  private readonly session: Session
  private readonly record = new ExecutionRecord()
  private walk!: AnyWalk
  /** Parts of the shard that are left to explore. */
  private parts: number[] = []
  /** The part that is being explored. */
  private part = -1
  private frontier: Frontier | null = null
  private names = new Names()
  /** Figures of the parts that are done. */
  private blocked = 0
  private probes = 0
  private collected!: Collected
  /** Parts there were at first; 1 = the program is not divided. */
  private begun = 1
  /** There are fewer parts than shards, and none for this one. */
  private none = false
  /** Allocations and frees count as dependent: stale pointers are used (stale-uses.ts). */
  private strict: boolean
  /** What was seen before the exploration began again for a stale pointer. */
  private before: Before | null = null

  constructor(
    private readonly program: CompiledProgram,
    private readonly options: ExploreOptions,
    sandbox: Sandbox,
    resume: Checkpoint | null = null,
  ) {
    const { era, machine, steps } = options
    const budgets = { ...DEFAULT_BUDGETS, steps }
    this.session = new Session(
      program,
      { era, machine: { ...program.pragmas.machine, ...machine }, budgets, interleaved: true },
      sandbox,
      this.record,
    )
    this.strict = options.strict === true || resume?.strict === true
    // Whatever shows soon all shards see: they take the same mode.
    if (options.shard !== null && resume === null && !this.strict) this.strict = showsStaleSoon(this.session, program)
    this.begin(resume)
    if (resume !== null) this.restore(resume)
  }

  /** Begins from the first schedule, or where another exploration was stopped. */
  private begin(resume: Checkpoint | null): void {
    const { session, program, record, options } = this
    const { shard, mode } = options
    this.names = new Names()
    this.blocked = this.probes = 0
    this.collected = new Collected(session, program, record, options, options.seed)
    this.frontier =
      shard === null ? null : new Frontier(session, program, this.names, partsFor(shard.count), this.strict)
    this.parts =
      shard === null || this.frontier === null
        ? []
        : resume === null
          ? partsOfShard(this.frontier, shard.index, shard.count)
          : [resume.part, ...resume.parts]
    this.begun = Math.max(1, this.parts.length)
    this.none = shard !== null && this.parts.length === 0
    this.walk = this.newWalk()
    if (mode === 'random' || mode === 'pct') this.collected.reasons.add('sampled')
  }

  /** Begins again, with a finer dependence relation: a stale pointer was used. */
  private beginAgain(): void {
    const { collected, walk } = this
    this.before = { collected, trail: walk.trail }
    this.strict = true
    this.begin(null)
  }

  private newWalk(): AnyWalk {
    const walk = this.newWalkOfMode()
    walk.trail.strict = this.strict
    return walk
  }

  private newWalkOfMode(): AnyWalk {
    const { session, program, record } = this
    const { mode, bound, seed } = this.options
    if (mode === 'random' || mode === 'pct') {
      const walk = new SamplingWalk(session, program, record, mode, seed)
      walk.trail.tracks = this.options.checkIndependence === true
      return walk
    }
    if (mode === 'naive' || bound !== null) return new NaiveWalk(session, program, record, bound ?? Infinity)
    this.part = this.parts.shift() ?? -1
    const part = this.frontier === null || this.part < 0 ? null : partOf(this.frontier, this.part)
    return new OptimalWalk(session, program, record, this.names, part)
  }

  /** Explores until `goOn` (asked after each execution) says no. Returns true when there is nothing left to do. */
  advanceWhile(goOn: () => boolean): boolean {
    const { maxExecutions } = this.options
    let full = maxExecutions !== null && this.collected.executions >= maxExecutions
    if (full || this.none) return true
    let paused = false
    while (!full && !paused && !this.walk.complete) {
      this.walk.run({
        executed: (trail, ending) => {
          const { walk } = this
          this.collected.executed(trail, ending, walk instanceof NaiveWalk ? walk.pass : Infinity)
          if (this.collected.isStale) return false
          full = maxExecutions !== null && this.collected.executions >= maxExecutions
          paused = !full && !goOn()
          return !full && !paused
        },
        repeated: () => {
          paused = !goOn()
          return !paused
        },
      })
      if (this.hasMissed) {
        this.beginAgain()
        full = false
        if (this.none) return true
        paused = !goOn()
      } else if (this.walk.complete && this.parts.length > 0) {
        this.addUp(this.walk)
        this.walk = this.newWalk()
      }
    }
    if (full && !this.walk.complete) this.collected.reasons.add('executions')
    return full || (this.walk.complete && this.parts.length === 0)
  }

  /** A stale pointer was used: so far it was not looked at who got which memory. */
  private get hasMissed(): boolean {
    const isStale = this.collected.isStale || this.walk.trail.stale || this.frontier?.isStale === true
    return isStale && !this.strict && needsOrder(this.options)
  }

  /** What is left to do; null if nothing is, or if executions are picked by chance. */
  checkpoint(): Checkpoint | null {
    const { walk, none, options, program } = this
    if (none || walk instanceof SamplingWalk || (walk.complete && this.parts.length === 0)) return null
    return {
      schema: 'pageward.checkpoint/3',
      program: program.files[program.files.length - 1] ?? '',
      sum: sumOf(program),
      options,
      ...(this.strict ? { strict: true } : {}),
      figures: [this.collected.executions, this.collected.redundant, this.blocked, this.probes],
      reasons: [...this.collected.reasons].filter((reason) => reason === 'steps'),
      advice: [...this.collected.advice],
      seen: [...this.collected.seen.values()],
      traces: [...this.collected.traces],
      ...walk.trail.names.save(),
      parts: this.parts,
      part: this.part,
      walk: walk.save(),
    }
  }

  private restore(saved: Checkpoint): void {
    if (saved.sum !== sumOf(this.program)) throw new Error('the checkpoint belongs to another text of this program')
    const [executions, redundant, blocked, probes] = saved.figures
    Object.assign(this.collected, { executions, redundant })
    Object.assign(this, { blocked, probes })
    for (const reason of saved.reasons) this.collected.reasons.add(reason)
    for (const text of saved.advice) this.collected.advice.add(text)
    for (const seen of saved.seen) this.collected.seen.set(seen.key, seen)
    for (const trace of saved.traces) this.collected.traces.add(trace)
    if (this.walk instanceof SamplingWalk) return
    this.walk.trail.names.restore(saved.names, saved.insides)
    this.walk.restore(saved.walk)
  }

  /** Adds the figures of a part that is done. */
  private addUp(walk: AnyWalk): void {
    if (!(walk instanceof OptimalWalk)) return
    this.blocked += walk.redundant + walk.impossible
    this.probes += walk.probes
    this.collected.redundant += walk.foreign
  }

  /** The exploration is ended early. */
  stopped(reason: Incomplete): void {
    if (!this.none && !(this.walk.complete && this.parts.length === 0)) this.collected.reasons.add(reason)
  }

  /** True if some execution so far showed a finding with this code. */
  hasFound(code: string): boolean {
    const all = [...this.collected.seen.values(), ...(this.before?.collected.seen.values() ?? [])]
    return all.some(({ finding }) => finding.code === code)
  }

  get progress(): Progress {
    return {
      executions: this.collected.executions,
      redundant: this.collected.redundant,
      findings: this.findings,
      share: this.share,
    }
  }

  /** Findings so far, those of before it began again included. */
  private get findings(): number {
    let findings = this.collected.seen.size
    for (const key of this.before?.collected.seen.keys() ?? []) if (!this.collected.seen.has(key)) findings++
    return findings
  }

  /** A guess of the share that is behind; null if executions are picked by chance. */
  private get share(): number | null {
    if (this.walk instanceof SamplingWalk) return null
    if (this.none) return 1
    const left = this.parts.length
    return (this.begun - left - 1 + this.walk.share) / Math.max(1, this.begun)
  }

  /** What came out. Looks for the simplest schedule of each finding. */
  result(): Explored {
    const { walk, program, record, session } = this
    const minimiser = new Minimiser(session, program, record, this.options.era, walk.trail)
    const { collected } = this
    const findings = [...collected.seen.values()].map((seen) =>
      exploredFinding(seen, program, minimiser.simplest(seen)),
    )
    if (!this.none) this.addUp(walk)
    const incomplete = [...this.collected.reasons].sort()
    const complete = (walk.complete || this.none) && incomplete.length === 0
    // Whoever goes through everything finds them again.
    if (!complete) findings.push(...this.foundBefore())
    findings.sort(byPlace)
    const exchanged = [this.before?.collected, collected].flatMap((each) => each?.independence ?? [])
    return {
      executions: this.collected.executions,
      blocked: this.blocked,
      probes: this.probes,
      redundant: this.collected.redundant,
      complete,
      incomplete,
      findings,
      advice: [...this.collected.advice],
      ...mergeIndependence(exchanged),
      ...(this.strict ? { strict: true } : {}),
    }
  }

  /** What only executions before the exploration began again showed so far. */
  private foundBefore(): ExploredFinding[] {
    const { before, program, record, session, collected } = this
    if (before === null) return []
    const minimiser = new Minimiser(session, program, record, this.options.era, before.trail)
    const seen = [...before.collected.seen.values()].filter(({ key }) => !collected.seen.has(key))
    return seen.map((one) => exploredFinding(one, program, minimiser.simplest(one)))
  }
}
