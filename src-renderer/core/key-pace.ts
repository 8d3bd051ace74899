/** How long a text waits for further keys before it runs. Milliseconds. */

/** Pause after the last key where a run takes longer than that in the core; what runs faster runs with each key. */
const LONG = 250
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
    return this.took > (this.runs > 1 ? LONG : LONG_AT_FIRST) ? LONG : 0
  }
}
