// @era all
// @expect none
//
// The last free is in an RCU callback, through the embedded head; the module waits for it before it goes.
import { call_rcu, container_of, GFP_KERNEL, kfree, kzalloc, module_exit } from 'linux'
import { rcu_barrier, rcu_head, sizeof, struct, u32 } from 'linux'
const Item = struct('item', { head: rcu_head, n: u32 })
const a = kzalloc(sizeof(Item), GFP_KERNEL)!.as(Item)
a.n = 3
call_rcu(a.head, (h) => kfree(container_of(h, Item, 'head').ptr))
module_exit(() => rcu_barrier())
