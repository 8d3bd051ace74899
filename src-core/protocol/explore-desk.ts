/** Explorations for a window: one at a time, each with its workers, which are gone when it ends. */
import type { CompiledProgram } from '../compiler/contract.ts'
import { invisibleSharing } from '../compiler/invisible-sharing.ts'
import { explorationOf } from '../explore/exploration.ts'
import { ExplorePool, type ExplorerHandle } from '../explore/explore-pool.ts'
import type { ExploreOptions } from '../explore/options.ts'
import type { ExploreAnswer, ExploreRequest, Notice } from './messages.ts'

/** Steps of one execution in the app. */
const STEPS = 20_000

export interface ExploreDeskHost {
  spawnExplorer(): ExplorerHandle
  after(milliseconds: number, call: () => void): () => void
  now(): number
}

export class ExploreDesk {
  private current: ExplorePool | null = null

  constructor(private readonly host: ExploreDeskHost) {}

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
    const pool = new ExplorePool(() => this.host.spawnExplorer())
    this.current = pool
    const started = this.host.now()
    const cancel = seconds === null ? () => undefined : this.host.after(seconds * 1000, () => pool.stop('seconds'))
    try {
      const explored = await pool.explore(program, options, jobs, (progress) =>
        notify({ notice: 'exploring', ...progress, ms: this.host.now() - started }),
      )
      const sharing = invisibleSharing(request.files)
      return { exploration: explorationOf(entry, options, explored, sharing, this.host.now() - started), errors: [] }
    } finally {
      cancel()
      if (this.current === pool) this.current = null
    }
  }

  /** Ends the exploration going on; it answers with what it found. */
  stop(): void {
    this.current?.stop('interrupted')
    this.current = null
  }
}
