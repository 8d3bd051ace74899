/** Locks around reclaim: which are held when somebody reclaims, which a shrinker waits for. */

import type ts from 'typescript'
import { __GFP_DIRECT_RECLAIM, __GFP_FS } from '../../mm/gfp.ts'
import { GFP_KERNEL_CALLS } from '../../trace/gfp-calls.ts'
import type { Core } from './core.ts'
import type { Lock, Value } from './values.ts'

/** Where functions that have no contract are told their mask. */
const MASK_AT: Readonly<Record<string, number>> = {
  krealloc: 2,
  kmem_cache_alloc: 1,
  kmem_cache_zalloc: 1,
  alloc_pages_bulk_array: 0,
  sg_alloc_table: 2,
  sg_alloc_table_from_pages: 5,
  sg_alloc_table_from_pages_segment: 6,
  dma_alloc_coherent: 3,
  __vmalloc: 1,
  'Page.alloc_page': 0,
}
/** Functions that allocate with GFP_KERNEL whatever they are given. */
const GFP_KERNEL_ALWAYS: ReadonlySet<string> = new Set([...GFP_KERNEL_CALLS, 'vmalloc', 'vzalloc', 'vmalloc_user'])

/** A call of a function of the surface: it may reclaim, and so run shrinkers. */
export function noteCall(core: Core, name: string, args: readonly Value[]): void {
  const at = MASK_AT[name]
  if (at === undefined ? GFP_KERNEL_ALWAYS.has(name) : reclaimsForFs(args[at])) noteReclaim(core)
}

/** True if an allocation with these flags may run shrinkers that take locks of file systems (fs_reclaim). */
export function reclaimsForFs(flags: Value): boolean {
  return typeof flags === 'number' && (flags & __GFP_DIRECT_RECLAIM) !== 0 && (flags & __GFP_FS) !== 0
}

/** Whoever reclaims holds these locks: a shrinker may not wait for them. */
export function noteReclaim({ world }: Core): void {
  for (const { lock } of world.locks()) if (lock.kind !== 'mmap_lock') world.lockedReclaims.add(lock)
}

/** A lock is waited for in a shrinker's callback. */
export function noteShrinkerLock({ world }: Core, lock: Lock, node: ts.Node): void {
  if (world.shrinking.includes(world.task)) world.shrinkerLocks.set(lock, node)
}
