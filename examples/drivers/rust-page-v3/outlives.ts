// @era all
// @expect memdesc-breaks-tomorrow 12 memdesc
//
// What the patch promises: the page outlives its area, the last reference frees it. It keeps the page. The area's
// address is gone all the same.
import { Page, PAGE_SIZE } from 'thread/page_v3'
import { drop } from 'kernel'
import { page_ref_count, pr_info, vfree, vmalloc } from 'linux'

const area = vmalloc(PAGE_SIZE)!
area.write_u8(0, 0x5a)
const page = Page.page_slice_to_page(area)
vfree(area)
pr_info(`count ${page_ref_count(page.as_ptr())}, byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
drop(page)
