// @era all
// @expect none
//
// The pointer is taken away, a grace period passes, and then the object is freed.
import { kfree, kzalloc, rcu_access_pointer, rcu_assign_pointer, RCU_INIT_POINTER, shared, sizeof } from 'linux'
import { struct, synchronize_rcu, u32 } from 'linux'
import { GFP_KERNEL } from 'kernel'
const O = struct('o', { v: u32 })
const gp = shared<any>(null)
const o = kzalloc(sizeof(O), GFP_KERNEL)!.as(O)
rcu_assign_pointer(gp, o.ptr)
if (rcu_access_pointer(gp) !== null) { RCU_INIT_POINTER(gp, null); synchronize_rcu(); kfree(o.ptr) }
