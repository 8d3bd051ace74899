// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine debug=off
// @expect double-free-page 13
//
// Between the two frees the page got a new owner, who loses it. A production kernel prints nothing.
import { __free_pages, alloc_pages, GFP_KERNEL, page_address } from 'linux'

const ring = alloc_pages(GFP_KERNEL, 0)!
__free_pages(ring, 0)

const table = alloc_pages(GFP_KERNEL, 0)!
const entries = page_address(table)!
__free_pages(ring, 0)
entries.write_u64(0, 0n)
__free_pages(table, 0)
