/**
 * Asks a question whose answer is only wanted if nothing newer was asked: at most one question is on its way, and
 * while it is, only the newest wish is kept. So a scrubbing hand never queues up work in the core.
 */
export class Latest<Ask, Answer> {
  readonly #send: (ask: Ask) => Promise<Answer>
  readonly #take: (answer: Answer, ask: Ask) => void
  readonly #fail: (error: unknown, ask: Ask) => void
  #busy = false
  #next: { readonly ask: Ask } | null = null
  #generation = 0
  #waiting: (() => void)[] = []

  constructor(
    send: (ask: Ask) => Promise<Answer>,
    take: (answer: Answer, ask: Ask) => void,
    fail: (error: unknown, ask: Ask) => void,
  ) {
    this.#send = send
    this.#take = take
    this.#fail = fail
  }

  ask(ask: Ask): void {
    this.#next = { ask }
    if (!this.#busy) void this.#run()
  }

  /** Drops what is on its way and what waits: their answers are not taken. */
  drop(): void {
    this.#generation += 1
    this.#next = null
  }

  get pending(): boolean {
    return this.#busy
  }

  settled(): Promise<void> {
    return this.#busy ? new Promise((done) => this.#waiting.push(done)) : Promise.resolve()
  }

  async #run(): Promise<void> {
    this.#busy = true
    while (this.#next !== null) {
      const { ask } = this.#next
      this.#next = null
      const generation = this.#generation
      try {
        const answer = await this.#send(ask)
        if (generation === this.#generation) this.#take(answer, ask)
      } catch (error) {
        if (generation === this.#generation) this.#fail(error, ask)
      }
    }
    this.#busy = false
    for (const done of this.#waiting.splice(0)) done()
  }
}
