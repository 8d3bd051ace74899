// @era all
// @expect get-page-on-large-kmalloc 13 v6.17 v6.18 next memdesc
// @expect two-owners 15 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 16 v6.17 v6.18 next memdesc
//
// Above two pages kmalloc() takes a block of the page allocator. Its head was counted; since v6.17 it is frozen.
import { Page, PAGE_SIZE } from 'thread/page_v3'
import { GFP_KERNEL, drop } from 'kernel'
import { kfree, kmalloc, page_ref_count, pr_info } from 'linux'

const object = kmalloc(4 * PAGE_SIZE, GFP_KERNEL)!
object.write_u8(0, 0x5a)
const page = Page.page_slice_to_page(object)
pr_info(`count ${page_ref_count(page.as_ptr())}`)
kfree(object)
pr_info(`byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
drop(page)
