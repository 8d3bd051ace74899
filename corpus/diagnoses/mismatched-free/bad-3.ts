// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect mismatched-free 9
//
// put_page() of kmalloc memory: the object is not a page of its own.
import { GFP_KERNEL, kmalloc, put_page, virt_to_page } from 'linux'

const message = kmalloc(512, GFP_KERNEL)!
message.write_u32(0, 1)
put_page(virt_to_page(message))
