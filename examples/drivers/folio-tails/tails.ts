// @era all
// @expect none
//
// References on tails, with __GFP_COMP: get_page() on page 2 counts on the head. The block stays whole until the last
// reference is gone, and goes back with the order that the head remembers.
import {
  folio_alloc, folio_page, folio_put, get_page, put_page, page_count, page_ref_count, nth_page, compound_head,
  GFP_KERNEL, pr_info,
} from 'linux'

const folio = folio_alloc(GFP_KERNEL, 2)!
const head = folio_page(folio, 0)
const tail = nth_page(head, 2)

get_page(tail)
pr_info(`head ${page_ref_count(head)}, tail's own ${page_ref_count(tail)}, of its folio ${page_count(tail)}`)
pr_info(`the tail's head is the head: ${compound_head(tail) === head}`)

folio_put(folio)
put_page(tail)
