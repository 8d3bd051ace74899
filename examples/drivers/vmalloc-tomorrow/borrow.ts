// @era all
// @expect none
//
// What works in every era: borrow the page while the area is alive, and be done before vfree().
import {
  vmalloc, vfree, vmalloc_to_page, kmap_local_page, kunmap_local, pr_info, PAGE_SIZE,
} from 'linux'

const v = vmalloc(4 * PAGE_SIZE)!
v.write_u32(0, 0xfeed)
const first = vmalloc_to_page(v)!

const m = kmap_local_page(first)
pr_info(`the first page holds 0x${m.read_u32(0).toString(16)}`)
kunmap_local(m)

vfree(v)
