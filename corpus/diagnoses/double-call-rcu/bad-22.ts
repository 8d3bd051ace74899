// @era v6.12
// @expect double-call-rcu 9
//
// kfree_rcu() has queued the head when the driver queues it for a callback of its own.
import { call_rcu, container_of, GFP_KERNEL, kfree, kfree_rcu, kzalloc, rcu_head, sizeof, struct, u32 } from 'linux'
const O = struct('o', { h: rcu_head, n: u32 })
const o = kzalloc(sizeof(O), GFP_KERNEL)!.as(O)
kfree_rcu(o.ptr, o.h)
call_rcu(o.h, (h) => kfree(container_of(h, O, 'h').ptr))
