// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vfree-in-atomic 9
//
// kvfree() of what became a vmalloc area, in a read section.
import { GFP_KERNEL, kvfree, kvmalloc, rcu_read_lock, rcu_read_unlock } from 'linux'

const big = kvmalloc(8 << 20, GFP_KERNEL)!
rcu_read_lock()
kvfree(big)
rcu_read_unlock()
