// @era all
// @expect none
//
// The same job done right: the object stays allocated for as long as `b` is used. No page reference is needed.
import { kmalloc, kfree, GFP_KERNEL, virt_to_page, page_address, page_ref_count, pr_info } from 'linux'

const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)

const b = page_address(page)!.add(Number(a.addr & 0xfffn))
pr_info(`refcount ${page_ref_count(page)}`)

b.write_u8(0, 1)
kfree(a)
