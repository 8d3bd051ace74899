// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 12
//
// A status word is written through a pointer that was kept past kfree().
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const request = kmalloc(128, GFP_KERNEL)!
const status = request.add(64)
request.write_u32(0, 7)

kfree(request)
status.write_u32(0, 1)
