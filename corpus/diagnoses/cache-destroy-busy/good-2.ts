// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Objects that RCU callbacks free are gone after rcu_barrier().
import { call_rcu, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { rcu_barrier, rcu_head } from 'linux'

const cache = kmem_cache_create('routes', 64, 0, 0, null)!
for (let i = 0; i < 3; i++) {
  const route = kmem_cache_alloc(cache, GFP_KERNEL)!
  call_rcu(new rcu_head(), () => kmem_cache_free(cache, route))
}
rcu_barrier()
kmem_cache_destroy(cache)
