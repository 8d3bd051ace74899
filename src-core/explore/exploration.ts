/** The result of an exploration as it is handed out (SURFACE §7). */
import type { Explored } from './explorer.ts'
import type { Exploration, ExploreOptions, Incomplete } from './options.ts'

/**
 * An exploration that gave executions up is not complete if the program has a state that the explorer does not see:
 * then that is why. Without such a state it is a mistake of the explorer.
 */
export function explorationOf(
  program: string,
  options: ExploreOptions,
  explored: Explored,
  invisibleSharing: readonly string[],
  runMs: number,
): Exploration {
  const { era, mode, bound, shard } = options
  const { executions, blocked, probes, redundant, findings, advice, independence, strict } = explored
  const strayed = blocked > 0 && invisibleSharing.length > 0
  const incomplete: readonly Incomplete[] = strayed ? [...explored.incomplete, 'invisible'] : explored.incomplete
  return {
    schema: 'pageward.exploration/1',
    program,
    era,
    mode,
    executions,
    blocked,
    probes,
    redundant,
    complete: explored.complete && !strayed,
    bound,
    ...(incomplete.length > 0 ? { incomplete } : {}),
    ...(shard === null ? {} : { shard }),
    findings,
    invisible_sharing: invisibleSharing,
    ...(advice.length > 0 ? { advice } : {}),
    ...(independence === undefined ? {} : { independence }),
    ...(strict === undefined ? {} : { strict }),
    run_ms: Math.round(runMs * 10) / 10,
  }
}
