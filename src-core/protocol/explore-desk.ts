/**
 * Explorations for a window: one at a time, each with its workers, which are gone when it ends. One worker may be
 * started before it is needed.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { invisibleSharing } from '../compiler/invisible-sharing.ts'
import { explorationOf } from '../explore/exploration.ts'
import { ExplorePool, type ExplorerHandle } from '../explore/explore-pool.ts'
import type { ExploreOptions, Swapped } from '../explore/options.ts'
import { SpareWorker } from '../explore/spare-worker.ts'
import type { ExploreAnswer, ExploreRequest, Notice, SwapRequest } from './messages.ts'

/** Steps of one execution in the app. */
const STEPS = 20_000

export interface ExploreDeskHost {
  spawnExplorer(): ExplorerHandle
  after(milliseconds: number, call: () => void): () => void
  now(): number
}

export class ExploreDesk {
  private current: ExplorePool | null = null
  /** Ends the exploration after so many seconds of work. */
  private clock: { pause(paused: boolean): void; stop(): void } | null = null

  private readonly spare: SpareWorker

  constructor(private readonly host: ExploreDeskHost) {
    this.spare = new SpareWorker(() => host.spawnExplorer())
  }

  /** Starts a worker for the next exploration, unless there is one. */
  warm(): void {
    this.spare.warm()
  }

  /** Ends a worker that had nothing to do. */
  close(): void {
    this.spare.close()
  }

  /** Explores a compiled program. A newer exploration ends an older one, whose answer is what it found so far. */
  async explore(
    request: ExploreRequest,
    program: CompiledProgram,
    era: string,
    notify: (notice: Notice) => void,
  ): Promise<ExploreAnswer> {
    if (program.errors.length > 0) {
      return { exploration: null, errors: program.errors.map(({ message, file, line }) => ({ message, file, line })) }
    }
    this.stop()
    const { entry, machine, mode, bound, maxExecutions, seed, seconds, jobs } = request
    const options: ExploreOptions = { era, machine, mode, bound, maxExecutions, seed, shard: null, steps: STEPS }
    const pool = new ExplorePool(() => this.spare.take())
    this.current = pool
    const started = this.host.now()
    const clock = this.newClock(seconds, () => pool.stop('seconds'))
    this.clock = clock
    try {
      const explored = await pool.explore(program, options, jobs, (progress) =>
        notify({ notice: 'exploring', ...progress, ms: this.host.now() - started }),
      )
      const sharing = invisibleSharing(request.files)
      return { exploration: explorationOf(entry, options, explored, sharing, this.host.now() - started), errors: [] }
    } finally {
      clock.stop()
      if (this.current === pool) this.current = null
    }
  }

  /** Makes the exploration going on wait, or lets it go on; its time stands still meanwhile. */
  pause(paused: boolean): void {
    if (this.current === null) return
    this.clock?.pause(paused)
    this.current.pause(paused)
  }

  /** Exchanges a step of a schedule with the next one, in a worker of its own. */
  swap(request: SwapRequest, program: CompiledProgram, era: string): Promise<Swapped> {
    const { machine, schedule, step } = request
    const base = { mode: 'exhaustive', bound: null, maxExecutions: null, seed: 1, shard: null } as const
    const options: ExploreOptions = { ...base, era, machine, steps: STEPS }
    const worker = this.spare.take()
    return new Promise<Swapped>((resolve, reject) => {
      worker.onDeath((reason) => reject(new Error(`the worker died: ${reason}`)))
      worker.onMessage((message) => {
        if (message.type === 'swapped') resolve(message.swapped)
        else if (message.type === 'failed') reject(new Error(message.message))
      })
      worker.post({ type: 'swap', job: 0, program, options, schedule, step })
    }).finally(() => worker.kill())
  }

  private newClock(seconds: number | null, over: () => void): NonNullable<ExploreDesk['clock']> {
    const { host } = this
    let left = seconds === null ? Infinity : seconds * 1000
    let since = host.now()
    const start = (): (() => void) => {
      since = host.now()
      return left === Infinity ? () => undefined : host.after(left, over)
    }
    let cancel = start()
    let paused = false
    return {
      pause(next) {
        if (next === paused) return
        paused = next
        if (next) {
          cancel()
          left -= host.now() - since
        } else cancel = start()
      },
      stop: () => cancel(),
    }
  }

  /** Ends the exploration going on; it answers with what it found. */
  stop(): void {
    this.current?.stop('interrupted')
    this.current = null
  }
}
