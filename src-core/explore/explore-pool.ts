/**
 * Explores a program on one or more workers and puts what they found together. With several workers each takes a
 * shard; the shards are more than the workers, so that nobody waits long for the last one.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Explored, Progress } from './explorer.ts'
import type { FromExplorer, ToExplorer } from './messages.ts'
import type { ExploreOptions, Incomplete } from './options.ts'
import { mergeExplored } from './merge.ts'

/** An exploring worker as its host gives it. */
export interface ExplorerHandle {
  post(message: ToExplorer): void
  onMessage(handler: (message: FromExplorer) => void): void
  /** Called once if it dies by itself. */
  onDeath(handler: (reason: string) => void): void
  kill(): void
}

/** Shards for each worker: the first to be done takes the next. */
const SHARDS_PER_WORKER = 4

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

  constructor(private readonly spawn: () => ExplorerHandle) {}

  /** Ends the exploration going on, keeping what it found. */
  stop(reason: 'seconds' | 'interrupted'): void {
    this.stopping ??= reason
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
    const parts = partsOf(options, jobs)
    const done: Explored[] = []
    const running = new Map<number, Progress>()
    const tell = (): void =>
      onProgress(sumOf([...done, ...running.values()], shareOf(done.length, running, parts.length)))
    let next = 0
    const work = async (): Promise<void> => {
      const worker = this.spawn()
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

/** What each job explores. Only an exhaustive exploration without a shard of its own is divided. */
function partsOf(options: ExploreOptions, jobs: number): readonly ExploreOptions[] {
  const { mode, shard, bound, maxExecutions, seed } = options
  if (jobs <= 1 || shard !== null) return [options]
  if (mode === 'random' || mode === 'pct') {
    const each = maxExecutions === null ? null : Math.ceil(maxExecutions / jobs)
    return Array.from({ length: jobs }, (_, i) => ({ ...options, seed: seed + i * 7919, maxExecutions: each }))
  }
  if (mode === 'naive' || bound !== null || maxExecutions !== null) return [options]
  const count = jobs * SHARDS_PER_WORKER
  return Array.from({ length: count }, (_, i) => ({ ...options, shard: { index: i + 1, count } }))
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
