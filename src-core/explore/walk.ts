/** What walks through executions tell whoever runs them. */
import type { RunEnding } from '../runtime/session.ts'
import type { Trail } from './trail.ts'

/** What a walk's owner is told about each execution. */
export interface Walk {
  /** One more execution is complete. Returns false to stop. */
  executed(trail: Trail, ending: RunEnding): boolean
  /** An execution that was reported before was gone through again. Returns false to stop. */
  repeated?(trail: Trail): boolean
}
