// @era v6.17 v6.18
// @expect get-page-on-large-kmalloc 8
//
// Two orders above the caches, and frozen all the same.
import { get_page, GFP_KERNEL, kfree, kmalloc, put_page, virt_to_page } from 'linux'
const o = kmalloc(20000, GFP_KERNEL)!
const pg = virt_to_page(o)
get_page(pg)
kfree(o)
put_page(pg)
