/** Ways in which the check leaves code early. */

import type { Value } from './values.ts'

/** A `throw` of the program. */
export class Thrown extends Error {
  constructor(
    readonly value: Value,
    readonly place: object,
  ) {
    super('thrown')
  }
}

/** The task ends: an oops, `BUG_ON`, `exit()`. */
export class TaskEnd extends Error {}

/** The path cannot be taken, or is not worth following further. */
export class PathEnd extends Error {
  constructor(
    /** False if nothing may be concluded from how far it came. */
    readonly feasible: boolean,
  ) {
    super('path')
  }
}
