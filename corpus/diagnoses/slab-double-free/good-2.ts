// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A set holds each object once.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const shared = kmalloc(64, GFP_KERNEL)!
const one = [kmalloc(64, GFP_KERNEL)!, shared]
const two = [shared, kmalloc(64, GFP_KERNEL)!]
for (const entry of new Set([...one, ...two])) {
  kfree(entry)
}
