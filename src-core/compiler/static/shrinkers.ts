/** Locks around reclaim: which are held when somebody reclaims, which a shrinker waits for. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { Lock } from './values.ts'

/** Whoever reclaims holds these locks: a shrinker may not wait for them. */
export function noteReclaim({ world }: Core): void {
  for (const { lock } of world.locks()) if (lock.kind !== 'mmap_lock') world.lockedReclaims.add(lock)
}

/** A lock is waited for in a shrinker's callback. */
export function noteShrinkerLock({ world }: Core, lock: Lock, node: ts.Node): void {
  if (world.shrinking.includes(world.task)) world.shrinkerLocks.set(lock, node)
}
