// @machine debug=off
import { GFP_ATOMIC, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, pr_info } from 'linux'
import { rcu_read_lock, rcu_read_unlock, refcount_dec_and_test, refcount_inc_not_zero, refcount_set } from 'linux'
import { refcount_t, SLAB_TYPESAFE_BY_RCU, sizeof, struct, u32 } from 'linux'

const Route = struct('route', { refs: refcount_t, key: u32, value: u32 })
const cache = kmem_cache_create('route', sizeof(Route), 0, SLAB_TYPESAFE_BY_RCU, null)!

function add(key: number, value: number) {
  const route = kmem_cache_alloc(cache, GFP_ATOMIC)!.as(Route)
  route.key = key
  route.value = value
  refcount_set(route.refs, 1)
  return route
}

let route = add(1, 10)
rcu_read_lock()
const found = route
// The writer: route 1 goes, route 2 comes, in the same memory.
if (refcount_dec_and_test(route.refs)) kmem_cache_free(cache, route.ptr)
route = add(2, 20)

if (refcount_inc_not_zero(found.refs)) {
  pr_info(`value ${found.value}`)
  refcount_dec_and_test(found.refs)
}
if (found.key !== 1) pr_info('gone')
rcu_read_unlock()
if (refcount_dec_and_test(route.refs)) kmem_cache_free(cache, route.ptr)
kmem_cache_destroy(cache)
