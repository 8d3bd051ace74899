/** How long a text waits for further keys before it runs. Milliseconds. */

/** How long it waits after the last key, where runs take long. */
const PAUSE = 250
/**
 * A run is long if it takes longer than that in the core. A text that runs faster runs with each key: one that a newer
 * key makes old may end by itself (runner-pool.ts), and the newest runs then.
 */
const LONG = 400
/** A program's first run is cold and says little: it is slow by itself if it took longer than that. */
const LONG_AT_FIRST = 1000

export class KeyPace {
  private runs = 0
  private took = 0

  /** Another program was opened. */
  opened(): void {
    this.runs = this.took = 0
  }

  /** A run of the program has ended; `took` is what compiler, runner and rules needed. */
  ran(took: number): void {
    this.runs++
    this.took = took
  }

  /** How long to wait for another key. */
  get pause(): number {
    return this.took > (this.runs > 1 ? LONG : LONG_AT_FIRST) ? PAUSE : 0
  }
}
