// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine debug=off
// @expect none
//
// The same handle again, but for a page of its own.
import { __free_pages, alloc_pages, GFP_KERNEL, page_address } from 'linux'

let ring = alloc_pages(GFP_KERNEL, 0)!
__free_pages(ring, 0)

const table = alloc_pages(GFP_KERNEL, 0)!
const entries = page_address(table)!
ring = alloc_pages(GFP_KERNEL, 0)!
__free_pages(ring, 0)
entries.write_u64(0, 0n)
__free_pages(table, 0)
