/** A seeded generator of 32-bit numbers (xorshift32): the only randomness in the core. */
export class Random {
  private state: number

  constructor(seed: number) {
    // A state of 0 would stay 0 for ever.
    this.state = (seed ^ 0x9e37_79b9) >>> 0 || 1
  }

  /** The next number, 0 to 2^32 - 1. */
  next(): number {
    let x = this.state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.state = x >>> 0
    return this.state
  }
}
