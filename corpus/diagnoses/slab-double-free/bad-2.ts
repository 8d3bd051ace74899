// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-double-free 11
//
// Two lists share one object, and both are cleaned up with the same loop.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const shared = kmalloc(64, GFP_KERNEL)!
const one = [kmalloc(64, GFP_KERNEL)!, shared]
const two = [shared, kmalloc(64, GFP_KERNEL)!]
for (const list of [one, two]) {
  for (const entry of list) kfree(entry)
}
