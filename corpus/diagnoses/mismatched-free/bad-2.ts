// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect mismatched-free 8
//
// One cleanup function for every buffer, whoever made it.
import { free_page, get_zeroed_page, GFP_KERNEL, kmalloc, vfree } from 'linux'
import type { Ptr } from 'linux'

const cleanup = (buffers: Ptr[]) => buffers.forEach((buffer) => vfree(buffer))

const page = get_zeroed_page(GFP_KERNEL)!
const object = kmalloc(4096, GFP_KERNEL)!
free_page(page)
cleanup([object])
