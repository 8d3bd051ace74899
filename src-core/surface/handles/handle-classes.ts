/**
 * Every class whose instances reach a snippet: the sandbox freezes them, so that no run can change them for the
 * next.
 */
import { kmem_cache } from './cache.ts'
import { atomic_t, cell } from './cells.ts'
import { completion, mutex, rcu_head, rw_semaphore, spinlock_t, task_struct } from './objects.ts'
import { device } from './device.ts'
import { KernelError } from './kernel-error.ts'
import { folio, page } from './page.ts'
import { Ptr } from './pointer.ts'
import { scatterlist, sg_table } from './scatterlist.ts'

type Class = { readonly prototype: object }

/** Made by the simulator only: their instances do not even name their class. */
const CLOSED: readonly Class[] = [Ptr, page, folio, kmem_cache, task_struct, cell, atomic_t, device]
/** Storage that a snippet declares with `new`. */
const OPEN: readonly Class[] = [
  mutex,
  spinlock_t,
  rw_semaphore,
  completion,
  rcu_head,
  scatterlist,
  sg_table,
  KernelError,
]

/** All of them, ready to be frozen. */
export function handleClasses(): readonly Class[] {
  for (const { prototype } of CLOSED) Object.defineProperty(prototype, 'constructor', { value: Object })
  return [...CLOSED, ...OPEN]
}
