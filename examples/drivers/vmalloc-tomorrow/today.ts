// @era all
// @expect memdesc-breaks-tomorrow 15 memdesc
//
// The counterpart for vmalloc: a reference on a vmalloc page does keep that page today, over vfree(). The plan is to
// take the count away from such pages ("I intend to change vmalloc so that it won't"): switch the era to memdesc.
import {
  vmalloc, vfree, vmalloc_to_page, get_page, put_page, kmap_local_page, kunmap_local, page_ref_count, pr_info,
  PAGE_SIZE,
} from 'linux'

const v = vmalloc(4 * PAGE_SIZE)!
v.write_u32(0, 0xfeed)
const first = vmalloc_to_page(v)!

get_page(first)
vfree(v)
pr_info(`after vfree the first page has refcount ${page_ref_count(first)}`)

const m = kmap_local_page(first)
pr_info(`and still holds 0x${m.read_u32(0).toString(16)}`)
kunmap_local(m)

put_page(first)
