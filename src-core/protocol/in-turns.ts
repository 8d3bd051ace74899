/** Work that nobody waits for, done between what somebody does wait for. */

export interface Turns {
  /** Lets what waits for this thread have its turn. */
  turn(): Promise<void>
  /** Number of the newest thing that somebody waits for. */
  newest(): number
  /** Resolves when that is over, and a moment later. */
  over(): Promise<void>
  /** False: the result is wanted no more. */
  isWanted(): boolean
}

/** Does `steps` one by one, others' work between two of them. Null if they are wanted no more before their end. */
export async function inTurns<T>(steps: Generator<undefined, T>, turns: Turns): Promise<T | null> {
  let newest = turns.newest()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await turns.turn()
    while (newest !== turns.newest()) {
      newest = turns.newest()
      await turns.over()
    }
    if (!turns.isWanted()) return null
  }
}
