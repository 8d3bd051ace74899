// @era all
// @expect ref-on-noncompound-tail 15 v6.12 v6.14 v6.17 v6.18 next
// @expect memdesc-breaks-tomorrow 15 memdesc
//
// The same without __GFP_COMP: four pages in a row, and nothing says that they belong together. page 2 is no tail, its
// own count is 0, and get_page() on it takes a reference on a page that nobody holds.
import {
  alloc_pages, __free_pages, get_page, put_page, page_count, page_ref_count, nth_page, compound_head, GFP_KERNEL,
  pr_info,
} from 'linux'

const head = alloc_pages(GFP_KERNEL, 2)!
const tail = nth_page(head, 2)

get_page(tail)
pr_info(`head ${page_ref_count(head)}, tail's own ${page_ref_count(tail)}, of its folio ${page_count(tail)}`)
pr_info(`the tail's head is the head: ${compound_head(tail) === head}`)

__free_pages(head, 2)
put_page(tail)
