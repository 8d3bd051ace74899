// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-double-free 9
//
// The old pointer of a krealloc() is freed; that the new memory stays follows from it.
import { GFP_KERNEL, kfree, krealloc, kzalloc } from 'linux'

const a = kzalloc(64, GFP_KERNEL)!
const b = krealloc(a, 512, GFP_KERNEL)!
kfree(a)
