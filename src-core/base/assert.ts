/**
 * Assertions about the simulator itself. What a simulated driver does wrong is never an exception: it is a value in
 * the trace. A `SimulatorBug` means that Pageward is wrong, and is shown as such.
 */

/** Our own mistake. Nothing a snippet does may cause one. */
export class SimulatorBug extends Error {
  override readonly name = 'SimulatorBug'
}

/** Throws `SimulatorBug` when `condition` does not hold. Not for the hot path: the text is built by the caller. */
export function invariant(condition: boolean, text: string): asserts condition {
  if (!condition) throw new SimulatorBug(text)
}
