/** An exploration that several workers share: whoever is free gets the next piece of the plan. */
import type { CompiledProgram } from '../compiler/contract.ts'
import { isSurer } from './certainty.ts'
import type { Seen } from './collected.ts'
import { Event } from './event.ts'
import type { ExplorerHandle } from './explore-pool.ts'
import type { Explored, Progress } from './explorer.ts'
import { byPlace, mergeIndependence } from './merge.ts'
import type { FromExplorer, ToExplorer } from './messages.ts'
import type { ExploredFinding, ExploreOptions, Incomplete, Independence } from './options.ts'
import type { Piece, PieceResult } from './piece.ts'
import { PiecePlan } from './piece-plan.ts'

/** What the pieces so far came to. */
class Results {
  readonly plan = new PiecePlan(new Event(0))
  readonly sum = { executions: 0, blocked: 0, probes: 0, redundant: 0 }
  readonly seen = new Map<string, Seen>()
  readonly advice = new Set<string>()
  readonly reasons = new Set<Incomplete>()
  readonly exchanged: Independence[] = []
  /** Results whose turn has not come, by number of the piece. */
  readonly early = new Map<number, PieceResult>()
  taken = 0

  take(result: PieceResult): void {
    const { sum } = this
    if (!this.plan.take(result)) return
    sum.executions += result.executions
    sum.blocked += result.blocked
    sum.probes += result.probes
    sum.redundant += result.redundant
    for (const seen of result.seen) {
      const known = this.seen.get(seen.key)
      if (known === undefined || isSurer(seen.finding, known.finding)) this.seen.set(seen.key, seen)
    }
    for (const text of result.advice) this.advice.add(text)
    for (const reason of result.reasons) this.reasons.add(reason)
    if (result.independence !== null) this.exchanged.push(result.independence)
  }
}

export class SharedExploration {
  private results = new Results()
  /** What was found before the exploration began again for a stale pointer. */
  private before: Results | null = null
  /** Workers whose piece is of that time. */
  private readonly outdated = new Set<ExplorerHandle>()
  private readonly waiting: Piece[] = []
  private readonly idle: ExplorerHandle[] = []
  private readonly busy = new Map<ExplorerHandle, Progress>()
  private stopping: Incomplete | null = null
  private end: () => void = () => undefined
  private fail: (error: Error) => void = () => undefined

  constructor(
    private readonly workers: readonly ExplorerHandle[],
    private readonly program: CompiledProgram,
    private options: ExploreOptions,
    private readonly onProgress: (progress: Progress) => void,
  ) {}

  /** Ends the exploration; the workers are told by whoever calls this. */
  stop(reason: Incomplete): void {
    this.stopping ??= reason
    this.waiting.length = 0
    if (this.busy.size === 0) this.end()
  }

  /** Explores. Rejects only if the simulator itself failed. */
  async run(): Promise<Explored> {
    const { workers, program } = this
    for (const worker of workers) {
      worker.onDeath((reason) => this.fail(new Error(`an exploring worker died: ${reason}`)))
      worker.post({ type: 'open', program, options: this.options })
    }
    await new Promise<void>((resolve, reject) => {
      this.end = resolve
      this.fail = reject
      for (const worker of workers) {
        worker.onMessage((message) => this.heard(worker, message))
        this.idle.push(worker)
      }
      this.waiting.push(...this.results.plan.next())
      this.handOut()
    })
    const { results, before } = this
    const { plan, sum, reasons, seen } = results
    const findings = await this.conclude([...seen.values()], results)
    if (this.stopping !== null && !plan.complete) reasons.add(this.stopping)
    const complete = plan.complete && reasons.size === 0
    // Whoever goes through everything finds them again.
    if (before !== null && !complete) {
      const lost = [...before.seen.values()].filter(({ key }) => !seen.has(key))
      findings.push(...(await this.conclude(lost, before)))
    }
    return {
      ...sum,
      probes: sum.probes + plan.probes,
      complete,
      incomplete: [...reasons].sort(),
      findings: findings.sort(byPlace),
      advice: [...results.advice],
      ...mergeIndependence([...(before?.exchanged ?? []), ...results.exchanged]),
      ...(this.options.strict === true ? { strict: true } : {}),
    }
  }

  /** Begins again, with a finer dependence relation: a stale pointer was used. What is under way does not count. */
  private beginAgain(): void {
    const { workers, program, busy } = this
    this.before = this.results
    this.results = new Results()
    this.options = { ...this.options, strict: true }
    this.waiting.length = 0
    for (const worker of busy.keys()) {
      this.outdated.add(worker)
      worker.post({ type: 'stop', reason: 'interrupted' })
    }
    for (const worker of workers) worker.post({ type: 'open', program, options: this.options })
    this.waiting.push(...this.results.plan.next())
  }

  private handOut(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const worker = this.idle.shift()!
      const piece = this.waiting.shift()!
      this.busy.set(worker, { executions: 0, redundant: 0, findings: 0, share: 0 })
      worker.post({ type: 'piece', job: piece.number, piece })
    }
    if (this.busy.size === 0 && this.waiting.length === 0) this.end()
  }

  private heard(worker: ExplorerHandle, message: FromExplorer): void {
    if (message.type === 'failed') this.fail(new Error(message.message))
    else if (message.type === 'progress') {
      this.busy.set(worker, message.progress)
      this.tell()
    } else if (message.type === 'pieced') {
      this.busy.delete(worker)
      this.idle.push(worker)
      if (!this.outdated.delete(worker)) this.ended(message.job, message.result)
      this.tell()
      this.handOut()
    }
  }

  /** A piece was given back. */
  private ended(job: number, result: PieceResult): void {
    const { early, plan } = this.results
    early.set(job, result)
    // A piece that was handed out before may still be under way: its result comes first.
    for (let next = early.get(this.results.taken); next !== undefined; next = early.get(this.results.taken)) {
      early.delete(this.results.taken++)
      this.results.take(next)
      // After each result by itself: what is handed out must not depend on how many came at once.
      if (this.stopping === null) this.waiting.push(...plan.next())
    }
    if (!result.isStale) return
    if (this.stopping === null) this.beginAgain()
    else this.results.reasons.add(this.stopping)
  }

  private tell(): void {
    const { sum, seen, early, plan } = this.results
    const { redundant } = sum
    let { executions } = sum
    let findings = Math.max(seen.size, this.before?.seen.size ?? 0)
    for (const result of early.values()) executions += result.executions
    for (const progress of this.busy.values()) {
      executions += progress.executions
      findings = Math.max(findings, progress.findings)
    }
    this.onProgress({ executions, redundant, findings, share: plan.share })
  }

  /** Has the workers look for the simplest schedules, each for a share of the findings. */
  private async conclude(found: readonly Seen[], { plan }: Results): Promise<ExploredFinding[]> {
    const { workers } = this
    const all = found.slice().sort((x, y) => (x.key < y.key ? -1 : 1))
    const lists = await Promise.all(
      workers.map((worker, i) => {
        const seen = all.filter((_, at) => at % workers.length === i)
        if (seen.length === 0) return []
        return new Promise<readonly ExploredFinding[]>((resolve, reject) => {
          worker.onDeath((reason) => reject(new Error(`an exploring worker died: ${reason}`)))
          worker.onMessage((message) => {
            if (message.type === 'concluded') resolve(message.findings)
            else if (message.type === 'failed') reject(new Error(message.message))
          })
          const concluded: ToExplorer = { type: 'conclude', job: i, seen, names: plan.names }
          worker.post(concluded)
        })
      }),
    )
    return lists.flat()
  }
}
