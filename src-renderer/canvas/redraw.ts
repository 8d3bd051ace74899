/** Coalesces everything that asks for a redraw into one draw per animation frame. */
export class Redraw {
  #handle = 0
  #waiting: (() => void)[] = []
  readonly #draw: (now: number) => void

  constructor(draw: (now: number) => void) {
    this.#draw = draw
  }

  /** Draws in the next animation frame; further requests until then are the same one. */
  request(): void {
    if (this.#handle !== 0) return
    this.#handle = requestAnimationFrame((now) => {
      this.#handle = 0
      const waiting = this.#waiting
      this.#waiting = []
      try {
        this.#draw(now)
      } finally {
        for (const done of waiting) done()
      }
    })
  }

  get pending(): boolean {
    return this.#handle !== 0
  }

  /** Resolves when nothing is left to draw. */
  settled(): Promise<void> {
    return this.pending ? new Promise((done) => this.#waiting.push(done)) : Promise.resolve()
  }

  stop(): void {
    if (this.#handle !== 0) cancelAnimationFrame(this.#handle)
    this.#handle = 0
    for (const done of this.#waiting.splice(0)) done()
  }
}
