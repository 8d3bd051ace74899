// @era all
// @expect none
//
// The object is read through its page while it is there, and freed after that. The slab page is found, mapped, and not
// counted.
import { kmalloc, kfree, GFP_KERNEL, pr_info } from 'linux'
import { borrow_read } from './slice.ts'

const p = kmalloc(256, GFP_KERNEL)!
p.write_u32(0, 0xf0110)

pr_info(`before kfree(): 0x${borrow_read(p).toString(16)}`)
kfree(p)
