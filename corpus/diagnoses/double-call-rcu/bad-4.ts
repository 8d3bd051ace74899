// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-call-rcu 10
//
// Two calls of one release function queue the same head.
import { GFP_KERNEL, call_rcu, container_of, kfree, kzalloc, rcu_barrier, rcu_head, sizeof, struct, u32 } from 'linux'

const Foo = struct('foo', { v: u32, head: rcu_head })
const o = kzalloc(sizeof(Foo), GFP_KERNEL)!.as(Foo)
function release(): void {
  call_rcu(o.head, (h) => kfree(container_of(h, Foo, 'head').ptr))
}
release()
release()
rcu_barrier()
