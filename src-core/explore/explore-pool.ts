/**
 * Explores a program on one or more workers. Several share an exhaustive exploration piece by piece
 * (shared-exploration.ts); with executions picked by chance each has a seed of its own.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Explored, Progress } from './explorer.ts'
import type { FromExplorer, ToExplorer } from './messages.ts'
import type { ExploreOptions, Incomplete } from './options.ts'
import { mergeExplored } from './merge.ts'
import { MOST_PIECES } from './piece-plan.ts'
import { SharedExploration } from './shared-exploration.ts'
import { SpareWorker } from './spare-worker.ts'

/** An exploring worker as its host gives it. */
export interface ExplorerHandle {
  post(message: ToExplorer): void
  onMessage(handler: (message: FromExplorer) => void): void
  /** Called once if it dies by itself. */
  onDeath(handler: (reason: string) => void): void
  kill(): void
}

export class ExplorePool {
  private readonly workers: ExplorerHandle[] = []
  /** What an exploration by one worker left to do. */
  checkpoint: Checkpoint | null = null
  private resume: Checkpoint | null = null
  private paused = false
  /** Called now and then with where an exploration by one worker is, each `keepEvery` milliseconds. */
  onKept: ((checkpoint: Checkpoint) => void) | null = null
  keepEvery = 10_000
  private stopping: 'seconds' | 'interrupted' | null = null

  private readonly spare: SpareWorker

  constructor(spawn: () => ExplorerHandle) {
    this.spare = new SpareWorker(spawn)
  }

  /** Starts a worker before it is needed. Whoever asks for that calls `close` at the end. */
  warm(): void {
    this.spare.warm()
  }

  /** Ends a worker that had nothing to do. */
  close(): void {
    this.spare.close()
  }

  /** Ends the exploration going on, keeping what it found. */
  stop(reason: 'seconds' | 'interrupted'): void {
    this.stopping ??= reason
    this.shared?.stop(reason)
    for (const worker of this.workers) worker.post({ type: 'stop', reason })
  }

  /** Makes all workers wait, or lets them go on. */
  pause(paused: boolean): void {
    this.paused = paused
    for (const worker of this.workers) worker.post({ type: 'pause', paused })
  }

  /** Explores with `jobs` workers. Rejects only if the simulator itself failed. */
  async explore(
    program: CompiledProgram,
    options: ExploreOptions,
    jobs: number,
    onProgress: (progress: Progress) => void,
    resume: Checkpoint | null = null,
  ): Promise<Explored> {
    this.stopping = null
    this.checkpoint = null
    this.paused = false
    this.resume = resume
    if (jobs > 1 && resume === null && isShared(options)) return this.share(program, options, jobs, onProgress)
    const parts = partsOf(options, jobs)
    const done: Explored[] = []
    const running = new Map<number, Progress>()
    const tell = (): void =>
      onProgress(sumOf([...done, ...running.values()], shareOf(done.length, running, parts.length)))
    let next = 0
    const work = async (): Promise<void> => {
      const worker = this.spare.take()
      this.workers.push(worker)
      try {
        while (next < parts.length && this.stopping === null) {
          const job = next++
          const explored = await this.part(worker, job, program, parts[job]!, (progress) => {
            running.set(job, progress)
            tell()
          })
          running.delete(job)
          done.push(explored)
          tell()
        }
      } finally {
        this.workers.splice(this.workers.indexOf(worker), 1)
        worker.kill()
      }
    }
    await Promise.all(Array.from({ length: Math.min(jobs, parts.length) }, work))
    const unbegun: Incomplete[] = this.stopping !== null && next < parts.length ? [this.stopping] : []
    return mergeExplored(done, unbegun)
  }

  private shared: SharedExploration | null = null

  private async share(
    program: CompiledProgram,
    options: ExploreOptions,
    jobs: number,
    onProgress: (progress: Progress) => void,
  ): Promise<Explored> {
    for (let i = 0; i < Math.min(jobs, MOST_PIECES); i++) this.workers.push(this.spare.take())
    try {
      this.shared = new SharedExploration(this.workers, program, options, onProgress)
      return await this.shared.run()
    } finally {
      this.shared = null
      for (const worker of this.workers.splice(0)) worker.kill()
    }
  }

  private part(
    worker: ExplorerHandle,
    job: number,
    program: CompiledProgram,
    options: ExploreOptions,
    onProgress: (progress: Progress) => void,
  ): Promise<Explored> {
    return new Promise((resolve, reject) => {
      worker.onDeath((reason) => reject(new Error(`an exploring worker died: ${reason}`)))
      worker.onMessage((message) => {
        if (message.type === 'progress') onProgress(message.progress)
        else if (message.type === 'kept') this.onKept?.(message.checkpoint)
        else if (message.type === 'done') {
          this.checkpoint = message.checkpoint
          resolve(message.explored)
        } else if (message.type === 'failed') reject(new Error(message.message))
      })
      const keep = this.onKept === null ? {} : { keepEvery: this.keepEvery }
      worker.post({ type: 'explore', job, program, options, resume: this.resume, ...keep })
      if (this.paused) worker.post({ type: 'pause', paused: true })
      if (this.stopping !== null) worker.post({ type: 'stop', reason: this.stopping })
    })
  }
}

/** True if several workers can share an exploration. */
function isShared({ mode, shard, bound, maxExecutions }: ExploreOptions): boolean {
  return mode === 'exhaustive' && shard === null && bound === null && maxExecutions === null
}

/** What each job explores. */
function partsOf(options: ExploreOptions, jobs: number): readonly ExploreOptions[] {
  const { mode, shard, maxExecutions, seed } = options
  if (jobs <= 1 || shard !== null) return [options]
  if (mode === 'random' || mode === 'pct') {
    const each = maxExecutions === null ? null : Math.ceil(maxExecutions / jobs)
    return Array.from({ length: jobs }, (_, i) => ({ ...options, seed: seed + i * 7919, maxExecutions: each }))
  }
  return [options]
}

/** Share that is behind, if all parts were equally large: a guess. */
function shareOf(done: number, running: ReadonlyMap<number, Progress>, parts: number): number | null {
  let share = done
  for (const progress of running.values()) {
    if (progress.share === null) return null
    share += progress.share
  }
  return share / parts
}

function sumOf(parts: readonly (Progress | Explored)[], share: number | null): Progress {
  let executions = 0
  let redundant = 0
  let findings = 0
  for (const part of parts) {
    executions += part.executions
    redundant += part.redundant
    findings += typeof part.findings === 'number' ? part.findings : part.findings.length
  }
  return { executions, redundant, findings, share }
}
