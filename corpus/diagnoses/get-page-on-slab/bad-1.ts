// @era v6.12 v6.14 v6.17 memdesc
// @expect get-page-on-slab 9 v6.14 v6.17 memdesc
//
// A page reference is taken on kmalloc memory. It protects nothing: a warning at v6.12, an error from v6.14.
import { get_page, GFP_KERNEL, kfree, kmalloc, put_page, virt_to_page } from 'linux'

const key = kmalloc(64, GFP_KERNEL)!
const page = virt_to_page(key)
get_page(page)
key.write_u8(0, 1)
put_page(page)
kfree(key)
