// @era all
// @expect out-of-bounds 10
//
// read_raw() is told to write more bytes than the destination has.
import { GFP_KERNEL, Page } from 'kernel'
import { kfree, kmalloc } from 'linux'
using p = Page.alloc_page(GFP_KERNEL)
p.fill_zero_raw(0, 4096)
const b = kmalloc(8, GFP_KERNEL)!
p.read_raw(b, 0, 16)
kfree(b)
