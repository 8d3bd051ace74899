// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The last use comes before the free.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const request = kmalloc(128, GFP_KERNEL)!
const status = request.add(64)
request.write_u32(0, 7)

status.write_u32(0, 1)
kfree(request)
