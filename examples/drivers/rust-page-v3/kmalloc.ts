// @era all
// @expect get-page-on-slab 12
//
// The same for kmalloc memory, as Krummrich asked. The reference is one on the slab's page: it keeps no object,
// and from v6.14 on it is no reference at all.
import { Page, PAGE_SIZE } from 'thread/page_v3'
import { GFP_KERNEL, drop } from 'kernel'
import { kfree, kmalloc, page_ref_count, pr_info } from 'linux'

const object = kmalloc(PAGE_SIZE, GFP_KERNEL)!
object.write_u8(0, 0x5a)
const page = Page.page_slice_to_page(object)
pr_info(`count ${page_ref_count(page.as_ptr())}`)
kfree(object)
pr_info(`byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
drop(page)
