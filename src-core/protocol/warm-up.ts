/**
 * A program that was just opened is compiled and run a few times more, unseen, while nobody does anything: V8 makes
 * code fast that it has met often, and so the first keys in the program find it fast. What comes of it is thrown away.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { inTurns } from './in-turns.ts'

/** How often a program is compiled again. */
const ROUNDS = 12
/** How many of those rounds run what they compiled. */
const RUNS = 4

export interface WarmUpHost {
  /** Lets what waits for this thread have its turn. */
  turn(): Promise<void>
  /** Compiles the program anew, a step at a time. */
  compile(): Generator<undefined, CompiledProgram>
  /** Runs and judges it where no run that somebody waits for is kept waiting. */
  run(program: CompiledProgram): Promise<unknown>
}

export class WarmUp {
  private entry: string | null = null
  private left = 0
  private stops = 0
  private going = false

  /** Somebody wants something: what goes on ends with the step that it is at. */
  stop(): void {
    this.stops++
  }

  /** Does for the program `entry` what is left to do for it. */
  async go(entry: string, host: WarmUpHost): Promise<void> {
    if (this.going) return
    if (entry !== this.entry) this.left = ROUNDS
    this.entry = entry
    this.going = true
    try {
      await this.rounds(host)
    } finally {
      this.going = false
    }
  }

  private async rounds(host: WarmUpHost): Promise<void> {
    const { stops } = this
    const isWanted = (): boolean => stops === this.stops
    const turns = { turn: () => host.turn(), newest: () => stops, over: () => Promise.resolve(), isWanted }
    for (; this.left > 0 && isWanted(); this.left--) {
      const program = await inTurns(host.compile(), turns)
      if (program === null || program.errors.length > 0) return
      if (this.left <= RUNS) await host.run(program)
    }
  }
}
