// @era all
// @expect none
//
// The case that message 10 has in mind: the memory is a folio. Whatever page of it is meant, the reference counts on
// the head and keeps all four pages; the owner may be done first. Look at the counts: the tail's own stays 0.
import {
  folio_alloc, folio_page, folio_put, folio_ref_count, kmap_local_page, kunmap_local, kzalloc, kfree, page_address,
  page_ref_count, sizeof, GFP_KERNEL, PAGE_SIZE, pr_info,
} from 'linux'
import { Slice, slice_get, slice_put, slice_read } from './slice.ts'

const slice = kzalloc(sizeof(Slice), GFP_KERNEL)!.as(Slice)
const folio = folio_alloc(GFP_KERNEL, 2)!
const tail = folio_page(folio, 2)

const m = kmap_local_page(tail)
m.write_u32(64, 0xf0110)
kunmap_local(m)

slice_get(slice, page_address(tail)!.add(64))
pr_info(`page ${slice.idx} of the folio, offset ${slice.offset}, of ${4 * PAGE_SIZE} bytes`)
pr_info(`folio ${folio_ref_count(folio)}, tail ${page_ref_count(tail)}`)

// The owner is done. The reference that the slice took on the head holds the whole folio.
folio_put(folio)
pr_info(`after the owner: 0x${slice_read(slice).toString(16)}`)

slice_put(slice)
kfree(slice.ptr)
