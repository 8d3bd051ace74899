/** Exit statuses of SURFACE §6; of several, the worst one counts. */
export const Exit = {
  /** Nothing was found. */
  OK: 0,
  /** Diagnoses of severity error. */
  FOUND: 1,
  /** Usage, file or compile error. */
  USAGE: 2,
  /** A budget was reached before the end, or Ctrl-C. */
  BUDGET: 3,
  /** The simulator itself failed. */
  FAILED: 4,
} as const
export type Exit = (typeof Exit)[keyof typeof Exit]

/** From worst to best. */
const ORDER: readonly Exit[] = [Exit.FAILED, Exit.USAGE, Exit.BUDGET, Exit.FOUND, Exit.OK]

export function worst(statuses: readonly Exit[]): Exit {
  return ORDER.find((status) => statuses.includes(status)) ?? Exit.OK
}

/** A mistake in how the command was used. Its message is shown as it is. */
export class UsageError extends Error {}
