// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect get-page-on-large-kmalloc 9 v6.17 v6.18 next memdesc
//
// A reference on kmalloc memory of 16 KiB: real protection once, nothing from v6.17.
import { get_page, GFP_KERNEL, kfree, kmalloc, put_page, virt_to_page } from 'linux'

const ring = kmalloc(16384, GFP_KERNEL)!
const page = virt_to_page(ring)
get_page(page)
ring.write_u8(0, 1)
put_page(page)
kfree(ring)
