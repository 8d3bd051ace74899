// @era all
// @expect memdesc-breaks-tomorrow slice.ts:21 memdesc
//
// The same slice, of a vmalloc area: page_folio(vmalloc_to_page(p)). "This is one of those things which will work
// today, but will stop working in the future" (message 12). The page outlives vfree() in every era but the last.
import { kzalloc, kfree, sizeof, vmalloc, vfree, GFP_KERNEL, PAGE_SIZE, pr_info } from 'linux'
import { Slice, slice_get, slice_put, slice_read } from './slice.ts'

const slice = kzalloc(sizeof(Slice), GFP_KERNEL)!.as(Slice)
const area = vmalloc(4 * PAGE_SIZE)!
const p = area.add(2 * PAGE_SIZE + 64)
p.write_u32(0, 0xf0110)

slice_get(slice, p)
pr_info(`page ${slice.idx} of its folio: each page of an area is a folio of its own`)

vfree(area)
pr_info(`after vfree(): 0x${slice_read(slice).toString(16)}`)

slice_put(slice)
kfree(slice.ptr)
