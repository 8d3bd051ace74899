/**
 * Divides the schedules of a program among shards that need not talk to each other: the parts of a cut (frontier.ts),
 * dealt by the hash of their canonical beginning. A trace belongs to the shard of its part.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import type { Beginning, Frontier } from './frontier.ts'
import { HandleCheck } from './handle-check.ts'
import { OptimalWalk } from './optimal.ts'

/** Parts for each shard at least: they are not equally large. */
const PARTS_PER_SHARD = 20
const MOST_PARTS = 4096

/** Parts that a program is cut into for so many shards. */
export function partsFor(shards: number): number {
  return Math.min(shards * PARTS_PER_SHARD, Math.max(MOST_PARTS, shards))
}

/** Numbers of the parts that belong to shard `index` (from 1) of `count`, in the order of exploration. */
export function partsOfShard({ parts }: Frontier, index: number, count: number): number[] {
  const dealt = parts.map(({ order }, part) => ({ part, hash: hashOf(order) }))
  dealt.sort((x, y) => x.hash - y.hash || x.part - y.part)
  return dealt.filter((_, rank) => rank % count === index - 1).map(({ part }) => part)
}

/** Executions of the whole that each shard goes through before it begins. */
const SOON = 200

/**
 * True if one of the first executions of the whole uses a stale pointer: then all shards begin with the dependence
 * relation for that. One that comes upon it later begins again, and the others have to be run again (merge.ts).
 */
export function showsStaleSoon(session: Session, program: CompiledProgram): boolean {
  const walk = new OptimalWalk(session, program)
  const handles = new HandleCheck(session, program, null, walk.trail)
  let executions = 0
  walk.run({ executed: (trail) => !handles.isStale(trail) && ++executions < SOON })
  return walk.trail.stale
}

/** A part as a walk takes it. */
export function partOf(frontier: Frontier, part: number): Beginning {
  return frontier.parts[part]!
}

function hashOf(order: readonly number[]): number {
  let hash = 0x811c_9dc5
  for (const process of order) hash = Math.imul(hash ^ (process + 1), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
