/**
 * Pages without a count of their own, in a table that readers walk under RCU. One owner frees them: it takes the entry
 * out of the table first, and waits until nobody can hold it any more. The answer to message 3 of the thread as a
 * driver, with the list primitives of include/linux/rculist.h.
 */
import {
  struct, sizeof, ptr, u32, list_head, LIST_HEAD, list_add_tail_rcu, list_del_rcu, list_for_each_entry_rcu,
  list_for_each_entry, rcu_head, rcu_read_lock, rcu_read_unlock, call_rcu, rcu_barrier, container_of, DEFINE_SPINLOCK,
  spin_lock_irqsave, spin_unlock_irqrestore, kzalloc, kfree, alloc_page, __free_page, kmap_local_page, kunmap_local,
  GFP_KERNEL, ENOMEM, EEXIST, ENOENT, type View,
} from 'linux'

const Extent = struct('extent', { node: list_head, key: u32, page: ptr, rcu: rcu_head })
type Extent = View<typeof Extent>

const extents = LIST_HEAD('extents')
const extents_lock = DEFINE_SPINLOCK('extents_lock')

/** Frees an entry and its page: when no reader can have it. */
function extent_free_rcu(head: rcu_head): void {
  const extent = container_of(head, Extent, 'rcu')
  __free_page(extent.page)
  kfree(extent.ptr)
}

/** The entry with a key; the lock is held. */
function find_locked(key: number): Extent | null {
  let found: Extent | null = null
  list_for_each_entry(extents, Extent, 'node', (extent) => {
    if (extent.key !== key) return true
    found = extent
    return false
  })
  return found
}

export function extent_add(key: number, value: number): number {
  const memory = kzalloc(sizeof(Extent), GFP_KERNEL)
  if (memory === null) return -ENOMEM
  const extent = memory.as(Extent)
  extent.key = key
  extent.page = alloc_page(GFP_KERNEL)
  if (extent.page === null) {
    kfree(memory)
    return -ENOMEM
  }
  // Everything is written before a reader can find it.
  const m = kmap_local_page(extent.page)
  m.write_u32(0, value)
  kunmap_local(m)

  const flags: number[] = []
  spin_lock_irqsave(extents_lock, flags)
  const taken = find_locked(key) !== null
  if (!taken) list_add_tail_rcu(extent.node, extents)
  spin_unlock_irqrestore(extents_lock, flags)
  if (!taken) return 0
  __free_page(extent.page)
  kfree(memory)
  return -EEXIST
}

/** The owner gives a page up: out of the table, a grace period, the memory. May be called from an interrupt. */
export function extent_remove(key: number): number {
  const flags: number[] = []
  spin_lock_irqsave(extents_lock, flags)
  const extent = find_locked(key)
  if (extent !== null) list_del_rcu(extent.node)
  spin_unlock_irqrestore(extents_lock, flags)
  if (extent === null) return -ENOENT
  call_rcu(extent.rcu, extent_free_rcu)
  return 0
}

/** Reads the page with a key. No reference is taken on anything; the section is the right. */
export function extent_read(key: number, meanwhile: () => void): number {
  let value = -ENOENT
  rcu_read_lock()
  list_for_each_entry_rcu(extents, Extent, 'node', (extent) => {
    if (extent.key !== key) return true
    const m = kmap_local_page(extent.page)
    meanwhile()
    value = m.read_u32(0)
    kunmap_local(m)
    return false
  })
  rcu_read_unlock()
  return value
}

/** Takes everything away, and waits for callbacks that are still to run: they are code of this module. */
export function extents_exit(keys: number[]): void {
  for (const key of keys) extent_remove(key)
  rcu_barrier()
}
