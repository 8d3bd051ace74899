// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The size counts the zero. krealloc() in place makes more bytes usable.
import { GFP_KERNEL, kfree, kmalloc, krealloc, memset } from 'linux'

let name = kmalloc(24, GFP_KERNEL)!
name = krealloc(name, 25, GFP_KERNEL)!
memset(name, 0x61, 24)
name.write_u8(24, 0)
kfree(name)
