// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Growing in place of the old name is harmless when it cannot fail: the result is the same memory.
import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'
import { fail_next } from 'sim'

let table = kmalloc(64, GFP_KERNEL)!
const old = table
fail_next('krealloc')
table = krealloc(table, 256, GFP_KERNEL)!
if (table === null) table = old
kfree(table)
