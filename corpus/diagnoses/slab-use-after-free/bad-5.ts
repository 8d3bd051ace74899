// @era all
// @expect slab-use-after-free 14
//
// A list of structs: the tail is freed while the head still names it, and a walk follows the pointer.
import { kzalloc, kfree, struct, sizeof, u32, ptr, GFP_KERNEL } from 'linux'
const Node = struct('node', { next: ptr, n: u32 })
const head = kzalloc(sizeof(Node), GFP_KERNEL)!.as(Node)
const tail = kzalloc(sizeof(Node), GFP_KERNEL)!.as(Node)
head.next = tail.ptr
kfree(tail.ptr)
const sum = () => {
  let n = head.n
  const next = head.next
  if (next !== null) n += next.as(Node).n
  return n
}
sum()
kfree(head.ptr)
