// @era v6.18 next memdesc
// @expect unsafe-contract 8
//
// An iterator over the pages of memory that is no vmalloc area.
import { kfree, kmalloc } from 'linux'
import { GFP_KERNEL, VmallocPageIter } from 'kernel'
const k = kmalloc(8192, GFP_KERNEL)!
const it = VmallocPageIter.new(k, 8192)
kfree(k)
