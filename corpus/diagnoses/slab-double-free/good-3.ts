// @era all
// @expect none
//
// The last free is in an RCU callback, through the embedded head; the module waits for it before it goes.
import { kzalloc, kfree, call_rcu, struct, sizeof, u32, rcu_head, container_of, GFP_KERNEL, rcu_barrier, module_exit } from 'linux'
const Item = struct('item', { head: rcu_head, n: u32 })
const a = kzalloc(sizeof(Item), GFP_KERNEL)!.as(Item)
a.n = 3
call_rcu(a.head, (h) => kfree(container_of(h, Item, 'head').ptr))
module_exit(() => rcu_barrier())
