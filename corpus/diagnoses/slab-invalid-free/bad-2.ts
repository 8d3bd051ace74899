// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-invalid-free 15
//
// The list node is in the middle of its object, and the node is freed.
import { GFP_KERNEL, kfree, kzalloc, ptr, sizeof, struct, u32 } from 'linux'
import type { Ptr } from 'linux'

const Entry = struct('entry', { key: u32, next: ptr })
const nodes: Ptr[] = []
for (let key = 0; key < 3; key++) {
  const entry = kzalloc(sizeof(Entry), GFP_KERNEL)!
  entry.write_u32(0, key)
  nodes.push(key === 1 ? entry.add(8) : entry)
}
while (nodes.length > 0) kfree(nodes.pop()!)
