// @era v6.12
// @expect slab-use-after-free 10
//
// The list is walked while it is freed: the next pointer is read from the node that went.
import { GFP_KERNEL, kfree, kzalloc, ptr, type Ptr, sizeof, struct, u32 } from 'linux'
const N = struct('n', { next: ptr, v: u32 })
let head: Ptr | null = null
for (let i = 0; i < 3; i++) { const n = kzalloc(sizeof(N), GFP_KERNEL)!.as(N); n.next = head; head = n.ptr }
let cur: any = head
while (cur !== null) { kfree(cur); cur = cur.as(N).next }
