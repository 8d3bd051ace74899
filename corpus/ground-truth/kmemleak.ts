// Case kmemleak: five blocks are lost, and kmemleak lists four: pages of the page allocator are not its business.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { alloc_page, GFP_KERNEL, kmalloc, vmalloc } from 'linux'
import type { Ptr } from 'linux'
import { say } from './measure.ts'

const mark = (p: Ptr) => [...'deliberate-leak'].forEach((c, i) => p.write_u8(i, c.charCodeAt(0)))
for (let i = 0; i < 3; i++) mark(kmalloc(512, GFP_KERNEL)!)
mark(vmalloc(8192)!)
alloc_page(GFP_KERNEL)
say(1, 'leaked', 5)
