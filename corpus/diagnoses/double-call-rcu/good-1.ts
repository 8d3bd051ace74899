// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Queued once; reading it inside the grace period is legal.
import { GFP_KERNEL, kfree_rcu, kmalloc, rcu_read_lock, rcu_read_unlock } from 'linux'

const route = kmalloc(64, GFP_KERNEL)!
rcu_read_lock()
kfree_rcu(route)
route.read_u8(0)
rcu_read_unlock()
