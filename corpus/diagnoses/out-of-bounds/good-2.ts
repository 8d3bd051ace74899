// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The last byte, ksize(), and an area that ends in the middle of a page.
import { GFP_KERNEL, kfree, kzalloc, memset, vfree, vzalloc } from 'linux'

const object = kzalloc(60, GFP_KERNEL)!
object.write_u32(56, 1)
memset(object, 0, 60)
kfree(object)
const area = vzalloc(5000)!
area.write_u64(4992, 1n)
vfree(area)
