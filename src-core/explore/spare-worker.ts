/** A worker for explorations that is started before it is needed, so that its start costs nothing then. */
import type { ExplorerHandle } from './explore-pool.ts'

export class SpareWorker {
  /** Started, and with nothing to do yet. */
  private ready: ExplorerHandle | null = null

  constructor(private readonly spawn: () => ExplorerHandle) {}

  /** Starts one, unless there is one. Whoever asks for that calls `close` at the end. */
  warm(): void {
    if (this.ready !== null) return
    const worker = this.spawn()
    worker.onDeath(() => {
      // One that was handed out before is not the one that waits now.
      if (this.ready === worker) this.ready = null
    })
    this.ready = worker
  }

  /** The one that waits, or a new one: the caller's from now on. */
  take(): ExplorerHandle {
    const worker = this.ready ?? this.spawn()
    this.ready = null
    return worker
  }

  /** Ends the one that waits. */
  close(): void {
    this.ready?.kill()
    this.ready = null
  }
}
