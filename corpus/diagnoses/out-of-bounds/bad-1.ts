// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect out-of-bounds 10
//
// One byte for the terminating zero was not allocated.
import { GFP_KERNEL, kfree, kmalloc, memset } from 'linux'

const length = 24
const name = kmalloc(length, GFP_KERNEL)!
memset(name, 0x61, length)
name.write_u8(length, 0)
kfree(name)
