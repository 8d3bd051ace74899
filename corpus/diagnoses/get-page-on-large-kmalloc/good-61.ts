// @era v6.12 v6.14
// @expect none
//
// Before large kmalloc was frozen the reference kept the pages.
import { get_page, GFP_KERNEL, kfree, kmalloc, put_page, virt_to_page } from 'linux'
const o = kmalloc(20000, GFP_KERNEL)!
const pg = virt_to_page(o)
get_page(pg)
kfree(o)
put_page(pg)
