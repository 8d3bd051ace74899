/** What surface functions need from whoever runs the snippet: where it is, who it is, and how a task dies. */

export interface TaskControl {
  /** Site of the call being made, for surface functions that were called as values. */
  site(): number
  /** The running task waits in the call at a site: that is where it is while it does. */
  waitsAt(site: number): void
  /**
   * A step was recorded: the step budget counts it and the turn counter starts again. Throws at the end of the
   * budget.
   */
  stepped(): void
  /** Called after each step that was recorded, if it is set: what watches memory adds its rows here. */
  afterStep: (() => void) | null
  /** The kernel stops the running task here. Never returns; the program cannot catch it. */
  oops(): never
  /** The running user program ends here, without an oops. Never returns; the program cannot catch it. */
  exitTask(): never
  /** Id of the running task. */
  readonly task: number
}
