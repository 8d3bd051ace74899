// @era all
// @expect get-page-on-slab slice.ts:26
// @expect slab-use-after-free slice.ts:32
// @expect memdesc-breaks-tomorrow slice.ts:21 memdesc
//
// The same slice, of a kmalloc object: "anyway will only appear to work for some users" (message 12). The folio is
// the slab page, which many objects share; a reference on it says nothing about this one.
import { kmalloc, kzalloc, kfree, sizeof, GFP_KERNEL, pr_info } from 'linux'
import { Slice, slice_get, slice_put, slice_read } from './slice.ts'

const slice = kzalloc(sizeof(Slice), GFP_KERNEL)!.as(Slice)
const p = kmalloc(256, GFP_KERNEL)!
p.write_u32(0, 0xf0110)

slice_get(slice, p)
pr_info(`page ${slice.idx} of the slab, offset ${slice.offset}`)

kfree(p)
pr_info(`after kfree(): 0x${slice_read(slice).toString(16)}`)

slice_put(slice)
kfree(slice.ptr)
