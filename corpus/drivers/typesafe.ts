// @expect none
// lookup of objects in a SLAB_TYPESAFE_BY_RCU cache: reference, then recheck
import {
  kmem_cache_create,
  kmem_cache_alloc,
  kmem_cache_free,
  kmem_cache_destroy,
  SLAB_TYPESAFE_BY_RCU,
  struct,
  u32,
  refcount_t,
  refcount_set,
  refcount_inc_not_zero,
  refcount_dec_and_test,
  rcu_read_lock,
  rcu_read_unlock,
  rcu_dereference,
  rcu_assign_pointer,
  shared,
  sizeof,
  READ_ONCE,
  synchronize_rcu,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
const Conn = struct('conn', { key: u32, refs: refcount_t })
const slot = shared<any>(null)
let cache: any = null
function conn_put(c: any): void {
  if (refcount_dec_and_test(c.refs)) kmem_cache_free(cache, c.ptr)
}
function conn_find(key: number): any {
  rcu_read_lock()
  const c = rcu_dereference(slot)
  let found = null
  if (c && refcount_inc_not_zero(c.refs)) {
    if (c.key === key) found = c
    else {
      rcu_read_unlock()
      conn_put(c)
      return null
    }
  }
  rcu_read_unlock()
  return found
}
module_init(() => {
  cache = kmem_cache_create('conn', sizeof(Conn), 0, SLAB_TYPESAFE_BY_RCU, null)
  if (!cache) return -ENOMEM
  const p = kmem_cache_alloc(cache, GFP_KERNEL)
  if (!p) {
    kmem_cache_destroy(cache)
    return -ENOMEM
  }
  const c = p.as(Conn)
  c.key = 80
  refcount_set(c.refs, 1)
  rcu_assign_pointer(slot, c)
  const f = conn_find(80)
  pr_info(`found ${f !== null} none ${conn_find(81) === null}`)
  if (f) conn_put(f)
  return 0
})
module_exit(() => {
  const c = rcu_dereference(slot)
  rcu_assign_pointer(slot, null)
  if (c) conn_put(c)
  kmem_cache_destroy(cache)
})
