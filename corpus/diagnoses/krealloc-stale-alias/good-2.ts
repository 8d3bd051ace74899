// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Shrinking, and growing within the size class, moves nothing: the other pointer stays good.
import { GFP_KERNEL, kfree, krealloc, kzalloc } from 'linux'

let table = kzalloc(100, GFP_KERNEL)!
const entry = table.add(8)
table = krealloc(table, 120, GFP_KERNEL)!
entry.write_u32(0, 1)
table = krealloc(table, 40, GFP_KERNEL)!
entry.write_u32(0, 2)
kfree(table)
