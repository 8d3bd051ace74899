/** The result of an exploration as it is handed out (SURFACE §7). */
import type { Explored } from './explorer.ts'
import type { Exploration, ExploreOptions } from './options.ts'

export function explorationOf(
  program: string,
  options: ExploreOptions,
  explored: Explored,
  invisibleSharing: readonly string[],
  runMs: number,
): Exploration {
  const { era, mode, bound, shard } = options
  const { executions, blocked, probes, redundant, complete, incomplete, findings, advice, independence } = explored
  return {
    schema: 'pageward.exploration/1',
    program,
    era,
    mode,
    executions,
    blocked,
    probes,
    redundant,
    complete,
    bound,
    ...(incomplete.length > 0 ? { incomplete } : {}),
    ...(shard === null ? {} : { shard }),
    findings,
    invisible_sharing: invisibleSharing,
    ...(advice.length > 0 ? { advice } : {}),
    ...(independence === undefined ? {} : { independence }),
    run_ms: Math.round(runMs * 10) / 10,
  }
}
