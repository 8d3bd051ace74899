/**
 * How often a message may be printed: so many in an interval of simulated time.
 *
 * Kernel: lib/ratelimit.c, ___ratelimit().
 */
export class RateLimit {
  /** When the interval began; -1 = it was never asked. */
  private begin = -1
  private printed = 0
  private missed = 0

  constructor(
    /** Milliseconds. */
    private readonly interval: number,
    private readonly burst: number,
  ) {}

  /** True if a message may be printed at `now` (ms). `suppressed` is told of those that were not, after an interval. */
  allows(now: number, suppressed: (messages: number) => void): boolean {
    if (this.begin < 0) this.begin = now
    if (now > this.begin + this.interval) {
      if (this.missed > 0) suppressed(this.missed)
      this.begin = now
      this.printed = this.missed = 0
    }
    if (this.printed < this.burst) {
      this.printed++
      return true
    }
    this.missed++
    return false
  }
}
