// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A pointer that was moved on is moved back before the free; container_of() finds the object's start.
import { container_of, GFP_KERNEL, kfree, kzalloc, rcu_head, sizeof, struct, u64 } from 'linux'

const Node = struct('node', { key: u64, head: rcu_head })
let at = kzalloc(64, GFP_KERNEL)!
for (let i = 0; i < 4; i++) {
  at.write_u8(0, i)
  at = at.add(1)
}
kfree(at.sub(4))
const node = kzalloc(sizeof(Node), GFP_KERNEL)!.as(Node)
kfree(container_of(node.head, Node, 'head').ptr)
