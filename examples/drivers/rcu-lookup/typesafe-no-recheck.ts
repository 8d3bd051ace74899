// @era all
// @machine debug=off
// @expect typesafe-rcu-no-recheck traffic.ts:35
//
// MISTAKE: the reader takes a reference and believes that it has what it looked for. The type is right, so is the
// reference, and the session is another one.
/**
 * Objects that are reused at once: a cache with SLAB_TYPESAFE_BY_RCU, as for `struct file`, anon_vma or conntrack
 * entries. Under RCU a pointer may lead to an object with another identity, and never to another type.
 */
import {
  struct, sizeof, u32, list_head, LIST_HEAD, list_add_tail_rcu, list_del_rcu, list_for_each_entry_rcu, refcount_t,
  refcount_set, refcount_inc_not_zero, refcount_dec_and_test, rcu_read_lock, rcu_read_unlock, DEFINE_SPINLOCK,
  spin_lock_irqsave, spin_unlock_irqrestore, kmem_cache_create, kmem_cache_destroy, kmem_cache_alloc, kmem_cache_free,
  SLAB_TYPESAFE_BY_RCU, GFP_ATOMIC, ENOMEM, type kmem_cache, type View,
} from 'linux'
import { look_up_a_dying } from './traffic.ts'

const Session = struct('session', { node: list_head, refs: refcount_t, key: u32, bytes: u32 })
export type Session = View<typeof Session>

const sessions = LIST_HEAD('sessions')
const sessions_lock = DEFINE_SPINLOCK('sessions_lock')
let cache: kmem_cache

export function sessions_init(): number {
  const made = kmem_cache_create('session', sizeof(Session), 0, SLAB_TYPESAFE_BY_RCU, null)
  if (made === null) return -ENOMEM
  cache = made
  return 0
}

/** A session in the table, which holds the first reference. */
export function session_create(key: number, bytes: number): Session | null {
  const memory = kmem_cache_alloc(cache, GFP_ATOMIC)
  if (memory === null) return null
  const session = memory.as(Session)
  session.key = key
  session.bytes = bytes
  // The reference last: a reader that gets one finds the key that belongs to it.
  refcount_set(session.refs, 1)
  const flags: number[] = []
  spin_lock_irqsave(sessions_lock, flags)
  list_add_tail_rcu(session.node, sessions)
  spin_unlock_irqrestore(sessions_lock, flags)
  return session
}

export function session_put(session: Session): void {
  if (!refcount_dec_and_test(session.refs)) return
  kmem_cache_free(cache, session.ptr)
}

/** Out of the table; the object goes with its last reference, and may be somebody else's at once. */
export function session_destroy(session: Session): void {
  const flags: number[] = []
  spin_lock_irqsave(sessions_lock, flags)
  list_del_rcu(session.node)
  spin_unlock_irqrestore(sessions_lock, flags)
  session_put(session)
}

/** The session with a key, with a reference, or null. */
export function session_lookup(key: number, meanwhile: () => void): Session | null {
  let found: Session | null = null
  rcu_read_lock()
  list_for_each_entry_rcu(sessions, Session, 'node', (session) => {
    if (session.key !== key) return true
    meanwhile()
    if (!refcount_inc_not_zero(session.refs)) return false
    found = session
    return false
  })
  rcu_read_unlock()
  return found
}

export function sessions_exit(): void {
  kmem_cache_destroy(cache)
}

look_up_a_dying({ sessions_init, session_create, session_destroy, session_lookup, session_put, sessions_exit })
