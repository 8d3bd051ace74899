// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect krealloc-stale-alias 10
//
// The buffer moved when it grew; the cursor still points into the old one.
import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

let buffer = kmalloc(64, GFP_KERNEL)!
const cursor = buffer.add(32)
buffer = krealloc(buffer, 4096, GFP_KERNEL)!
cursor.write_u8(0, 1)
kfree(buffer)
