/**
 * Finds out whether an execution used a page handle that outlived its memory, where the handle names a frame that has
 * a new occupant by then: goes through it once more with handles that are told apart (handles/page.ts). A program that
 * does something else then has compared an old handle with a new one, which is a use as well.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { Trail, type Chooser } from './trail.ts'

export class HandleCheck implements Chooser {
  private readonly trail: Trail
  private order: readonly number[] = []
  private strayed = false

  constructor(
    private readonly session: Session,
    program: CompiledProgram,
    record: ExecutionRecord | null,
    explored: Trail,
  ) {
    this.trail = new Trail(session, program, this, record, explored.names)
    this.trail.tracks = false
    this.trail.tellsHandlesApart = true
  }

  /**
   * True if the execution that has just ended used a stale reference. Its record is gone then, if it had to be gone
   * through again.
   */
  isStale(executed: Trail): boolean {
    if (executed.stale || !executed.doubtful) return executed.stale
    this.order = executed.order.slice(0, executed.depth)
    this.strayed = false
    const { trail, session } = this
    trail.run()
    const { handles } = session.inside.surface
    const strayed = this.strayed || trail.depth !== this.order.length || trail.steps !== executed.steps
    if (handles.staleUsed || strayed) executed.stale = true
    handles.forget()
    return executed.stale
  }

  // ---- Chooser

  choose(depth: number): number {
    return this.order[depth] ?? -1
  }

  couldNot(): void {
    this.strayed = true
  }

  made(): void {
    // Only whether it comes to the same end matters.
  }
}
