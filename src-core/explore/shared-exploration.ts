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

export class SharedExploration {
  private readonly plan = new PiecePlan(new Event(0))
  private readonly waiting: Piece[] = []
  private readonly idle: ExplorerHandle[] = []
  /** Results whose turn has not come, by number of the piece. */
  private readonly early = new Map<number, PieceResult>()
  private taken = 0
  private readonly busy = new Map<ExplorerHandle, Progress>()
  private readonly sum = { executions: 0, blocked: 0, probes: 0, redundant: 0 }
  private readonly seen = new Map<string, Seen>()
  private readonly advice = new Set<string>()
  private readonly reasons = new Set<Incomplete>()
  private readonly exchanged: Independence[] = []
  private stopping: Incomplete | null = null
  private end: () => void = () => undefined
  private fail: (error: Error) => void = () => undefined

  constructor(
    private readonly workers: readonly ExplorerHandle[],
    private readonly onProgress: (progress: Progress) => void,
  ) {}

  /** Ends the exploration; the workers are told by whoever calls this. */
  stop(reason: Incomplete): void {
    this.stopping ??= reason
    this.waiting.length = 0
    if (this.busy.size === 0) this.end()
  }

  /** Explores. Rejects only if the simulator itself failed. */
  async run(program: CompiledProgram, options: ExploreOptions): Promise<Explored> {
    const { workers, plan, sum } = this
    for (const worker of workers) {
      worker.onDeath((reason) => this.fail(new Error(`an exploring worker died: ${reason}`)))
      worker.post({ type: 'open', program, options })
    }
    await new Promise<void>((resolve, reject) => {
      this.end = resolve
      this.fail = reject
      for (const worker of workers) {
        worker.onMessage((message) => this.heard(worker, message))
        this.idle.push(worker)
      }
      this.waiting.push(...this.plan.next())
      this.handOut()
    })
    const findings = await this.conclude()
    if (this.stopping !== null && !plan.complete) this.reasons.add(this.stopping)
    return {
      ...sum,
      probes: sum.probes + plan.probes,
      complete: plan.complete && this.reasons.size === 0,
      incomplete: [...this.reasons].sort(),
      findings: findings.sort(byPlace),
      advice: [...this.advice],
      ...mergeIndependence(this.exchanged),
    }
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
      this.early.set(message.job, message.result)
      // A piece that was handed out before may still be under way: its result comes first.
      for (let result = this.early.get(this.taken); result !== undefined; result = this.early.get(this.taken)) {
        this.early.delete(this.taken++)
        this.take(result)
        // After each result by itself: what is handed out must not depend on how many came at once.
        if (this.stopping === null) this.waiting.push(...this.plan.next())
      }
      this.tell()
      this.handOut()
    }
  }

  private take(result: PieceResult): void {
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

  private tell(): void {
    let { executions } = this.sum
    const { redundant } = this.sum
    let findings = this.seen.size
    for (const result of this.early.values()) executions += result.executions
    for (const progress of this.busy.values()) {
      executions += progress.executions
      findings = Math.max(findings, progress.findings)
    }
    this.onProgress({ executions, redundant, findings, share: this.plan.share })
  }

  /** Has the workers look for the simplest schedules, each for a share of the findings. */
  private async conclude(): Promise<ExploredFinding[]> {
    const { workers, plan } = this
    const all = [...this.seen.values()].sort((x, y) => (x.key < y.key ? -1 : 1))
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
