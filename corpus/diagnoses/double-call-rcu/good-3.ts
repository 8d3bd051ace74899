// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The head is queued again after its callback has run.
import { GFP_KERNEL, call_rcu, kfree, kzalloc, rcu_barrier, rcu_head, sizeof, struct, u32 } from 'linux'

const Foo = struct('foo', { v: u32, head: rcu_head })
const o = kzalloc(sizeof(Foo), GFP_KERNEL)!.as(Foo)
let n = 0
call_rcu(o.head, () => n++)
rcu_barrier()
call_rcu(o.head, () => kfree(o.ptr))
rcu_barrier()
