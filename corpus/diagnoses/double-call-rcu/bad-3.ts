// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-call-rcu 10
//
// A head is queued twice in one loop, before its callback has run.
import { GFP_KERNEL, call_rcu, container_of, kfree, kzalloc, rcu_barrier, rcu_head, sizeof, struct, u32 } from 'linux'

const Foo = struct('foo', { v: u32, head: rcu_head })
const o = kzalloc(sizeof(Foo), GFP_KERNEL)!.as(Foo)
const free_it = (h: never) => kfree(container_of(h, Foo, 'head').ptr)
for (let i = 0; i < 2; i++) call_rcu(o.head, free_it as never)
rcu_barrier()
