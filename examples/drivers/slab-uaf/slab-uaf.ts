// @era all
// @expect get-page-on-slab 12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 18
//
// Matthew Wilcox's example from the thread: a reference on a slab page does not keep the object.
// Look at the timeline: `a` ends at kfree(), while the page behind it lives on.
import { kmalloc, kfree, GFP_KERNEL, virt_to_page, get_page, put_page, page_address, page_ref_count, pr_info } from 'linux'

const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)

get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
pr_info(`refcount ${page_ref_count(page)}`)

// The slab allocator decides when an object dies. It does not look at the page's count.
kfree(a)
b.write_u8(0, 1)

put_page(page)
