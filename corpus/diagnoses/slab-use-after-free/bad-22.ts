// @era v6.12
// @expect slab-use-after-free 9
//
// kfree_sensitive() wipes the object and frees it: a later read sees neither.
import { GFP_KERNEL, kfree_sensitive, kmalloc } from 'linux'
const k = kmalloc(32, GFP_KERNEL)!
k.write_u32(0, 5)
kfree_sensitive(k)
k.read_u32(0)
